/// Parses GraphQL documents by recursive descent; the first error ends it.
struct GraphQLParser {
    private var lexer: GraphQLLexer
    private(set) var token: GraphQLToken
    /// The token before the current one.
    private(set) var previous: GraphQLToken
    private var depth = 0
    private static let depthLimit = 500

    init(_ source: String) {
        lexer = GraphQLLexer(source)
        token = lexer.next()
        previous = token
    }

    // MARK: Tokens

    @discardableResult
    mutating func advance() -> GraphQLToken {
        previous = token
        token = lexer.next()
        return previous
    }

    mutating func skip(_ kind: GraphQLToken.Kind) -> Bool {
        guard token.kind == kind else { return false }
        advance()
        return true
    }

    func error(_ message: String, at token: GraphQLToken? = nil) -> GraphQLError {
        GraphQLError(message: message, location: (token ?? self.token).location)
    }

    func unexpected(_ token: GraphQLToken? = nil) -> GraphQLError {
        error("Unexpected \((token ?? self.token).description)", at: token)
    }

    @discardableResult
    mutating func expect(_ kind: GraphQLToken.Kind) throws(GraphQLError) -> GraphQLToken {
        guard token.kind == kind else { throw error("Expected \(kind.rawValue), found \(token.kind.rawValue)") }
        return advance()
    }

    mutating func expectKeyword(_ word: String) throws(GraphQLError) {
        guard isKeyword(word) else { throw error("Expected \(word.quotedForRego), found \(token.description)") }
        advance()
    }

    func isKeyword(_ word: String) -> Bool { token.kind == .name && token.value == word }

    mutating func name() throws(GraphQLError) -> String { try expect(.name).value }

    /// Items between two tokens, any number of them; none where the first token is missing.
    mutating func many<Item>(_ open: GraphQLToken.Kind, _ close: GraphQLToken.Kind, _ parse: (inout GraphQLParser) throws(GraphQLError) -> Item) throws(GraphQLError) -> [Item] {
        guard skip(open) else { return [] }
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else { throw error("document is nested more than \(Self.depthLimit) levels deep") }
        var items: [Item] = []
        while token.kind != close { items.append(try parse(&self)) }
        advance()
        return items
    }

    /// Like `many`, at least one where the first token is there.
    mutating func some<Item>(_ open: GraphQLToken.Kind, _ close: GraphQLToken.Kind, _ parse: (inout GraphQLParser) throws(GraphQLError) -> Item) throws(GraphQLError) -> [Item] {
        guard token.kind == open else { return [] }
        let items = try many(open, close, parse)
        guard !items.isEmpty else { throw error("expected at least one definition, found \(close.rawValue)", at: previous) }
        return items
    }

    // MARK: Queries

    static func query(_ source: String) throws(GraphQLError) -> GraphQL.QueryDocument {
        var parser = GraphQLParser(source)
        var document = GraphQL.QueryDocument()
        while parser.token.kind != .end {
            if parser.token.kind == .leftBrace || ["query", "mutation", "subscription"].contains(where: parser.isKeyword) {
                document.operations.append(try parser.operation())
            } else if parser.isKeyword("fragment") {
                document.fragments.append(try parser.fragment())
            } else {
                throw parser.unexpected()
            }
        }
        return document
    }

    mutating func operationKind() throws(GraphQLError) -> String {
        let word = advance()
        guard word.kind == .name, ["query", "mutation", "subscription"].contains(word.value) else { throw unexpected(word) }
        return word.value
    }

    private mutating func operation() throws(GraphQLError) -> GraphQL.Operation {
        let location = token.location
        if token.kind == .leftBrace {
            return GraphQL.Operation(kind: "query", name: "", variables: [], directives: [], selections: try selections(), location: location)
        }
        let kind = try operationKind()
        let name = token.kind == .name ? advance().value : ""
        return GraphQL.Operation(
            kind: kind, name: name, variables: try variableDefinitions(), directives: try directives(isConstant: false), selections: try selections(),
            location: location)
    }

    private mutating func variableDefinitions() throws(GraphQLError) -> [GraphQL.VariableDefinition] {
        try many(.leftParenthesis, .rightParenthesis) { (parser) throws(GraphQLError) in
            let location = parser.token.location
            let name = try parser.variable()
            try parser.expect(.colon)
            let type = try parser.type()
            let value = parser.skip(.equals) ? try parser.literal(isConstant: true) : nil
            return GraphQL.VariableDefinition(name: name, type: type, defaultValue: value, directives: try parser.directives(isConstant: false), location: location)
        }
    }

