/// A lexical unit of Rego text.
struct Token {
    enum Kind: Hashable {
        case endOfText, newline
        case identifier, number, string, rawString, templateString, rawTemplateString
        case keyword(Keyword)
        case symbol(Symbol)
        /// Text that is no token; an error has been reported for it.
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
    }

    enum Symbol: String {
        case leftBrace = "{", rightBrace = "}", leftBracket = "[", rightBracket = "]", leftParenthesis = "(", rightParenthesis = ")"
        case comma = ",", colon = ":", semicolon = ";", dot = "."
        case assign = ":=", unify = "=", equal = "==", notEqual = "!=", less = "<", lessOrEqual = "<=", greater = ">", greaterOrEqual = ">="
        case plus = "+", minus = "-", times = "*", divide = "/", remainder = "%", and = "&", or = "|"

        /// The name error messages have for it.
        var name: String {
            switch self {
            case .leftBrace: "{"
            case .rightBrace: "}"
            case .leftBracket: "["
            case .rightBracket: "]"
            case .leftParenthesis: "("
            case .rightParenthesis: ")"
            case .comma: ","
            case .colon: ":"
            case .semicolon: ";"
            case .dot: "."
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
    /// The text of identifiers and numbers; the decoded text of strings.
    var text: String
    var location: SourceLocation
    /// True where white space or a comment stands before it.
    var followsSpace: Bool
    /// True where a line ends before it.
    var followsNewline: Bool
    /// Parts of a template string.
    var template: [TemplatePart] = []

    /// A template string's text, or the range of an expression within it.
    enum TemplatePart {
        case text(String)
        case expression(Range<Int>)
    }

    /// The name error messages have for it: `unexpected identifier token`.
    var name: String {
        switch kind {
        case .endOfText: "eof"
        case .newline: "whitespace"
        case .identifier: "identifier"
        case .number: "number"
        case .string, .rawString: "string"
        case .templateString, .rawTemplateString: "template-string"
        case .keyword(let keyword): keyword.rawValue
        case .symbol(let symbol): symbol.name
        case .illegal: "illegal"
        }
    }

    func isSymbol(_ symbol: Symbol) -> Bool { kind == .symbol(symbol) }
    func isKeyword(_ keyword: Keyword) -> Bool { kind == .keyword(keyword) }
}
