/// Reads Rego text into a syntax tree: recursive descent over tokens, with a return to an earlier place where an attempt does not fit.
///
/// Which attempts are made, in which order, and what each of them reports are OPA's, so that errors are the same too. A method that reads
/// something gives nil where it could not, having reported why.
public struct Parser {
    /// Everything that a return to an earlier place takes back.
    struct State {
        var lexer: Lexer
        var token: Token
        var diagnostics: [Diagnostic] = []
        var comments: [Comment] = []
        /// Advice for the next error.
        var hints: [String] = []
        /// Where the last token that is not white space ended.
        var lastEnd = 0
        /// A line ended before the current token.
        var followsNewline = false
        var wildcards = 0
        /// What is wrong with keywords that are names in references, for who does not know such names.
        var keywordsInReferences: [Diagnostic] = []
    }

    var state: State
    let source: SourceText
    let version: RegoVersion
    private(set) var places = Places.reported
    /// Terms by the place where they begin, and the state behind them with the errors in them: an attempt that is given up need not read them again.
    private var knownTerms: [TermStart: (term: Term?, after: State, operatorDepth: Int)] = [:]
    private var nesting = 0

    /// Where a term begins. A keyword that has become a name begins another term.
    private struct TermStart: Hashable {
        let offset: Int
        let kind: Token.Kind
    }

    /// How deep the operators of the last term nest: `1 + 2 + 3` is as deep as it is long.
    var operatorDepth = 0

    /// How deep terms and bodies may nest, and operators in them. The passes of the compiler descend as deep; both together fit a stack of 8 MB.
    static let nestingLimit = 300
    static let operatorLimit = 600

    init(source: SourceText, version: RegoVersion, futureKeywords: Set<Token.Keyword>) {
        self.source = source
        self.version = version
        var lexer = Lexer(source)
        lexer.futureKeywords = futureKeywords
        let start = SourceLocation(source.file, row: 1, column: 0)
        state = State(lexer: lexer, token: Token(kind: .whitespace, text: "", location: start))
        advance()
    }

    /// Where the parts of a tree say that they stand.
    public enum Places: Sendable {
        /// Where OPA says it in messages: the only literal of an `else` without braces stands at the `else`.
        case reported
        /// Where they are written, for tools that change the text.
        case written
    }

    /// Reads a module. The module is nil where there are errors, those in annotations included unless these are passed over.
    public static func parse(_ policy: PolicySource, places: Places = .reported, readsAnnotations: Bool = true) -> (module: Module?, diagnostics: [Diagnostic]) {
        let source = SourceText(file: policy.file, text: policy.text)
        var parser = Parser(source: source, version: policy.version, futureKeywords: policy.version == .v1 ? Token.Keyword.future : [])
        parser.places = places
        let statements = parser.statements(includesRules: true)
        guard parser.state.diagnostics.isEmpty else { return (nil, parser.state.diagnostics) }
        var assembly = ModuleAssembly(policy: policy, comments: parser.state.comments, readsAnnotations: readsAnnotations)
        var (module, diagnostics) = assembly.module(statements)
        module?.keywordsInReferences = parser.state.keywordsInReferences
        return (module, diagnostics)
    }

    /// Reads a query: a body without braces.
    public static func parseQuery(_ text: String, file: String = "", version: RegoVersion = .v1) -> (body: Body?, diagnostics: [Diagnostic]) {
        let source = SourceText(file: file, text: text)
        var parser = Parser(source: source, version: version, futureKeywords: Token.Keyword.future)
        let statements = parser.statements(includesRules: false)
        guard parser.state.diagnostics.isEmpty else { return (nil, parser.state.diagnostics) }
        var body: Body = []
        for statement in statements {
            switch statement {
            case .body(let literals): body += literals
            case .package(let package): return (nil, [Diagnostic(.parse, "expected body but got package", at: package.location)])
            case .import(let item): return (nil, [Diagnostic(.parse, "expected body but got import", at: item.location)])
            case .rule(let rule): return (nil, [Diagnostic(.parse, "expected body but got rule", at: rule.location)])
            }
        }
        guard !body.isEmpty else { return (nil, [Diagnostic(.compile, "empty query cannot be compiled", at: nil)]) }
        return (body, [])
    }

    // MARK: Tokens

    var token: Token { state.token }
    var location: SourceLocation { state.token.location }

    /// Goes to the next token; white space in between is skipped, or stops where it is not.
    mutating func advance(skippingSpace: Bool = true) {
        read(skippingSpace: skippingSpace) { $0.next() }
    }

    /// Goes on with the text of a template string.
    mutating func continueTemplate(isRaw: Bool) {
        read(skippingSpace: false) { $0.continueTemplate(isRaw: isRaw) }
    }

