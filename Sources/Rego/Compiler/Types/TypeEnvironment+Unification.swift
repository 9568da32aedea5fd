/// Unifying terms with types, which gives variables their types.
extension TypeEnvironment {
    mutating func unify(_ a: Term, _ typeA: RegoType, _ b: Term, _ typeB: RegoType) -> Bool {
        switch (typeA.isIncomplete, typeB.isIncomplete) {
        case (true, false): return unify(a, with: typeB, adding: false)
        case (false, true): return unify(b, with: typeA, adding: false)
        case (false, false): return typeA.unifies(with: typeB)
        case (true, true): break
        }
        switch (a.kind, b.kind) {
        case (.array(let left), .array(let right)): return unify(left, right)
        case (.object(let left), .object(let right)): return unify(left, right)
        case (.variable, .variable), (.array, .variable), (.object, .variable):
            return unify(a, with: .any, adding: false) && unify(b, with: type(of: a), adding: false)
        case (.variable, .array), (.variable, .object): return unify(b, with: .any, adding: false) && unify(a, with: type(of: b), adding: false)
        case (.variable, _) where typeB != .unknown: return unify(a, with: typeB, adding: false)
        case (_, .variable) where typeA != .unknown: return unify(b, with: typeA, adding: false)
        default: return false
        }
    }

    private mutating func unify(_ left: [Term], _ right: [Term]) -> Bool {
        guard left.count == right.count else { return false }
        for (a, b) in zip(left, right) { guard unify(a, type(of: a), b, type(of: b)) else { return false } }
        return true
    }

    private mutating func unify(_ left: [Term.ObjectEntry], _ right: [Term.ObjectEntry]) -> Bool {
        guard left.count == right.count else { return false }
        for entry in left {
            guard let other = right.first(where: { $0.key.description == entry.key.description }) else { return false }
            guard unify(entry.value, type(of: entry.value), other.value, type(of: other.value)) else { return false }
        }
        return true
    }

    /// Whether a term can have a type. Variables without a type get it; with `adding`, those that have one can have this type too.
    @discardableResult
    mutating func unify(_ term: Term, with type: RegoType, adding: Bool, known: Set<String> = []) -> Bool {
        switch term.kind {
        case .array(let terms): return unify(terms, term, with: type, adding, known)
        case .object(let entries): return unify(entries, term, with: type, adding, known)
        case .set(let terms): return unify(members: terms, term, with: type, adding, known)
        case .variable(let name) where VariableCollection.isVariable(name):
            let current = self.type(ofVariable: name)
            if adding {
                if known.contains(name), !current.unifies(with: type) { return false }
                assign(current.or(type), to: name)
            } else {
                guard current == .unknown else { return current.unifies(with: type) || current.isObjectOfUnknownValues && type.isObjectOfAnyKeys }
                assign(type, to: name)
            }
            return true
        default: return self.type(of: term).unifies(with: type)
        }
    }

    private mutating func unify(_ terms: [Term], _ term: Term, with type: RegoType, _ adding: Bool, _ known: Set<String>) -> Bool {
        switch type {
        case .array(let elements, let rest):
            if terms.count != elements.count, rest == nil { return false }
            for (position, element) in terms.enumerated() { guard unify(element, with: type.element(position), adding: adding, known: known) else { return false } }
            return true
        case .any:
            for element in terms { unify(element, with: .any, adding: true) }
            return true
        default: return unifyAny(term, with: type, known)
        }
    }

    private mutating func unify(_ entries: [Term.ObjectEntry], _ term: Term, with type: RegoType, _ adding: Bool, _ known: Set<String>) -> Bool {
        switch type {
        case .object(let fields, _, let values):
            if entries.count != fields.count, values == nil { return false }
            for entry in entries {
                guard let key = PlanScope.constantValue(of: entry.key) else {
                    unify(entry.value, with: .any, adding: adding, known: known)
                    continue
                }
                let field = type.selecting(key)
                guard field != .unknown, unify(entry.value, with: field, adding: adding, known: known) else { return false }
            }
            return true
        case .any:
            for entry in entries {
                unify(entry.key, with: .any, adding: true)
                unify(entry.value, with: .any, adding: true)
            }
            return true
        default: return unifyAny(term, with: type, known)
        }
    }

    private mutating func unify(members: [Term], _ term: Term, with type: RegoType, _ adding: Bool, _ known: Set<String>) -> Bool {
        switch type {
        case .set(let member):
            for element in members { guard unify(element, with: member, adding: adding, known: known) else { return false } }
            return true
        case .any:
            for element in members { unify(element, with: .any, adding: true) }
            return true
        default: return unifyAny(term, with: type, known)
        }
    }

    /// Every type of a union is tried, so that variables without a type can have any of them. Those with one keep it.
    private mutating func unifyAny(_ term: Term, with type: RegoType, _ known: Set<String>) -> Bool {
        guard case .union(let types) = type else { return false }
        let known = known.union(term.variables(.pattern).filter { self.type(ofVariable: $0) != .unknown })
        var unifies = false
        for type in types { unifies = unify(term, with: type, adding: true, known: known) || unifies }
        return unifies
    }
}

extension RegoType {
    /// What an object comprehension is whose values have no type: as in OPA, it fits any object without known keys.
    fileprivate var isObjectOfUnknownValues: Bool { if case .object([], .some, .unknown?) = self { true } else { false } }
    fileprivate var isObjectOfAnyKeys: Bool { if case .object([], let keys?, let values?) = self { keys != .unknown && values != .unknown } else { false } }
}
