/// Splits Rego text into tokens, one at a time.
///
/// A value: the parser keeps copies to return to an earlier place. White space comes as a token for each character, because a reference ends at
/// white space and a literal at a line's end.
struct Lexer {
    let source: SourceText
    /// The future keywords that are in force.
    var futureKeywords: Set<Token.Keyword> = []
    /// What is wrong with the token that was read last.
    private(set) var problems: [String] = []

    // The current character: its place, width, and the row and column where it stands. A newline counts as the next row's column 0.
    private var offset = 0
    private var width = 0
    private var row = 1
    private var column = 0
    private var current: UInt32 = 0

    private static let endOfText = UInt32.max
    private static let byteOrderMark: UInt32 = 0xfeff

    init(_ source: SourceText) {
        self.source = source
        load()
        if current == Self.byteOrderMark { advance() }
    }

    // MARK: Characters

    private mutating func advance() {
        offset += width
        load()
    }

    private mutating func load() {
        guard offset < source.bytes.count else {
            current = Self.endOfText
            offset = source.bytes.count
            width = 0
            return
        }
        let byte = source.bytes[offset]
        if byte < 0x80 {
            current = UInt32(byte)
            width = 1
            if byte == 0 { problems.append("illegal null character") }
        } else {
            (current, width) = Self.decode(source.bytes, at: offset)
            if current == Self.byteOrderMark, offset > 0 { problems.append("illegal byte-order mark") }
        }
        if byte == UInt8(ascii: "\n") {
            row += 1
            column = 0
        } else {
            column += 1
        }
    }

    /// Text comes from a `String`, so its UTF-8 is well formed.
    private static func decode(_ bytes: [UInt8], at offset: Int) -> (UInt32, Int) {
        let lead = UInt32(bytes[offset])
        let width = lead >= 0xf0 ? 4 : (lead >= 0xe0 ? 3 : 2)
        var scalar = lead & (0x7f >> UInt32(width))
        for position in 1..<width where offset + position < bytes.count { scalar = scalar << 6 | UInt32(bytes[offset + position] & 0x3f) }
        return (scalar, width)
    }

    private func isAt(_ character: Unicode.Scalar) -> Bool { current == character.value }

    private mutating func accept(_ character: Unicode.Scalar) -> Bool {
        guard isAt(character) else { return false }
        advance()
        return true
    }

    private var isDigit: Bool { (0x30...0x39).contains(current) }
    private var isLetter: Bool { current < 0x80 && ((0x61...0x7a).contains(current | 0x20) || current == 0x5f) }

    // MARK: Tokens

    mutating func next() -> Token {
        token { $0.scan() }
    }

    /// The text of a template string behind an embedded expression; the current token is the brace that closed it.
    mutating func continueTemplate(isRaw: Bool) -> Token {
        // The brace belongs to the part, as the quote does to the first.
        token { $0.template(isRaw: isRaw, start: $0.offset - 1) }
    }

    private mutating func token(_ scan: (inout Lexer) -> (Token.Kind, String?)) -> Token {
        problems = []
        var location = SourceLocation(source.file, row: row, column: column, offset: offset)
        let first = offset
        var (kind, text) = scan(&self)
        location.length = offset - location.offset
        if !problems.isEmpty { kind = .illegal }
        return Token(kind: kind, text: text ?? source.text(first..<offset), location: location)
    }

    private mutating func scan() -> (Token.Kind, String?) {
        switch current {
        case 0x20, 0x09, 0x0a, 0x0d:
            let isNewline = current == 0x0a
            advance()
            return (.whitespace, isNewline ? "\n" : " ")
        case Self.endOfText: return (.endOfText, "")
        default:
            if isLetter { return word() }
            if isDigit { return number() }
            return mark()
        }
    }

    private mutating func word() -> (Token.Kind, String?) {
        let start = offset
        while isLetter || isDigit { advance() }
        let text = source.text(start..<offset)
        if let keyword = Token.Keyword(rawValue: text), !keyword.isFuture || futureKeywords.contains(keyword) { return (.keyword(keyword), text) }
        return (.identifier, text)
    }

    private mutating func number() -> (Token.Kind, String?) {
        while isDigit { advance() }
        if accept(".") { digits(orReport: "expected fraction") }
        if current | 0x20 == 0x65 {
            advance()
            if isAt("+") || isAt("-") { advance() }
            digits(orReport: "expected exponent")
        }
        if isLetter {
            problems.append("illegal number format")
            while isLetter || isDigit { advance() }
        }
        return (.number, nil)
    }

    private mutating func digits(orReport problem: String) {
        if !isDigit { problems.append(problem) }
        while isDigit { advance() }
    }

    private mutating func mark() -> (Token.Kind, String?) {
        let start = offset
        let first = current
        advance()
        switch first {
        case 0x23:
            while !isAt("\n"), current != Self.endOfText { advance() }
            return (.comment, nil)
        case 0x22: return (string(), nil)
        case 0x60: return (rawString(), nil)
        case 0x24:
            if accept("`") { return template(isRaw: true, start: start + 1) }
            if accept("\"") { return template(isRaw: false, start: start + 1) }
            problems.append("illegal $ character")
            return (.illegal, nil)
        default:
            guard first < 0x80 else { return (.illegal, nil) }
            let text = String(Character(Unicode.Scalar(UInt8(first))))
            if isAt("="), let pair = Token.Symbol(rawValue: text + "=") {
                advance()
                return (.symbol(pair), nil)
            }
            if let symbol = Token.Symbol(rawValue: text) { return (.symbol(symbol), nil) }
            if text == "!" { problems.append("illegal ! character") }
            return (.illegal, nil)
        }
    }

    // MARK: Strings

    private mutating func string() -> Token.Kind {
        while true {
            guard !isAt("\n"), current != Self.endOfText else {
                problems.append("non-terminated string")
                return .illegal
            }
            if accept("\"") { return .string }
            if accept("\\") { escape() } else { advance() }
        }
    }

    private mutating func escape() {
        switch current {
        case 0x5c, 0x22, 0x2f, 0x62, 0x66, 0x6e, 0x72, 0x74: advance()
        case 0x75: for _ in 0..<4 { advance() }
        default: problems.append("illegal escape sequence")
        }
    }

    private mutating func rawString() -> Token.Kind {
        while true {
            if accept("`") { return .string }
            guard current != Self.endOfText else {
                problems.append("non-terminated string")
                return .illegal
            }
            advance()
        }
    }

    /// A template string's text with the delimiters on both sides; an escaped brace loses its backslash.
    private mutating func template(isRaw: Bool, start: Int) -> (Token.Kind, String?) {
        var text: [UInt8] = []
        var kept = start
        func finished(_ kind: Token.Kind) -> (Token.Kind, String?) {
            (kind, String(decoding: text + source.bytes[kept..<max(kept, offset)], as: UTF8.self))
        }
        while true {
            guard isRaw || !isAt("\n"), current != Self.endOfText else {
                problems.append("non-terminated string")
                return finished(.illegal)
            }
            if accept(isRaw ? "`" : "\"") { return finished(.templateEnd(isRaw: isRaw)) }
            if accept("{") { return finished(.templatePart(isRaw: isRaw)) }
            if accept("\\") {
                if isAt("{") {
                    text += source.bytes[kept..<offset - 1]
                    kept = offset
                    advance()
                } else if !isRaw {
                    escape()
                }
            } else {
                advance()
            }
        }
    }
}
