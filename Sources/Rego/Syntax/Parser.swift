/// Reads Rego text into a syntax tree: recursive descent over tokens.
///
/// Parsing stops at the first statement that cannot be read; errors of the lexer before that place are reported too.
public struct Parser {
    struct Failure: Error {
        let diagnostic: Diagnostic
    }

    let source: SourceText
    var tokens: [Token]
    var position = 0
    var version: RegoVersion
    /// The future keywords that are in force; all of them in v1.
    var futureKeywords: Set<Token.Keyword> = []
    var wildcards: Int
    private var nesting = 0

    /// How deep terms and bodies may nest: what fits the stack of any thread that Swift or Dispatch makes.
    static let nestingLimit = 300

    init(source: SourceText, tokens: [Token], version: RegoVersion, wildcards: Int = 0) {
        self.source = source
        self.tokens = tokens
        self.version = version
        self.wildcards = wildcards
        if version == .v1 { futureKeywords = [.contains, .every, .if, .in] }
    }

    /// Reads a module. The module is nil where there are errors.
    public static func parse(_ policy: PolicySource) -> (module: Module?, diagnostics: [Diagnostic]) {
        let source = SourceText(file: policy.file, text: policy.text)
        var lexer = Lexer(source)
        let tokens = lexer.tokens()
        var parser = Parser(source: source, tokens: tokens, version: policy.version)
        do throws(Failure) {
            var module = try parser.module(text: policy.text)
            guard lexer.diagnostics.isEmpty else { return (nil, lexer.diagnostics) }
            module.comments = lexer.comments
            do throws(DiagnosticList) {
                try AnnotationsParser.attach(lexer.comments, to: &module, source: source)
            } catch {
                return (nil, error.diagnostics)
            }
            return (module, [])
        } catch {
            return (nil, parser.errors(error, lexer.diagnostics))
        }
    }

    /// Reads a query: a body without braces.
    public static func parseQuery(_ text: String, file: String = "", version: RegoVersion = .v1) -> (body: Body?, diagnostics: [Diagnostic]) {
        let source = SourceText(file: file, text: text)
        var lexer = Lexer(source)
        let tokens = lexer.tokens()
        var parser = Parser(source: source, tokens: tokens, version: version)
        parser.futureKeywords = [.contains, .every, .if, .in]
        do throws(Failure) {
            let body = try parser.body(until: nil)
            guard lexer.diagnostics.isEmpty else { return (nil, lexer.diagnostics) }
            return (body, [])
        } catch {
            return (nil, parser.errors(error, lexer.diagnostics))
        }
    }

    private func errors(_ failure: Failure, _ lexical: [Diagnostic]) -> [Diagnostic] {
        guard let place = failure.diagnostic.location else { return [failure.diagnostic] + lexical }
        let earlier = lexical.filter { ($0.location?.offset ?? 0) <= place.offset }
        return earlier.isEmpty ? [failure.diagnostic] : earlier
    }

    // MARK: Tokens

    var current: Token { tokens[position] }
    func peek(_ distance: Int = 1) -> Token { tokens[min(position + distance, tokens.count - 1)] }

    @discardableResult
    mutating func advance() -> Token {
        defer { if position < tokens.count - 1 { position += 1 } }
        return tokens[position]
    }

    mutating func accept(_ symbol: Token.Symbol) -> Bool {
        guard current.isSymbol(symbol) else { return false }
        advance()
        return true
    }

    mutating func accept(_ keyword: Token.Keyword) -> Bool {
        guard isKeyword(keyword) else { return false }
        advance()
        return true
    }

    /// Whether the current token is a keyword that is in force.
    func isKeyword(_ keyword: Token.Keyword) -> Bool {
        current.isKeyword(keyword) && (!keyword.isFuture || futureKeywords.contains(keyword)) && !startsKeywordRef
    }

    /// `if.x`: a keyword that begins a reference is a name.
    var startsKeywordRef: Bool {
        guard case .keyword = current.kind else { return false }
        let next = peek()
        return !next.followsSpace && (next.isSymbol(.dot) || next.isSymbol(.leftBracket))
    }

    /// The name of a token that can stand for a variable: identifiers, and future keywords that are not in force.
    func variableName(_ token: Token) -> String? {
        switch token.kind {
        case .identifier: token.text
        case .keyword(let keyword) where keyword.isFuture && !futureKeywords.contains(keyword): token.text
        default: nil
        }
    }

    func failure(_ message: String, at location: SourceLocation? = nil) -> Failure {
        let place = location ?? current.location
        return Failure(diagnostic: Diagnostic(.parse, message, at: place, details: source.excerpt(at: place)))
    }

    /// OPA's words for a token that does not fit.
    func unexpected(_ expectation: String? = nil) -> Failure {
        let kind: String
        switch current.kind {
        case .keyword(let keyword): kind = "\(keyword.rawValue) keyword"
        default: kind = "\(current.name) token"
        }
        return failure("unexpected \(kind)\(expectation.map { ": \($0)" } ?? "")")
    }

    mutating func nested<Result>(_ parse: (inout Parser) throws(Failure) -> Result) throws(Failure) -> Result {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= Self.nestingLimit else { throw failure("max parsing recursion depth exceeded") }
        return try parse(&self)
    }

    mutating func wildcard() -> String {
        defer { wildcards += 1 }
        return "$\(wildcards)"
    }
}

/// A policy to be read.
public struct PolicySource: Sendable {
    /// Shown in errors; usually the path of the file.
    public var file: String
    public var text: String
    public var version: RegoVersion
    public init(file: String, text: String, version: RegoVersion = .v1) {
        self.file = file
        self.text = text
        self.version = version
    }
}
