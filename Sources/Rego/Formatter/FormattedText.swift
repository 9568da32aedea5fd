/// Text that is written line by line, each at the indentation of its level.
struct FormattedText {
    private(set) var text = ""
    /// Tabs before the next line.
    var level = 0
    private(set) var isAtLineStart = true

    mutating func write(_ part: String) {
        if isAtLineStart {
            text += String(repeating: "\t", count: level)
            isAtLineStart = false
        }
        text += part
    }

    mutating func endLine() {
        text += "\n"
        isAtLineStart = true
    }

    /// One empty line, where there is none yet and something stands above.
    mutating func blankLine() {
        if !isAtLineStart { endLine() }
        if !text.isEmpty, !text.hasSuffix("\n\n") { text += "\n" }
    }
}
