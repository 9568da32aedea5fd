/// What the variables of one body stand for: a term, and the bindings that this term's own variables belong to.
///
/// Each rule that is entered has bindings of its own, so that variables of different calls do not meet; what is left over names them by `number`.
final class Bindings {
    /// 0 for the query.
    let number: Int
    private(set) var values: [String: (term: PartialTerm, bindings: Bindings)] = [:]

    init(number: Int) { self.number = number }

    func bind(_ name: String, to term: PartialTerm, in other: Bindings) { values[name] = (term, other) }
    func unbind(_ name: String) { values[name] = nil }

    /// What a term stands for: a variable is followed as far as it is bound.
    func apply(_ term: PartialTerm) -> (term: PartialTerm, bindings: Bindings) {
        guard case .variable(let name) = term, let bound = values[name] else { return (term, self) }
        return bound.bindings.apply(bound.term)
    }

    /// The term with values in place of variables; comprehensions stay as they are.
    func plug(_ term: PartialTerm) -> PartialTerm { plug(term, caller: nil) }

    /// Like `plug`, where variables that are left get names that are unique among all bindings but the caller's.
    func plug(_ term: PartialTerm, caller: Bindings?) -> PartialTerm {
        switch term {
        case .value, .comprehension: return term
        case .variable(let name):
            guard let bound = values[name] else { return namespaced(name, caller) }
            return bound.bindings.plug(bound.term, caller: caller)
        default: return term.mapParts({ plug($0, caller: caller) }, bodies: { $0 })
        }
    }

    private func namespaced(_ name: String, _ caller: Bindings?) -> PartialTerm {
        guard let caller, caller !== self, VariableCollection.isVariable(name) else { return .variable(name) }
        return .variable("\(name)\(number)")
    }

    /// All variables of a closure, with the names that `plug` gives those that are left.
    func namespace(_ term: PartialTerm, caller: Bindings) -> PartialTerm {
        if case .variable(let name) = term { return namespaced(name, caller) }
        return term.mapParts({ namespace($0, caller: caller) }, bodies: { body in body.map { namespace($0, caller: caller) } })
    }

    func namespace(_ expression: PartialExpression, caller: Bindings) -> PartialExpression {
        expression.mapTerms({ namespace($0, caller: caller) }, bodies: { body in body.map { namespace($0, caller: caller) } })
    }
}
