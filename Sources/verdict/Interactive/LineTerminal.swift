import Foundation

/// Reads lines from a terminal, key by key, with an editor. Between lines the terminal is as it was.
final class LineTerminal {
    private var decoder = KeyDecoder()
    /// Bytes that were read and are not yet looked at: what was typed while a line was answered.
    private var waiting: [UInt8] = []

    /// Whether standard input and output are a terminal on which lines can be edited.
    static var isThere: Bool {
        isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    }

    /// The next line.
    ///
    /// - Parameters:
    ///   - whileIdle: called a few times a second; what it gives is shown above the line.
    /// - Returns: `accepted`, `interrupted` or `ended`.
    func read(_ prompt: String, _ start: LineEditor, whileIdle: () -> String?) -> LineEditor.Outcome {
        var original = termios()
        guard tcgetattr(STDIN_FILENO, &original) == 0 else { return .ended }
        var raw = original
        cfmakeraw(&raw)
        // Lines that are written still begin at the left.
        raw.c_oflag |= tcflag_t(OPOST)
        tcsetattr(STDIN_FILENO, TCSADRAIN, &raw)
        defer { tcsetattr(STDIN_FILENO, TCSADRAIN, &original) }
        var editor = start
        draw(prompt, editor)
        while true {
            guard let byte = nextByte({ if let text = whileIdle() { Reporting.output("\r\u{1b}[K" + text) ; draw(prompt, editor) } }) else { return .ended }
            guard let key = decoder.decode(byte) else { continue }
            let outcome = editor.press(key)
            switch outcome {
            case .none: break
            case .choices(let choices): Reporting.output("\n" + Self.columns(choices, width: width))
            case .clear: Reporting.output("\u{1b}[H\u{1b}[2J")
            case .accepted, .interrupted, .ended:
                draw(prompt, editor)
                Reporting.output(outcome == .interrupted ? "^C\n" : "\n")
                return outcome
            }
            // What is pasted is drawn once.
            if waiting.isEmpty { draw(prompt, editor) }
        }
    }

    private func nextByte(_ whileIdle: () -> Void) -> UInt8? {
        while waiting.isEmpty {
            var descriptor = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            let ready = poll(&descriptor, 1, 300)
            if ready == 0 || (ready < 0 && errno == EINTR) {
                whileIdle()
                continue
            }
            var buffer = [UInt8](repeating: 0, count: 1024)
            let count = Foundation.read(STDIN_FILENO, &buffer, buffer.count)
            if count <= 0 { return nil }
            waiting = Array(buffer[..<count])
        }
        return waiting.removeFirst()
    }

    private var width: Int {
        var size = winsize()
        return ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 20 ? Int(size.ws_col) : 80
    }

    /// Draws the line anew: of a long one the part around the cursor.
    private func draw(_ prompt: String, _ editor: LineEditor) {
        let prompt = editor.searched.map { "(search `\($0)`) " } ?? prompt
        let room = max(10, width - prompt.count - 1)
        let first = max(0, editor.cursor - room)
        let shown = String(editor.text[first..<min(editor.text.count, first + room)])
        let column = prompt.count + editor.cursor - first
        Reporting.output("\r" + prompt + shown + "\u{1b}[K\r" + (column > 0 ? "\u{1b}[\(column)C" : ""))
    }

    private static func columns(_ texts: [String], width: Int) -> String {
        let column = (texts.map(\.count).max() ?? 0) + 2
        let perLine = max(1, width / column)
        var result = ""
        for (position, text) in texts.enumerated() {
            let isLast = position % perLine == perLine - 1 || position == texts.count - 1
            result += isLast ? text + "\n" : text.padding(toLength: column, withPad: " ", startingAt: 0)
        }
        return result
    }
}
