/// What every body's planner needs to know of the rest.
struct PlanScope {
    let registry: BuiltinRegistry
    let documents: DocumentTree
    let groups: [RuleGroup]
    /// Arity by the path of a function's group.
    let functionGroups: [[String]: Int]
    /// Built-ins and functions that some `with` replaces: calls of them must ask.
    var mocked: Set<String> = []
    /// Plans instructions that tell where evaluation is, for coverage and failing tests.
    var observes = false
    /// The names that locals had in the policy.
    var localNames: [String: String] = [:]

    func functionGroup(_ function: [String]) -> Int? {
        guard function.first == "data" else { return nil }
        return functionGroups[Array(function.dropFirst())]
    }

    func arity(of function: [String]) -> Int? {
        if let group = functionGroup(function), case .function(let arity) = groups[group].kind { return arity }
        return registry[function.joined(separator: ".")]?.arity
    }

    func isVariadic(_ function: [String]) -> Bool { registry[function.joined(separator: ".")]?.isVariadic ?? false }
    func isVoid(_ function: [String]) -> Bool { registry[function.joined(separator: ".")]?.isVoid ?? false }
    func isMocked(_ function: [String]) -> Bool { mocked.contains(function.joined(separator: ".")) }
    func hasPartialRule(_ node: Int) -> Bool {
        guard let group = documents.nodes[node].group, case .partialObject = groups[group].kind else { return false }
        return true
    }

    func writtenName(_ name: String) -> String { localNames[name] ?? name }

    /// Whether `with target as value` replaces a function by a function; otherwise the value is an ordinary term.
    func isFunctionTarget(_ modifier: WithModifier) -> Bool {
        guard let path = PlanScope.segments(of: modifier.target), path.first != "input" else { return false }
        guard functionGroup(path) != nil || (path.first != "data" && registry[path.joined(separator: ".")] != nil) else { return false }
        if modifier.replacement != nil { return true }
        return PlanScope.segments(of: modifier.value).flatMap { functionGroup($0) } != nil
    }

    /// Whether `with target as value` gives a function the value of a rule or package instead of what it returns.
    func isRuleForFunction(_ modifier: WithModifier) -> Bool {
        guard let target = PlanScope.segments(of: modifier.target), target.first != "input" else { return false }
        guard functionGroup(target) != nil || (target.first != "data" && registry[target.joined(separator: ".")] != nil) else { return false }
        guard let path = PlanScope.segments(of: modifier.value), path.first == "data" else { return false }
        return path.dropFirst().reduce(0 as Int?) { node, name in node.flatMap { documents.nodes[$0].children[name] } } != nil
    }

    /// `input.a.b` as `["input", "a", "b"]`; nil where a segment is not a string.
    static func segments(of term: Term) -> [String]? {
        switch term.kind {
        case .variable(let name): return [name]
        case .ref(let ref):
            guard case .variable(let head) = ref.head.kind else { return nil }
            var segments = [head]
            for key in ref.path {
                guard case .string(let name) = key.kind else { return nil }
                segments.append(name)
            }
            return segments
        default: return nil
        }
    }

    /// The value of a term that has no variables, references, calls or closures.
    static func constantValue(of term: Term) -> Value? {
        switch term.kind {
        case .null: return .null
        case .boolean(let boolean): return .boolean(boolean)
        case .number(let text): return Number(literal: text).map { .number($0) }
        case .string(let text): return .string(text)
        case .array(let terms):
            var elements: [Value] = []
            for term in terms {
                guard let value = constantValue(of: term) else { return nil }
                elements.append(value)
            }
            return .array(elements)
        case .set(let terms):
            var members: [Value] = []
            for term in terms {
                guard let value = constantValue(of: term) else { return nil }
                members.append(value)
            }
            return Value.makeSet(members)
        case .object(let entries):
            var pairs: [(Value, Value)] = []
            for entry in entries {
                guard let key = constantValue(of: entry.key), let value = constantValue(of: entry.value) else { return nil }
                pairs.append((key, value))
            }
            return Value.makeObject(pairs)
        default: return nil
        }
    }
}