    private mutating func variable() throws(GraphQLError) -> String {
        try expect(.dollar)
        return try name()
    }

    private mutating func selections() throws(GraphQLError) -> [GraphQL.Selection] {
        guard token.kind == .leftBrace else { throw error("Expected {, found \(token.kind.rawValue)") }
        return try some(.leftBrace, .rightBrace) { (parser) throws(GraphQLError) in try parser.selection() }
    }

    private mutating func selection() throws(GraphQLError) -> GraphQL.Selection {
        let location = token.location
        guard token.kind == .spread else { return .field(try field()) }
        advance()
        if token.kind == .name, token.value != "on" {
            let name = try fragmentName()
            return .spread(name: name, directives: try directives(isConstant: false), location: location)
        }
        var condition = ""
        if isKeyword("on") {
            advance()
            condition = try name()
        }
        return .inline(condition: condition, directives: try directives(isConstant: false), selections: try selections(), location: location)
    }

    private mutating func field() throws(GraphQLError) -> GraphQL.Field {
        let location = token.location
        let alias = try name()
        let name = skip(.colon) ? try self.name() : alias
        let arguments = try arguments(isConstant: false), directives = try directives(isConstant: false)
        return GraphQL.Field(
            alias: alias, name: name, arguments: arguments, directives: directives,
            selections: token.kind == .leftBrace ? try selections() : [], location: location)
    }

    private mutating func fragmentName() throws(GraphQLError) -> String {
        if isKeyword("on") { throw unexpected() }
        return try name()
    }

    private mutating func fragment() throws(GraphQLError) -> GraphQL.Fragment {
        let location = token.location
        try expectKeyword("fragment")
        let name = try fragmentName()
        let variables = try variableDefinitions()
        try expectKeyword("on")
        let condition = try self.name()
        return GraphQL.Fragment(
            name: name, variables: variables, condition: condition, directives: try directives(isConstant: false), selections: try selections(),
            location: location)
    }

    // MARK: Values, types and directives

    private mutating func arguments(isConstant: Bool) throws(GraphQLError) -> [GraphQL.Argument] {
        try many(.leftParenthesis, .rightParenthesis) { (parser) throws(GraphQLError) in try parser.argument(isConstant: isConstant) }
    }

    private mutating func argument(isConstant: Bool) throws(GraphQLError) -> GraphQL.Argument {
        let location = token.location
        let name = try name()
        try expect(.colon)
        return GraphQL.Argument(name: name, value: try literal(isConstant: isConstant), location: location)
    }

    mutating func literal(isConstant: Bool) throws(GraphQLError) -> GraphQL.Literal {
        let start = token
        switch start.kind {
        case .leftBracket:
            let elements = try many(.leftBracket, .rightBracket) { (parser) throws(GraphQLError) in
                GraphQL.Argument(name: "", value: try parser.literal(isConstant: isConstant))
            }
            return GraphQL.Literal(kind: .list, children: elements, location: start.location)
        case .leftBrace:
            let fields = try many(.leftBrace, .rightBrace) { (parser) throws(GraphQLError) in try parser.argument(isConstant: isConstant) }
            return GraphQL.Literal(kind: .object, children: fields, location: start.location)
        case .dollar:
            if isConstant { throw unexpected() }
            return GraphQL.Literal(kind: .variable, raw: try variable(), location: start.location)
        case .integer: return plain(.integer)
        case .float: return plain(.float)
        case .string: return plain(.string)
        case .blockString: return plain(.block)
        case .name:
            switch start.value {
            case "true", "false": return plain(.boolean)
            case "null": return plain(.null)
            default: return plain(.enumeration)
            }
        default: throw unexpected()
        }
    }

    private mutating func plain(_ kind: GraphQL.ValueKind) -> GraphQL.Literal {
        let token = advance()
        return GraphQL.Literal(kind: kind, raw: token.value, location: token.location)
    }

    mutating func directives(isConstant: Bool) throws(GraphQLError) -> [GraphQL.Directive] {
        var directives: [GraphQL.Directive] = []
        while token.kind == .at {
            let location = token.location
            advance()
            directives.append(GraphQL.Directive(name: try name(), arguments: try arguments(isConstant: isConstant), location: location))
        }
        return directives
    }

    mutating func type() throws(GraphQLError) -> GraphQL.TypeReference {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else { throw error("document is nested more than \(Self.depthLimit) levels deep") }
        if skip(.leftBracket) {
            let element = try type()
            try expect(.rightBracket)
            return .list(element, nonNull: skip(.bang))
        }
        return .named(try name(), nonNull: skip(.bang))
    }
}
