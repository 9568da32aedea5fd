/// A token of GraphQL (specification of October 2021, section 2.1).
struct GraphQLToken: Hashable {
    enum Kind: String {
        case invalid = "<Invalid>"
        case end = "<EOF>"
        case bang = "!", dollar = "$", ampersand = "&", leftParenthesis = "(", rightParenthesis = ")", spread = "...", colon = ":", equals = "=", at = "@"
        case leftBracket = "[", rightBracket = "]", leftBrace = "{", rightBrace = "}", pipe = "|"
        case name = "Name", integer = "Int", float = "Float", string = "String", blockString = "BlockString"
    }

    var kind: Kind
    var value = ""
    var location: GraphQLLocation

    var description: String { value.isEmpty ? kind.rawValue : "\(kind.rawValue) \(value.quotedForRego)" }
}

struct GraphQLLexer {
    private let text: [Unicode.Scalar]
    private var position = 0
    private var line = 1
    private var lineStart = 0

    init(_ source: String) { text = Array(source.unicodeScalars) }

    private func location(_ start: Int) -> GraphQLLocation { GraphQLLocation(line: line, column: start - lineStart + 1) }

    private func peek(_ offset: Int = 0) -> Unicode.Scalar? {
        position + offset < text.count ? text[position + offset] : nil
    }

    private mutating func newLine() {
        line += 1
        lineStart = position
    }

    private mutating func skipIgnored() {
        while let scalar = peek() {
            switch scalar {
            case " ", "\t", ",", "\u{feff}": position += 1
            case "\n":
                position += 1
                newLine()
            case "\r":
                position += 1
                if peek() == "\n" { position += 1 }
                newLine()
            case "#": while let next = peek(), next != "\n", next != "\r" { position += 1 }
            default: return
            }
        }
    }

    /// The next token; after the text's end always `end`. What is no token is `invalid`.
    mutating func next() -> GraphQLToken {
        skipIgnored()
        let start = position
        guard let scalar = peek() else { return GraphQLToken(kind: .end, location: location(start)) }
        if scalar == ".", peek(1) == ".", peek(2) == "." {
            position += 3
            return GraphQLToken(kind: .spread, location: location(start))
        }
        if Self.isNameStart(scalar) {
            while let next = peek(), Self.isNameStart(next) || ("0"..."9").contains(next) { position += 1 }
            return token(.name, from: start)
        }
        if scalar == "-" || ("0"..."9").contains(scalar) { return number() }
        if scalar == "\"" { return peek(1) == "\"" && peek(2) == "\"" ? blockString() : string() }
        position += 1
        if let kind = GraphQLToken.Kind(rawValue: String(Character(scalar))) { return GraphQLToken(kind: kind, location: location(start)) }
        return GraphQLToken(kind: .invalid, location: location(start))
    }

    private static func isNameStart(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
    }

    private func token(_ kind: GraphQLToken.Kind, from start: Int) -> GraphQLToken {
        GraphQLToken(kind: kind, value: String(String.UnicodeScalarView(text[start..<position])), location: location(start))
    }

    // MARK: Numbers

    private mutating func digits() -> Bool {
        let start = position
        while let next = peek(), ("0"..."9").contains(next) { position += 1 }
        return position > start
    }

    private mutating func number() -> GraphQLToken {
        let start = position
        var kind = GraphQLToken.Kind.integer
        if peek() == "-" { position += 1 }
        if peek() == "0" {
            position += 1
            if let next = peek(), ("0"..."9").contains(next) { return invalid() }
        } else if !digits() {
            return invalid()
        }
        if peek() == "." {
            kind = .float
            position += 1
            guard digits() else { return invalid() }
        }
        if peek() == "e" || peek() == "E" {
            kind = .float
            position += 1
            if peek() == "+" || peek() == "-" { position += 1 }
            guard digits() else { return invalid() }
        }
        return token(kind, from: start)
    }

    /// A token that is none, at the place reached.
    private func invalid() -> GraphQLToken { GraphQLToken(kind: .invalid, location: location(position)) }

    // MARK: Strings

    private mutating func string() -> GraphQLToken {
        position += 1
        // The place of a string is that of its first character, not of the quote.
        let start = position
        var value = String.UnicodeScalarView()
        while let scalar = peek() {
            switch scalar {
            case "\"":
                position += 1
                return GraphQLToken(kind: .string, value: String(value), location: location(start))
            case "\n", "\r": return invalid()
            case "\\":
                guard let escaped = escape() else { return invalid() }
                value.append(escaped)
            default:
                if scalar.value < 0x20, scalar != "\t" { return invalid() }
                value.append(scalar)
                position += 1
            }
        }
        return invalid()
    }

    private mutating func escape() -> Unicode.Scalar? {
        guard let kind = peek(1) else { return nil }
        if kind == "u" {
            guard position + 6 <= text.count, let value = UInt32(String(String.UnicodeScalarView(text[(position + 2)..<(position + 6)])), radix: 16) else { return nil }
            position += 6
            return Unicode.Scalar(value) ?? "\u{fffd}"
        }
        let plain: [Unicode.Scalar: Unicode.Scalar] = ["\"": "\"", "\\": "\\", "/": "/", "b": "\u{8}", "f": "\u{c}", "n": "\n", "r": "\r", "t": "\t"]
        guard let scalar = plain[kind] else { return nil }
        position += 2
        return scalar
    }

    private mutating func blockString() -> GraphQLToken {
        position += 3
        let start = position
        var value = String.UnicodeScalarView()
        while let scalar = peek() {
            if scalar == "\"", peek(1) == "\"", peek(2) == "\"" {
                let place = location(start)
                position += 3
                return GraphQLToken(kind: .blockString, value: Self.unindented(String(value)), location: place)
            }
            if scalar == "\\", peek(1) == "\"", peek(2) == "\"", peek(3) == "\"" {
                value.append(contentsOf: "\"\"\"".unicodeScalars)
                position += 4
                continue
            }
            position += 1
            if scalar == "\r" {
                if peek() == "\n" { position += 1 }
                value.append("\n")
                newLine()
            } else {
                if scalar.value < 0x20, scalar != "\t", scalar != "\n" { return invalid() }
                value.append(scalar)
                if scalar == "\n" { newLine() }
            }
        }
        return invalid()
    }

    /// A block string's value: without the indentation its lines share, nor blank lines around it (specification, 2.9.4).
    private static func unindented(_ raw: String) -> String {
        var lines = raw.split(separator: "\n", omittingEmptySubsequences: false)
        func indent(_ line: Substring) -> Int { line.prefix { $0 == " " || $0 == "\t" }.count }
        func isBlank(_ line: Substring) -> Bool { indent(line) == line.count }
        // As in OPA's parser, the first line counts too, though it keeps its own.
        if let shared = lines.filter({ !isBlank($0) }).map(indent).min() {
            for position in lines.indices.dropFirst() { lines[position] = lines[position].dropFirst(shared) }
        }
        while let first = lines.first, isBlank(first) { lines.removeFirst() }
        while let last = lines.last, isBlank(last) { lines.removeLast() }
        return lines.joined(separator: "\n")
    }
}
