import Foundation

/// Where a person may be reading.
enum Terminal {
    case output, error

    private var descriptor: Int32 { self == .output ? STDOUT_FILENO : STDERR_FILENO }

    var isThere: Bool { isatty(descriptor) == 1 }

    /// Whether colours are wanted: on a terminal that has them, unless `NO_COLOR` is set. Source: https://no-color.org.
    var hasColors: Bool {
        let environment = ProcessInfo.processInfo.environment
        return isThere && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    }
}

/// A colour of text on a terminal, as SGR's number.
enum TextColor: Int {
    case red = 31, green = 32, yellow = 33

    func applied(to text: String, if hasColors: Bool) -> String { hasColors ? "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" : text }
}
