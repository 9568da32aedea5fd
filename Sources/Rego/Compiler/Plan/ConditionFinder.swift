/// Finds the conditions of a rule that a decision tree can test before the body is tried.
///
/// Only literals that must hold for every solution count: not negated, without `with`, a constant against a reference of constant keys.
enum ConditionFinder {
    static func conditions(of rule: CompiledRule, documents: DocumentTree) -> [IndexedCondition] {
        // A chain of `else` may succeed though its first body fails.
        guard rule.elseBranches.isEmpty else { return [] }
        var arguments: [String: Int] = [:]
        var found: [IndexedCondition] = []
        for (position, argument) in (rule.arguments ?? []).enumerated() {
            if case .variable(let name) = argument.kind {
                arguments[name] = position
            } else if let value = PlanScope.constantValue(of: argument) {
                found.append(IndexedCondition(subject: .argument(position, []), value: value))
            }
        }
        for expression in rule.body where !expression.isNegated && expression.withModifiers.isEmpty {
            guard case .term(let term) = expression.kind else { continue }
            if var condition = condition(term, arguments, documents) {
                condition.literal = expression.location
                found.append(condition)
            }
        }
        return found
    }

    private static func condition(_ term: Term, _ arguments: [String: Int], _ documents: DocumentTree) -> IndexedCondition? {
        guard case .call(let call) = term.kind, call.arguments.count == 2, call.function == ["eq"] || call.function == ["equal"] else { return nil }
        for (left, right) in [(call.arguments[0], call.arguments[1]), (call.arguments[1], call.arguments[0])] {
            if let subject = subject(left, arguments, documents), let value = PlanScope.constantValue(of: right) {
                return IndexedCondition(subject: subject, value: value)
            }
        }
        return nil
    }

    /// Whether a term is a place in the input or in the data that is fixed, and that no rule makes.
    static func isBaseDocument(_ term: Term, _ documents: DocumentTree) -> Bool { subject(term, [:], documents) != nil }

    private static func subject(_ term: Term, _ arguments: [String: Int], _ documents: DocumentTree) -> IndexedCondition.Subject? {
        switch term.kind {
        case .variable(let name): return arguments[name].map { .argument($0, []) }
        case .ref(let ref):
            guard case .variable(let head) = ref.head.kind else { return nil }
            var keys: [Value] = []
            for term in ref.path {
                guard let key = PlanScope.constantValue(of: term) else { return nil }
                keys.append(key)
            }
            if head == "input" { return .input(keys) }
            if let argument = arguments[head] { return .argument(argument, keys) }
            guard head == "data" else { return nil }
            // A base document, if no rule lies on the way or below.
            var node = 0
            for key in keys {
                guard case .string(let name) = key else { return nil }
                guard let child = documents.nodes[node].children[name] else {
                    return documents.nodes[node].group == nil ? .base(keys) : nil
                }
                node = child
            }
            return nil
        default: return nil
        }
    }
}