    private mutating func read(skippingSpace: Bool, _ next: (inout Lexer) -> Token) {
        if state.token.kind != .whitespace {
            state.lastEnd = state.token.end
            state.followsNewline = false
        }
        while true {
            state.token = next(&state.lexer)
            for problem in state.lexer.problems { report(problem) }
            switch state.token.kind {
            case .whitespace:
                if state.token.text == "\n" { state.followsNewline = true }
                if !skippingSpace { return }
            case .comment:
                var text = Substring(state.token.text.unicodeScalars.dropFirst())
                if text.utf8.last == UInt8(ascii: "\r") { text = Substring(decoding: text.utf8.dropLast(), as: UTF8.self) }
                state.comments.append(Comment(text: String(text), at: state.token.location))
            default: return
            }
        }
    }

    /// The token after the current one, be it white space.
    func peek() -> Token {
        var lexer = state.lexer
        return lexer.next()
    }

    mutating func accept(_ symbol: Token.Symbol) -> Bool {
        guard token.isSymbol(symbol) else { return false }
        advance()
        return true
    }

    /// Whether a reference may have the current token for a name: every keyword of the version, or that an import made one.
    var isNameInReference: Bool {
        guard case .keyword(let keyword) = token.kind else { return false }
        return !keyword.isFuture || version == .v1 || state.lexer.futureKeywords.contains(keyword)
    }

    /// A keyword that begins a reference, such as `if.x`, is a name. Turns it into one.
    @discardableResult
    mutating func acceptKeywordAsName() -> Bool {
        guard isNameInReference, peek().continuesReference else { return false }
        noteKeywordInReference()
        state.token.kind = .identifier
        return true
    }

    /// Remembers the current token, a keyword that is a name, with the error that it would be.
    mutating func noteKeywordInReference(_ expectation: String? = nil) {
        let message = "unexpected \(token.name) keyword\(expectation.map { ": \($0)" } ?? "")"
        state.keywordsInReferences.append(Diagnostic(.parse, message, at: location, details: source.excerpt(at: location.offset)))
    }

    /// The place of what began at `start` and ended before the current token.
    func span(from start: SourceLocation) -> SourceLocation {
        var location = start
        location.length = max(0, state.lastEnd - start.offset)
        return location
    }

    mutating func wildcard() -> String {
        defer { state.wildcards += 1 }
        return "$\(state.wildcards)"
    }

    // MARK: Errors

    mutating func report(_ message: String, at place: SourceLocation? = nil) {
        var text = message
        switch state.hints.count {
        case 0: break
        case 1: text += " (hint: \(state.hints[0]))"
        default: text += " (hints: \(state.hints.joined(separator: ", ")))"
        }
        state.hints = []
        let location = place ?? self.location
        state.diagnostics.append(Diagnostic(.parse, text, at: location, details: source.excerpt(at: location.offset)))
    }

    /// Reports the current token as one that does not fit here.
    mutating func unexpected(_ expectation: String? = nil) {
        guard token.kind != .illegal else { return report("illegal token") }
        // The operators `&` and `|` are named like keywords that newer versions know.
        let isKeyword = if case .keyword = token.kind { true } else { false }
        report("unexpected \(token.name) \(isKeyword ? "keyword" : "token")\(expectation.map { ": \($0)" } ?? "")")
    }

    // MARK: Nesting

    mutating func nested<Result>(_ parse: (inout Parser) -> Result?) -> Result? {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= Self.nestingLimit else {
            report("max parsing recursion depth exceeded")
            return nil
        }
        return parse(&self)
    }

    /// Reads a term, or takes it from an earlier attempt at the same place.
    mutating func remembered(_ parse: (inout Parser) -> Term?) -> Term? {
        let start = TermStart(offset: location.offset, kind: token.kind)
        let earlier = state.diagnostics
        if let known = knownTerms[start] {
            state = known.after
            let found = known.after.diagnostics
            state.diagnostics = earlier.suffix(found.count) == found[...] ? earlier : earlier + found
            operatorDepth = max(operatorDepth, known.operatorDepth)
            return known.term
        }
        let outerDepth = operatorDepth
        operatorDepth = 0
        let term = parse(&self)
        let depth = operatorDepth
        operatorDepth = max(outerDepth, depth)
        var after = state
        after.diagnostics.removeFirst(min(earlier.count, after.diagnostics.count))
        knownTerms[start] = (term, after, depth)
        return term
    }

    /// What was read before a statement's begin is not read again.
    mutating func forgetTerms() { knownTerms.removeAll(keepingCapacity: true) }

    /// Tries something with all future keywords in force, or with none; what it reads and reports is taken back.
    func wouldParse(futureKeywords: Set<Token.Keyword>, _ attempt: (inout Parser) -> Bool) -> Bool {
        var other = self
        other.state.lexer.futureKeywords = futureKeywords
        other.forgetTerms()
        return attempt(&other)
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
