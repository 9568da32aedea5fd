/// A lexical unit of Rego text.
struct Token {
    enum Kind: Hashable {
        case endOfText, whitespace, comment
        case identifier, number, string
        /// Text of a template string up to an embedded expression, or up to its end.
        case templatePart(isRaw: Bool), templateEnd(isRaw: Bool)
        case keyword(Keyword)
        case symbol(Symbol)
        /// Text that is no token.
        case illegal
    }

    enum Keyword: String, CaseIterable {
        case `as`, `default`, `else`, `false`, `import`, not, null, package, some, `true`, with
        case contains, every, `if`, `in`

        /// Keywords of v1 that v0 knows only by import.
        var isFuture: Bool {
            switch self {
            case .contains, .every, .if, .in: true
            default: false
            }
        }

        static let future: Set<Keyword> = [.contains, .every, .if, .in]
    }

    enum Symbol: String {
        case leftBrace = "{", rightBrace = "}", leftBracket = "[", rightBracket = "]", leftParenthesis = "(", rightParenthesis = ")"
        case comma = ",", colon = ":", semicolon = ";", dot = "."
        case assign = ":=", unify = "=", equal = "==", notEqual = "!=", less = "<", lessOrEqual = "<=", greater = ">", greaterOrEqual = ">="
        case plus = "+", minus = "-", times = "*", divide = "/", remainder = "%", and = "&", or = "|"

        /// The name error messages have for it; for operators, that of the built-in function they stand for.
        var name: String {
            switch self {
            case .leftBrace, .rightBrace, .leftBracket, .rightBracket, .leftParenthesis, .rightParenthesis, .comma, .colon, .semicolon, .dot: rawValue
            case .assign: "assign"
            case .unify: "eq"
            case .equal: "equal"
            case .notEqual: "neq"
            case .less: "lt"
            case .lessOrEqual: "lte"
            case .greater: "gt"
            case .greaterOrEqual: "gte"
            case .plus: "plus"
            case .minus: "minus"
            case .times: "mul"
            case .divide: "div"
            case .remainder: "rem"
            case .and: "and"
            case .or: "or"
            }
        }
    }

    var kind: Kind
    /// The text as written; that of template strings without their escaped braces.
    var text: String
    var location: SourceLocation

    /// The byte after the token.
    var end: Int { location.offset + location.length }

    /// The name error messages have for it: `unexpected identifier token`.
    var name: String {
        switch kind {
        case .endOfText: "eof"
        case .whitespace: "whitespace"
        case .comment: "comment"
        case .identifier: "identifier"
        case .number: "number"
        case .string: "string"
        case .templatePart(let isRaw): isRaw ? "raw-template-string-part" : "template-string-part"
        case .templateEnd(let isRaw): isRaw ? "raw-template-string-end" : "template-string-end"
        case .keyword(let keyword): keyword.rawValue
        case .symbol(let symbol): symbol.name
        case .illegal: "illegal"
        }
    }

    func isSymbol(_ symbol: Symbol) -> Bool { kind == .symbol(symbol) }
    func isKeyword(_ keyword: Keyword) -> Bool { kind == .keyword(keyword) }
    /// Begins what stands behind a reference's first part.
    var continuesReference: Bool { kind == .symbol(.dot) || kind == .symbol(.leftBracket) }
}
