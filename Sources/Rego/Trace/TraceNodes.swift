/// Finds what the events of a trace are about by its place in the text.
struct TraceNodes: Sendable {
    private struct Place: Hashable {
        var file: String
        var offset: Int

        init(_ location: SourceLocation) {
            file = location.file
            offset = location.offset
        }
    }

    private var expressions: [Place: (expression: Expression, position: Int)] = [:]
    private var rules: [Place: (rule: Rule, package: [String])] = [:]
    private let query: Body

    init(modules: [Module], query: String) {
        self.query = Parser.parseQuery(query).body ?? []
        collect(self.query)
        for module in modules { for rule in module.rules { collect(rule, module.package.path) } }
    }

    private mutating func collect(_ rule: Rule, _ package: [String]) {
        rules[Place(rule.location)] = (rule, package)
        rules[Place(rule.head.location)] = (rule, package)
        collect(rule.body)
        for branch in rule.elseRule { collect(branch, package) }
    }

    private mutating func collect(_ body: Body) {
        for (position, expression) in body.enumerated() {
            expressions[Place(expression.location)] = (expression, position)
            var inner: [Body] = []
            for term in expression.terms { term.walk({ _ in true }, closure: { _, body in inner.append(body) }) }
            if case .every(let every) = expression.kind { inner.append(every.body) }
            for body in inner { collect(body) }
        }
    }

    func text(_ event: TraceEvent) -> String {
        if case .document(let path) = event.subject { return Self.reference(path).description }
        if event.isAboutBody {
            guard event.depth > 0, let found = rules[Place(event.location)] else { return query.regoText }
            return Self.reference(found.package + [found.rule.head.name]).description
        }
        return expressions[Place(event.location)]?.expression.description ?? ""
    }

    /// What OPA calls the kind of node.
    func type(_ event: TraceEvent) -> String {
        if case .document = event.subject { return "" }
        guard event.isAboutBody else { return "expr" }
        return event.depth == 0 ? "body" : "rule"
    }

    func document(_ event: TraceEvent) -> Value {
        if case .document(let path) = event.subject { return Term(.ref(Self.reference(path))).document }
        if event.isAboutBody {
            guard event.depth > 0, let found = rules[Place(event.location)] else { return query.document }
            return found.rule.document
        }
        guard let found = expressions[Place(event.location)] else { return .null }
        return found.expression.document(found.position)
    }

    private static func reference(_ path: [String]) -> Ref {
        Ref(head: Term(.variable("data")), path: path.map { Term(.string($0)) })
    }
}

extension Value {
    /// The value as a term of a syntax tree in JSON.
    var termDocument: Value {
        switch self {
        case .null: ["type": "null", "value": .null]
        case .boolean: ["type": "boolean", "value": self]
        case .number: ["type": "number", "value": self]
        case .string: ["type": "string", "value": self]
        case .array(let elements): ["type": "array", "value": .array(elements.map(\.termDocument))]
        case .set(let members): ["type": "set", "value": .array(members.map(\.termDocument))]
        case .object(let entries): ["type": "object", "value": .array(entries.map { [$0.key.termDocument, $0.value.termDocument] })]
        }
    }
}
