/// Which places of the input a term may rest on, through variables and rules: rather too many than too few, because what is masked hangs on it.
struct InputDependencies {
    private let rules: ExplainedRules
    /// Places as keys below `input`, up to the first key that is not constant.
    private(set) var places: Set<[String]> = []
    private var documents: Set<[String]> = []

    init(of term: Term, _ frame: ExplanationFrame, _ rules: ExplainedRules) {
        self.rules = rules
        var seen: Set<String> = []
        follow(variables(of: [term]), frame, &seen)
    }

    /// Adds what terms refer to; gives their variables.
    private mutating func variables(of terms: [Term]) -> Set<String> {
        var names: Set<String> = [], inner: [Body] = [], references: [Ref] = []
        func visit(_ term: Term) {
            term.walk({ part in
                switch part.kind {
                case .variable(let name): names.insert(name)
                case .ref(let ref):
                    references.append(ref)
                    if !ref.isRooted { visit(ref.head) }
                    ref.path.forEach(visit)
                    return false
                case .call(let call): if call.function.first == "data" { references.append(Ref(head: Term(.variable("data")), path: call.function.dropFirst().map { Term(.string($0)) })) }
                default: break
                }
                return true
            }, closure: { heads, body in
                heads.forEach(visit)
                inner.append(body)
            })
        }
        terms.forEach(visit)
        for reference in references { add(reference) }
        if names.contains("input") { places.insert([]) }
        for body in inner { for literal in body { names.formUnion(variables(of: literal)) } }
        return names.filter(VariableCollection.isVariable)
    }

    private mutating func variables(of literal: Expression) -> Set<String> {
        var names = variables(of: literal.terms)
        if case .every(let every) = literal.kind { for inner in every.body { names.formUnion(variables(of: inner)) } }
        return names
    }

    private mutating func add(_ ref: Ref) {
        var keys: [String] = []
        for term in ref.path {
            guard let key = PlanScope.constantValue(of: term) else { break }
            if case .string(let name) = key { keys.append(name) } else { keys.append(key.regoText) }
        }
        switch ref.head.kind {
        case .variable("input"): places.insert(keys)
        case .variable("data"): document(keys)
        default: break
        }
    }

    /// Follows variables to all literals that mention them.
    private mutating func follow(_ names: Set<String>, _ frame: ExplanationFrame, _ seen: inout Set<String>) {
        let new = names.subtracting(seen)
        guard !new.isEmpty else { return }
        seen.formUnion(new)
        for name in new {
            switch frame.definitions[name] {
            case .argument(let term, let caller):
                var seenByCaller: Set<String> = []
                follow(variables(of: [term]), caller, &seenByCaller)
            case .element(let domain, _): follow(variables(of: [domain]), frame, &seen)
            case .term(let term): follow(variables(of: [term]), frame, &seen)
            case nil: break
            }
        }
        for literal in frame.body {
            // What a literal refers to counts only where it has to do with one of the names.
            var known = self
            let mentioned = known.variables(of: literal)
            guard !mentioned.isDisjoint(with: new) else { continue }
            self = known
            follow(mentioned, frame, &seen)
        }
    }

    private mutating func document(_ path: [String]) {
        guard documents.insert(path).inserted else { return }
        for rule in rules.overlapping(path) {
            _ = variables(of: rule.keys + [rule.value].compactMap(\.self))
            for literal in rule.body { _ = variables(of: literal) }
        }
    }
}

extension Ref {
    /// Whether it leads into the input or into data.
    fileprivate var isRooted: Bool { if case .variable(let name) = head.kind { !VariableCollection.isVariable(name) } else { false } }
}
