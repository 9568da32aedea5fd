/// Takes a template apart: text between actions, and the tokens of actions.
struct TemplateLexer {
    enum Kind: Equatable {
        case text, open, close, identifier, field, variable, dot, string, rawString, character, number, pipe, leftParenthesis, rightParenthesis
        case declare, assign, comma, space, end
    }

    struct Token {
        var kind: Kind
        var text: String
        var offset: Int
        var line: Int
    }

    private let source: [UInt8]
    private var position = 0
    private var line = 1
    private var tokens: [Token] = []
    private var openParentheses = 0
    /// White space that follows is left out: the last action ended with a trim marker.
    private var trimsNext = false

    static func tokens(of source: String) throws(TemplateError) -> [Token] {
        var lexer = TemplateLexer(source: Array(source.utf8))
        try lexer.run()
        return lexer.tokens
    }

    private init(source: [UInt8]) { self.source = source }

    private func starts(_ text: StaticString, at offset: Int? = nil) -> Bool {
        let start = offset ?? position
        guard start + text.utf8CodeUnitCount <= source.count else { return false }
        return (0..<text.utf8CodeUnitCount).allSatisfy { source[start + $0] == text.utf8Start[$0] }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d }

    private mutating func emit(_ kind: Kind, _ end: Int) {
        tokens.append(Token(kind: kind, text: String(decoding: source[position..<end], as: UTF8.self), offset: position, line: line))
        line += source[position..<end].count { $0 == UInt8(ascii: "\n") }
        position = end
    }

    private mutating func skip(to end: Int) {
        line += source[position..<end].count { $0 == UInt8(ascii: "\n") }
        position = end
    }

    private mutating func run() throws(TemplateError) {
        while position < source.count {
            try text()
            if position < source.count { try action() }
        }
        tokens.append(Token(kind: .end, text: "", offset: position, line: line))
    }

    private mutating func text() throws(TemplateError) {
        if trimsNext {
            skip(to: source[position...].firstIndex { !Self.isSpace($0) } ?? source.count)
            trimsNext = false
        }
        var end = position
        while end < source.count, !starts("{{", at: end) { end += 1 }
        let next = end
        if starts("{{-", at: end), end + 3 < source.count, Self.isSpace(source[end + 3]) {
            while end > position, Self.isSpace(source[end - 1]) { end -= 1 }
        }
        if end > position { emit(.text, end) }
        skip(to: next)
    }

    private mutating func action() throws(TemplateError) {
        let open = position
        let trims = starts("{{-") && position + 3 < source.count && Self.isSpace(source[position + 3])
        let inside = position + (trims ? 4 : 2)
        if starts("/*", at: trims ? source[inside...].firstIndex { !Self.isSpace($0) } ?? inside : inside) { return try comment(inside) }
        emit(.open, position + 2)
        if trims { position = open + 4 }
        openParentheses = 0
        while true {
            if atClose() { return }
            guard position < source.count else { throw .syntax("unclosed action", line: line) }
            try token()
        }
    }

    /// Ends the action where its delimiter stands.
    private mutating func atClose() -> Bool {
        if starts("}}") {
            emit(.close, position + 2)
            return true
        }
        guard position < source.count, Self.isSpace(source[position]), starts("-}}", at: position + 1) else { return false }
        position += 2
        emit(.close, position + 2)
        trimsNext = true
        return true
    }

    private mutating func comment(_ start: Int) throws(TemplateError) {
        var end = start
        while end < source.count, !starts("*/", at: end) { end += 1 }
        guard end < source.count else { throw .syntax("unclosed comment", line: line) }
        end += 2
        if starts("}}", at: end) {
            skip(to: end + 2)
        } else if end < source.count, Self.isSpace(source[end]), starts("-}}", at: end + 1) {
            skip(to: end + 4)
            trimsNext = true
        } else {
            throw .syntax("comment ends before closing delimiter", line: line)
        }
    }

    private func isWordByte(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || byte >= 0x80 || (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20)
    }

