/// Replaces the names of imports and of the package's rules by absolute references.
///
/// A name that the body declares anywhere, by `:=` or `some`, is left alone everywhere in it.
struct ReferenceResolution {
    /// What a module's names stand for, as absolute paths.
    let globals: [String: [String]]
    private(set) var used: Set<String> = []
    private(set) var diagnostics: [Diagnostic] = []
    /// Names that are declared around the current place, innermost last.
    private var declared: [Set<String>] = []

    init(globals: [String: [String]]) { self.globals = globals }

    static func globals(package: [String], rules: Set<String>, imports: [Import]) -> [String: [String]] {
        var globals: [String: [String]] = [:]
        for name in rules { globals[name] = ["data"] + package + [name] }
        for item in imports where item.path[0] == "data" || item.path[0] == "input" { globals[item.name] = item.path }
        return globals
    }

    // MARK: Rules

    mutating func rule(_ rule: Rule) -> Rule {
        var result = rule
        for argument in rule.head.arguments ?? [] {
            guard let name = Self.rootDocument(in: argument) else { continue }
            diagnostics.append(Diagnostic(.compile, "args must not shadow \(name) (use a different variable name)", at: rule.location))
            return rule
        }
        let arguments = (rule.head.arguments ?? []).reduce(into: Set<String>()) { $0.formUnion(Self.patternVariables($1)) }
        declared = [arguments, Self.declaredNames(rule.body)]
        result.head.path = rule.head.path.map { term($0) }
        result.head.key = rule.head.key.map { term($0) }
        result.head.value = rule.head.value.map { term($0) }
        result.body = body(rule.body)
        declared = []
        result.elseRule = rule.elseRule.map { self.rule($0) }
        return result
    }

    mutating func query(_ query: Body) -> Body {
        declared = [Self.declaredNames(query)]
        defer { declared = [] }
        return body(query)
    }

    /// A pattern that is a root document, or holds one.
    private static func rootDocument(in pattern: Term) -> String? {
        switch pattern.kind {
        case .variable(let name): VariableCollection.isVariable(name) ? nil : name
        case .array(let terms): terms.lazy.compactMap { rootDocument(in: $0) }.first
        case .object(let entries): entries.lazy.compactMap { rootDocument(in: $0.value) }.first
        case .ref(let ref): ref.path.lazy.compactMap { rootDocument(in: $0) }.first
        default: nil
        }
    }

    private static func patternVariables(_ pattern: Term) -> Set<String> {
        switch pattern.kind {
        case .variable(let name): [name]
        case .array(let terms): terms.reduce(into: []) { $0.formUnion(patternVariables($1)) }
        case .object(let entries): entries.reduce(into: []) { $0.formUnion(patternVariables($1.value)) }
        case .ref(let ref): ([ref.head] + ref.path).reduce(into: []) { $0.formUnion(patternVariables($1)) }
        default: []
        }
    }

    /// The names that `:=` and `some` declare in a body, bodies of `every` included but comprehensions not.
    static func declaredNames(_ body: Body) -> Set<String> {
        var names: Set<String> = []
        for expression in body { names.formUnion(declaredNames(expression)) }
        return names
    }

    static func declaredNames(_ expression: Expression) -> Set<String> {
        switch expression.kind {
        case .some(let names): return names.reduce(into: []) { $0.formUnion($1.variables()) }
        case .someIn(let key, let value, _): return value.variables().union(key?.variables() ?? [])
        case .every(let every): return declaredNames(every.body)
        case .term(let term):
            guard case .call(let call) = term.kind, call.function == ["assign"], call.arguments.count == 2 else { return [] }
            return call.arguments[0].variables()
        }
    }

    // MARK: Bodies

    private mutating func body(_ body: Body) -> Body {
        var resolved: Body = []
        for expression in body { resolved.append(self.expression(expression)) }
        return resolved
    }

    private mutating func expression(_ expression: Expression) -> Expression {
        var result = expression
        switch expression.kind {
        case .some: break
        case .term(let term): result.kind = .term(self.term(term))
        case .someIn(let key, let value, let domain): result.kind = .someIn(key: key.map { term($0) }, value: term(value), domain: term(domain))
        case .every(var every):
            declared.append(every.value.variables().union(every.key?.variables() ?? []))
            every.domain = term(every.domain)
            every.body = body(every.body)
            declared.removeLast()
            result.kind = .every(every)
        }
        for position in result.withModifiers.indices {
            result.withModifiers[position].target = term(result.withModifiers[position].target)
            result.withModifiers[position].value = term(result.withModifiers[position].value)
        }
        return result
    }

    // MARK: Terms

    private mutating func path(of name: String) -> [String]? {
        guard let path = globals[name], !declared.contains(where: { $0.contains(name) }) else { return nil }
        used.insert(name)
        return path
    }

    private static func absolute(_ path: [String], _ location: SourceLocation) -> Term {
        let head = Term(.variable(path[0]), at: location)
        guard path.count > 1 else { return head }
        return Term(.ref(Ref(head: head, path: path.dropFirst().map { Term(.string($0), at: location) })), at: location)
    }

    private mutating func term(_ term: Term) -> Term {
        switch term.kind {
        case .variable(let name): return path(of: name).map { Self.absolute($0, term.location) } ?? term
        case .ref(let ref):
            let head = self.term(ref.head), keys = ref.path.map { self.term($0) }
            // A name that stands for a reference joins it with the rest.
            if case .variable = ref.head.kind, case .ref(let inner) = head.kind {
                return Term(.ref(Ref(head: inner.head, path: inner.path + keys)), at: term.location)
            }
            return Term(.ref(Ref(head: head, path: keys)), at: term.location)
        case .call(var call):
            if !call.isInfix, let path = path(of: call.function[0]) { call.function = path + call.function.dropFirst() }
            call.arguments = call.arguments.map { self.term($0) }
            return Term(.call(call), at: term.location)
        case .arrayComprehension(_, let body), .setComprehension(_, let body), .objectComprehension(_, _, let body):
            declared.append(Self.declaredNames(body))
            defer { declared.removeLast() }
            return mapped(term)
        default: return mapped(term)
        }
    }

    private mutating func mapped(_ term: Term) -> Term {
        term.mapParts({ self.term($0) }, bodies: { body, heads in
            let heads = heads.map { self.term($0) }
            return (self.body(body), heads)
        })
    }
}
