/// What is unknown: references into the documents, and variables that depend on them, each with the bindings that it belongs to.
struct SaveSet {
    private struct Element {
        var references: [[PartialTerm]] = []
        var names: [String] = []
        var bindings: Bindings

        func contains(_ name: String, _ bindings: Bindings?) -> Bool { bindings === self.bindings && names.contains(name) }
    }

    private var elements: [Element] = []

    init(_ unknowns: [PartialTerm], _ bindings: Bindings) { push(unknowns, bindings) }

    mutating func push(_ terms: [PartialTerm], _ bindings: Bindings) {
        var element = Element(bindings: bindings)
        for term in terms {
            switch term {
            case .variable(let name): element.names.append(name)
            case .ref(let parts): element.references.append(parts)
            default: break
            }
        }
        elements.append(element)
    }

    mutating func pop() { elements.removeLast() }

    /// A variable that is unknown, or a reference that begins with one, or leads to or through an unknown document.
    func contains(_ term: PartialTerm, _ bindings: Bindings?) -> Bool {
        switch term {
        case .variable(let name): elements.contains { $0.contains(name, bindings) }
        case .ref(let parts):
            elements.contains { element in
                if element.references.contains(where: { $0.starts(with: parts) || parts.starts(with: $0) }) { return true }
                if case .variable(let name) = parts[0] { return element.contains(name, bindings) }
                return false
            }
        default: false
        }
    }

    /// Whether the term, or anything in it or that its variables stand for, is unknown.
    func containsAny(in term: PartialTerm, _ bindings: Bindings) -> Bool {
        var found = false
        term.walk { node in
            guard !found, case .term(let part) = node else { return !found }
            if case .variable = part {
                let (value, owner) = bindings.apply(part)
                found = owner === bindings && value == part ? contains(part, bindings) : containsAny(in: value, owner)
            } else if contains(part, bindings) {
                found = true
            }
            return !found
        }
        return found
    }

    /// The unknown variables, as `plug` names them.
    func variables(caller: Bindings) -> Set<String> {
        var names: Set<String> = []
        for element in elements {
            for name in element.names {
                if case .variable(let plugged) = element.bindings.plug(.variable(name), caller: caller) { names.insert(plugged) }
            }
        }
        return names
    }
}