    private func wordEnd(_ start: Int) -> Int {
        var end = start
        while end < source.count, isWordByte(source[end]) { end += 1 }
        return end
    }

    private mutating func token() throws(TemplateError) {
        let byte = source[position]
        let next: UInt8? = position + 1 < source.count ? source[position + 1] : nil
        switch byte {
        case _ where Self.isSpace(byte):
            var end = position
            while end < source.count, Self.isSpace(source[end]), !starts("-}}", at: end + 1) { end += 1 }
            // A space before a trim marker belongs to the delimiter.
            if end == position { end += 1 }
            emit(.space, end)
        case UInt8(ascii: ":"):
            guard next == UInt8(ascii: "=") else { throw .syntax("expected :=", line: line) }
            emit(.declare, position + 2)
        case UInt8(ascii: "="): emit(.assign, position + 1)
        case UInt8(ascii: ","): emit(.comma, position + 1)
        case UInt8(ascii: "|"): emit(.pipe, position + 1)
        case UInt8(ascii: "\""): try quoted(byte, .string, "unterminated quoted string")
        case UInt8(ascii: "'"): try quoted(byte, .character, "unterminated character constant")
        case UInt8(ascii: "`"): try raw()
        case UInt8(ascii: "$"): try word(.variable, wordEnd(position + 1))
        case UInt8(ascii: "("):
            openParentheses += 1
            emit(.leftParenthesis, position + 1)
        case UInt8(ascii: ")"):
            openParentheses -= 1
            guard openParentheses >= 0 else { throw .syntax("unexpected right paren", line: line) }
            emit(.rightParenthesis, position + 1)
        case UInt8(ascii: "."):
            if let next, (0x30...0x39).contains(next) { return try number() }
            let end = wordEnd(position + 1)
            if end == position + 1 { emit(.dot, end) } else { try word(.field, end) }
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
        case _ where isWordByte(byte): try word(.identifier, wordEnd(position))
        default: throw .syntax("unrecognized character in action: \(described(position))", line: line)
        }
    }

    /// As Go shows a character with its number.
    private func described(_ position: Int) -> String {
        let scalar = String(decoding: source[position..<min(source.count, position + 4)], as: UTF8.self).unicodeScalars.first ?? "?"
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "U+\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits) '\(scalar)'"
    }

    /// Names end at a space, a delimiter or one of a few signs.
    private mutating func word(_ kind: Kind, _ end: Int) throws(TemplateError) {
        let isEnded = end >= source.count || Self.isSpace(source[end]) || starts("}}", at: end) || ".,|:()=".utf8.contains(source[end])
        guard isEnded else { throw .syntax("bad character \(described(end))", line: line) }
        emit(kind, end)
    }

    private mutating func quoted(_ quote: UInt8, _ kind: Kind, _ problem: String) throws(TemplateError) {
        var end = position + 1
        while end < source.count, source[end] != quote, source[end] != UInt8(ascii: "\n") {
            end += source[end] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard end < source.count, source[end] == quote else { throw .syntax(problem, line: line) }
        emit(kind, end + 1)
    }

    private mutating func raw() throws(TemplateError) {
        guard let end = source[(position + 1)...].firstIndex(of: UInt8(ascii: "`")) else { throw .syntax("unterminated raw quoted string", line: line) }
        emit(.rawString, end + 1)
    }

    private mutating func number() throws(TemplateError) {
        var end = position
        if source[end] == UInt8(ascii: "+") || source[end] == UInt8(ascii: "-") { end += 1 }
        let isHexadecimal = starts("0x", at: end) || starts("0X", at: end)
        while end < source.count {
            let byte = source[end]
            let isExponentSign = byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
            let follows = end > position && !isHexadecimal && source[end - 1] | 0x20 == UInt8(ascii: "e")
            guard isWordByte(byte) || byte == UInt8(ascii: ".") || (isExponentSign && follows) else { break }
            end += 1
        }
        emit(.number, end)
    }
}
