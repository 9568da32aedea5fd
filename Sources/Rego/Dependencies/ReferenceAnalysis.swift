/// The references into `data` and `input` of a rule or query.
///
/// A variable that stands for a document is followed: in `user := input.user; user.name == "ann"` the reference is `input.user.name`, and `input.user` is
/// none, unless the variable is used as a whole. Source: OPA's package `dependencies`.
struct ReferenceAnalysis {
    private var references: [Ref] = []
    /// The documents that variables stand for.
    private var documents: [String: [Ref]] = [:]
    /// Variables that are used as a whole.
    private var used: Set<String> = []

    /// - Parameter isQuery: each variable of a query is part of what it gives.
    init(heads: [Term], body: Body, isQuery: Bool = false) {
        var equalities: [(variable: String, ref: Ref)] = [], others: [Expression] = []
        for literal in body {
            if let equality = Self.equality(literal) { equalities.append(equality) } else { others.append(literal) }
        }
        resolve(equalities)
        for head in heads { collect(head) }
        for literal in others { collect(literal) }
        for (_, ref) in equalities { collectKeys(of: ref) }
        for (variable, refs) in documents where isQuery || refs.count > 1 || used.contains(variable) { references += refs }
    }

    /// Without those that another is the beginning of.
    var minimalReferences: [Ref] {
        let texts = Set(references.map(Self.text))
        var seen: Set<[String]> = []
        return references.filter { ref in
            let text = Self.text(ref)
            return seen.insert(text).inserted && !(1..<text.count).contains { texts.contains(Array(text.prefix($0))) }
        }
    }

    private static func text(_ ref: Ref) -> [String] { ([ref.head] + ref.path).map(\.description) }

    /// A literal that says that a variable is what a reference gives.
    private static func equality(_ literal: Expression) -> (variable: String, ref: Ref)? {
        guard !literal.isNegated, literal.withModifiers.isEmpty, case .term(let term) = literal.kind, case .call(let call) = term.kind else { return nil }
        guard call.function == ["eq"], call.arguments.count == 2 else { return nil }
        for (left, right) in [(call.arguments[0], call.arguments[1]), (call.arguments[1], call.arguments[0])] {
            if case .variable(let name) = left.kind, !isRoot(name), let ref = reference(right) { return (name, ref) }
        }
        return nil
    }

    private static func isRoot(_ name: String) -> Bool { name == "data" || name == "input" }

    /// A reference, or a document that is named as a whole.
    private static func reference(_ term: Term) -> Ref? {
        switch term.kind {
        case .ref(let ref): if case .variable = ref.head.kind { ref } else { nil }
        case .variable(let name): isRoot(name) ? Ref(head: term, path: []) : nil
        default: nil
        }
    }

    /// Finds what variables stand for, also through other variables.
    private mutating func resolve(_ equalities: [(variable: String, ref: Ref)]) {
        var known: [String: Set<[String]>] = [:], isDone = false
        while !isDone {
            isDone = true
            for (variable, ref) in equalities {
                for document in expanded(ref) where document.path.count < 64 && known[variable, default: []].insert(Self.text(document)).inserted {
                    documents[variable, default: []].append(document)
                    isDone = false
                }
            }
        }
    }

    /// The reference with its head replaced by what this stands for; nothing where it stands for no document.
    private func expanded(_ ref: Ref) -> [Ref] {
        guard case .variable(let name) = ref.head.kind else { return [] }
        if Self.isRoot(name) { return [ref] }
        return (documents[name] ?? []).map { Ref(head: $0.head, path: $0.path + ref.path) }
    }

    // MARK: Collecting

    private mutating func collect(_ literal: Expression) {
        for term in literal.terms { collect(term) }
        for modifier in literal.withModifiers { collect(modifier.target) }
        if case .every(let every) = literal.kind { for inner in every.body { collect(inner) } }
    }

    private mutating func collect(_ term: Term) {
        var refs: [Ref] = [], names: [String] = [], closures: [(heads: [Term], body: Body)] = [], heads: [Term] = []
        term.walk({ part in
            if let ref = Self.reference(part) {
                refs.append(ref)
                return false
            }
            switch part.kind {
            case .ref(let ref):
                heads += [ref.head] + ref.path
                return false
            case .variable(let name): names.append(name)
            case .call(let call) where call.function.first == "data":
                refs.append(Ref(head: Term(.variable("data")), path: call.function.dropFirst().map { Term(.string($0)) }))
            default: break
            }
            return true
        }, closure: { closures.append(($0, $1)) })
        used.formUnion(names)
        for head in heads { collect(head) }
        for ref in refs {
            references += expanded(ref)
            collectKeys(of: ref)
        }
        for closure in closures {
            for head in closure.heads { collect(head) }
            for literal in closure.body { collect(literal) }
        }
    }

    private mutating func collectKeys(of ref: Ref) {
        for key in ref.path { collect(key) }
    }
}
