/// Splits Rego text into tokens.
struct Lexer {
    private let source: SourceText
    private var position: Int
    private let end: Int
    private(set) var comments: [Comment] = []
    private(set) var diagnostics: [Diagnostic] = []

    init(_ source: SourceText, range: Range<Int>? = nil) {
        self.source = source
        position = range?.lowerBound ?? 0
        end = range?.upperBound ?? source.bytes.count
    }

    private func byte(_ offset: Int = 0) -> UInt8 {
        position + offset < end ? source.bytes[position + offset] : 0
    }

    private mutating func report(_ message: String, _ range: Range<Int>) {
        let location = source.location(range)
        diagnostics.append(Diagnostic(.parse, message, at: location, details: source.excerpt(at: location)))
    }

    mutating func tokens() -> [Token] {
        var tokens: [Token] = []
        while true {
            let token = next()
            tokens.append(token)
            if token.kind == .endOfText { return tokens }
        }
    }

    private mutating func next() -> Token {
        var followsSpace = false, followsNewline = false
        while position < end {
            switch byte() {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): position += 1
            case UInt8(ascii: "\n"):
                position += 1
                followsNewline = true
            case UInt8(ascii: "#"):
                let start = position
                while position < end && byte() != UInt8(ascii: "\n") { position += 1 }
                var stop = position
                if stop > start && source.bytes[stop - 1] == UInt8(ascii: "\r") { stop -= 1 }
                comments.append(Comment(text: source.text(start + 1..<stop), at: source.location(start..<stop)))
            default:
                return token(followsSpace: followsSpace, followsNewline: followsNewline)
            }
            followsSpace = true
        }
        return Token(kind: .endOfText, text: "", location: source.location(end..<end), followsSpace: followsSpace, followsNewline: followsNewline)
    }

    private mutating func token(followsSpace: Bool, followsNewline: Bool) -> Token {
        let start = position
        var text = ""
        var template: [Token.TemplatePart] = []
        let kind: Token.Kind
        let first = byte()
        switch first {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
            while Self.isIdentifier(byte()) { position += 1 }
            text = source.text(start..<position)
            kind = Token.Keyword(rawValue: text).map { .keyword($0) } ?? .identifier
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            kind = number()
            text = source.text(start..<position)
        case UInt8(ascii: ".") where (0x30...0x39).contains(byte(1)):
            kind = number()
            text = source.text(start..<position)
        case UInt8(ascii: "-") where (0x30...0x39).contains(byte(1)) || byte(1) == UInt8(ascii: ".") && (0x30...0x39).contains(byte(2)):
            // Whether it is a sign or a difference, the parser decides.
            position += 1
            kind = .symbol(.minus)
        case UInt8(ascii: "\""):
            position += 1
            (kind, text) = string(start: start)
        case UInt8(ascii: "`"):
            position += 1
            (kind, text) = rawString(start: start)
        case UInt8(ascii: "$") where byte(1) == UInt8(ascii: "\"") || byte(1) == UInt8(ascii: "`"):
            let isRaw = byte(1) == UInt8(ascii: "`")
            position += 2
            (kind, template) = templateString(start: start, isRaw: isRaw)
        default: kind = symbol(first)
        }
        return Token(
            kind: kind, text: text, location: source.location(start..<position), followsSpace: followsSpace, followsNewline: followsNewline,
            template: template)
    }

    private static func isIdentifier(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
        default: false
        }
    }

    private mutating func symbol(_ first: UInt8) -> Token.Kind {
        let start = position
        let pair = String(decoding: [first, byte(1)], as: UTF8.self)
        if let symbol = Token.Symbol(rawValue: pair), pair.utf8.count == 2 {
            position += 2
            return .symbol(symbol)
        }
        if let symbol = Token.Symbol(rawValue: String(decoding: [first], as: UTF8.self)) {
            position += 1
            return .symbol(symbol)
        }
        position += 1
        while position < end && byte() & 0xc0 == 0x80 { position += 1 }
        report(first == UInt8(ascii: "!") ? "illegal ! character" : "illegal token", start..<position)
        return .illegal
    }

    private mutating func number() -> Token.Kind {
        let start = position
        func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
        while isDigit(byte()) { position += 1 }
        if position - start > 1 && source.bytes[start] == UInt8(ascii: "0") {
            report("expected number without leading zero", start..<position)
            return .illegal
        }
        if byte() == UInt8(ascii: ".") {
            position += 1
            guard isDigit(byte()) else {
                report("expected fraction", start..<position)
                return .illegal
            }
            while isDigit(byte()) { position += 1 }
        }
        if byte() | 0x20 == UInt8(ascii: "e") {
            position += 1
            if byte() == UInt8(ascii: "+") || byte() == UInt8(ascii: "-") { position += 1 }
            guard isDigit(byte()) else {
                report("expected exponent", start..<position)
                return .illegal
            }
            while isDigit(byte()) { position += 1 }
        }
        if Self.isIdentifier(byte()) {
            position += 1
            report("illegal number format", start..<position)
            return .illegal
        }
        return .number
    }

    // MARK: Strings

    private mutating func string(start: Int) -> (Token.Kind, String) {
        var text: [UInt8] = []
        while true {
            guard position < end, byte() != UInt8(ascii: "\n") else {
                report("non-terminated string", start..<position)
                return (.illegal, "")
            }
            if byte() == UInt8(ascii: "\"") {
                position += 1
                return (.string, String(decoding: text, as: UTF8.self))
            }
            if byte() == UInt8(ascii: "\\") {
                guard escape(into: &text, start: start, inTemplate: false) else { return (.illegal, "") }
            } else {
                text.append(byte())
                position += 1
            }
        }
    }

    /// Decodes the escape at the current position; false after reporting an error and skipping the rest of the string.
    private mutating func escape(into text: inout [UInt8], start: Int, inTemplate: Bool) -> Bool {
        position += 1
        let character = byte()
        position += 1
        switch character {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(character)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0c)
        case UInt8(ascii: "n"): text.append(0x0a)
        case UInt8(ascii: "r"): text.append(0x0d)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "{") where inTemplate, UInt8(ascii: "}") where inTemplate: text.append(character)
        case UInt8(ascii: "u"):
            guard let first = hexadecimal() else { return skipString(start, "illegal string literal: \(source.text(start..<min(end, position + 1)))") }
            var scalar = Unicode.Scalar(first)
            if first >= 0xd800 && first < 0xdc00 && byte() == UInt8(ascii: "\\") && byte(1) == UInt8(ascii: "u") {
                let mark = position
                position += 2
                if let second = hexadecimal(), second >= 0xdc00 && second < 0xe000 {
                    scalar = Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
                } else {
                    position = mark
                }
            }
            text.append(contentsOf: UTF8.encode(scalar ?? "\u{fffd}") ?? .init())
        default: return skipString(start, "illegal escape sequence")
        }
        return true
    }

    private mutating func skipString(_ start: Int, _ message: String) -> Bool {
        report(message, position - 1..<min(end, position))
        while position < end, byte() != UInt8(ascii: "\""), byte() != UInt8(ascii: "\n") { position += byte() == UInt8(ascii: "\\") ? 2 : 1 }
        position = min(position + 1, end)
        return false
    }

    private mutating func hexadecimal() -> UInt32? {
        var value: UInt32 = 0
        for offset in 0..<4 {
            guard let digit = Character(Unicode.Scalar(byte(offset))).hexDigitValue else { return nil }
            value = value << 4 | UInt32(digit)
        }
        position += 4
        return value
    }

    private mutating func rawString(start: Int) -> (Token.Kind, String) {
        let first = position
        while position < end && byte() != UInt8(ascii: "`") { position += 1 }
        guard position < end else {
            report("non-terminated string", start..<position)
            return (.illegal, "")
        }
        position += 1
        return (.rawString, source.text(first..<position - 1))
    }

    private mutating func templateString(start: Int, isRaw: Bool) -> (Token.Kind, [Token.TemplatePart]) {
        var parts: [Token.TemplatePart] = []
        var text: [UInt8] = []
        let quote: UInt8 = isRaw ? UInt8(ascii: "`") : UInt8(ascii: "\"")
        while true {
            guard position < end, isRaw || byte() != UInt8(ascii: "\n") else {
                report("non-terminated string", start..<position)
                return (.illegal, [])
            }
            let character = byte()
            if character == quote {
                position += 1
                if !text.isEmpty { parts.append(.text(String(decoding: text, as: UTF8.self))) }
                return (isRaw ? .rawTemplateString : .templateString, parts)
            }
            if character == UInt8(ascii: "\\") && (!isRaw || byte(1) == UInt8(ascii: "{")) {
                if isRaw {
                    text.append(UInt8(ascii: "{"))
                    position += 2
                } else {
                    guard escape(into: &text, start: start, inTemplate: true) else { return (.illegal, []) }
                }
            } else if character == UInt8(ascii: "{") {
                if !text.isEmpty { parts.append(.text(String(decoding: text, as: UTF8.self))) }
                text = []
                position += 1
                let first = position
                guard skipExpression() else {
                    report("non-terminated template expression", start..<position)
                    return (.illegal, [])
                }
                parts.append(.expression(first..<position))
                position += 1
            } else {
                text.append(character)
                position += 1
            }
        }
    }

    /// Goes to the brace that closes an embedded expression, over nested braces and strings.
    private mutating func skipExpression() -> Bool {
        var depth = 0
        while position < end {
            switch byte() {
            case UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "}"):
                if depth == 0 { return true }
                depth -= 1
            case UInt8(ascii: "\""):
                position += 1
                while position < end && byte() != UInt8(ascii: "\"") { position += byte() == UInt8(ascii: "\\") ? 2 : 1 }
            case UInt8(ascii: "`"):
                position += 1
                while position < end && byte() != UInt8(ascii: "`") { position += 1 }
            default: break
            }
            position += 1
        }
        return false
    }
}
