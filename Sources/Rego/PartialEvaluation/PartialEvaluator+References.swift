extension PartialEvaluator {
    /// A reference on its way through documents, and what its value is unified with.
    struct Lookup {
        /// Head first, as it was written.
        var reference: [PartialTerm]
        var bindings: Bindings
        var other: PartialTerm
        var otherBindings: Bindings
        var frame: Frame
    }

    /// Unifies what a reference leads to with another term.
    @_optimize(none) func reference(
        _ parts: [PartialTerm], _ bindings: Bindings, _ other: PartialTerm, _ otherBindings: Bindings, _ frame: Frame, _ next: @escaping Continuation
    ) throws {
        let lookup = Lookup(reference: parts, bindings: bindings, other: other, otherBindings: otherBindings, frame: frame)
        switch parts[0] {
        case .variable("data"): try documents(lookup, [], node: 0, next)
        case .variable("input"): if let input { try step(lookup, 1, .value(input), bindings, next) }
        default:
            let (term, owner) = bindings.apply(parts[0])
            if term == parts[0], owner === bindings, term.isVariable { return }
            try step(lookup, 1, term, owner, next)
        }
    }

    // MARK: Below data

    /// The reference as far as its keys are known.
    @_optimize(none) func plugged(_ lookup: Lookup, _ path: [Value]) -> [PartialTerm] {
        [.variable("data")] + path.map { .value($0) } + lookup.reference.dropFirst(1 + path.count)
    }

    /// Goes on below `data` where the keys of `path` lead; `node` is the place among the rules, if there is one.
    @_optimize(none) private func documents(_ lookup: Lookup, _ path: [Value], node: Int?, _ next: @escaping Continuation) throws {
        let position = path.count + 1
        guard position < lookup.reference.count else { return try wholeDocument(lookup, path, node, next) }
        if case .value(let key) = lookup.bindings.plug(lookup.reference[position]) { return try enter(lookup, path, key, node, next) }
        try eachDocument(lookup, path, node, next)
    }

    @_optimize(none) private func enter(_ lookup: Lookup, _ path: [Value], _ key: Value, _ node: Int?, _ next: @escaping Continuation) throws {
        let inner = path + [key]
        guard !overrides.replaces(inner), let child = node.flatMap({ rules.tree.nodes[$0].children[key] }) else {
            return try documents(lookup, inner, node: nil, next)
        }
        if rules.tree.nodes[child].rules.isEmpty { return try documents(lookup, inner, node: child, next) }
        try virtualDocument(lookup, inner, rules.group(at: child), next)
    }

    /// The key is not known yet: all there are.
    @_optimize(none) private func eachDocument(_ lookup: Lookup, _ path: [Value], _ node: Int?, _ next: @escaping Continuation) throws {
        let reference = plugged(lookup, path)
        if inlining.isDisabled(reference[...path.count], ignoringInternal: true) || unknown.contains(.ref(Array(reference[...path.count])), lookup.bindings) {
            return try saveEquality(.ref(reference), lookup.bindings, lookup.other, lookup.otherBindings, lookup.frame, next)
        }
        var keys = baseDocument(path)?.keys ?? []
        keys += rules.keys(below: path, node: node).filter { !keys.contains($0) }
        for key in keys {
            try unify(.value(key), lookup.bindings, lookup.reference[path.count + 1], lookup.bindings, lookup.frame) { [self] in
                try enter(lookup, path, key, node, next)
            }
        }
    }

    @_optimize(none) private func wholeDocument(_ lookup: Lookup, _ path: [Value], _ node: Int?, _ next: @escaping Continuation) throws {
        let reference = PartialTerm.document(path)
        if isUnknown(reference, lookup.bindings) {
            return try saveEquality(reference, lookup.bindings, lookup.other, lookup.otherBindings, lookup.frame, next)
        }
        guard let value = try extent(path, node, lookup.frame) else { return }
        try unify(lookup.other, lookup.otherBindings, .value(value), lookup.bindings, lookup.frame, next)
    }

    /// Base data and what rules give, at a place and below it.
    @_optimize(none) func extent(_ path: [Value], _ node: Int?, _ frame: Frame) throws -> Value? {
        let base = baseDocument(path)
        guard node != nil || rules.isPackage(path), !overrides.replaces(path) else { return base }
        var entries: [(Value, Value)] = []
        if case .object(let members)? = base { entries = members.map { ($0.key, $0.value) } }
        for key in rules.keys(below: path, node: node) {
            let inner = path + [key]
            if overrides.replaces(inner) { continue }
            let child = node.flatMap { rules.tree.nodes[$0].children[key] }
            let value = if let child, !rules.tree.nodes[child].rules.isEmpty {
                try knownValue(of: rules.group(at: child), at: inner, frame)
            } else {
                try extent(inner, child, frame)
            }
            if let value { entries.append((key, value)) }
        }
        if entries.isEmpty, base == nil, node == nil, !rules.isPackage(path) { return nil }
        return .makeObject(entries)
    }

    @_optimize(none) func baseDocument(_ path: [Value]) -> Value? { overrides.document(path) { snapshot.program.base.document(at: $0) } }

    // MARK: Inside a value

    /// Goes on inside a term that the first parts of the reference lead to.
    @_optimize(none) func step(_ lookup: Lookup, _ position: Int, _ term: PartialTerm, _ bindings: Bindings, _ next: @escaping Continuation) throws {
        guard position < lookup.reference.count else {
            return try unify(term, bindings, lookup.other, lookup.otherBindings, lookup.frame, next)
        }
        let (term, bindings) = bindings.apply(term)
        if unknown.contains(term, bindings) { return try saveRest(lookup, position, term, bindings, next) }
        if case .ref(let parts) = term {
            // A document that is known: the way leads through it.
            let name = PartialTerm.variable(generateName("ref"))
            return try reference(parts, bindings, name, lookup.bindings, lookup.frame) { [self] in
                let (value, owner) = lookup.bindings.apply(name)
                try step(lookup, position, value, owner, next)
            }
        }
        let key = lookup.bindings.plug(lookup.reference[position])
        if case .value = key {
            guard let member = member(of: term, bindings, key) else { return }
            return try step(lookup, position + 1, member.term, member.bindings, next)
        }
        for (memberKey, member) in members(of: term) {
            try unify(memberKey, bindings, lookup.reference[position], lookup.bindings, lookup.frame) { [self] in
                try step(lookup, position + 1, member, bindings, next)
            }
        }
    }

    /// The term is unknown: what is left of the reference is asked of a variable that stands for it.
    @_optimize(none) private func saveRest(_ lookup: Lookup, _ position: Int, _ term: PartialTerm, _ bindings: Bindings, _ next: @escaping Continuation) throws {
        let name = PartialTerm.variable(generateName("ref"))
        try unify(term, bindings, name, lookup.bindings, lookup.frame) { [self] in
            let rest = PartialTerm.ref([name] + lookup.reference[position...])
            try unify(rest, lookup.bindings, lookup.other, lookup.otherBindings, lookup.frame, next)
        }
    }

    @_optimize(none) private func member(of term: PartialTerm, _ bindings: Bindings, _ key: PartialTerm) -> (term: PartialTerm, bindings: Bindings)? {
        if case .value(let value) = term {
            guard case .value(let known) = key else { return nil }
            return value.member(known).map { (.value($0), bindings) }
        }
        return members(of: term).first { bindings.plug($0.key) == key }.map { bindings.apply($0.member) }
    }

    @_optimize(none) private func members(of term: PartialTerm) -> [(key: PartialTerm, member: PartialTerm)] {
        switch term {
        case .value(let value): value.keys.compactMap { key in value.member(key).map { (.value(key), .value($0)) } }
        case .array(let elements): elements.enumerated().map { (.value(.number(Number($0.offset))), $0.element) }
        case .object(let entries): entries.map { ($0.key, $0.value) }
        case .set(let members): members.map { ($0, $0) }
        default: []
        }
    }
}

extension Value {
    /// What references may iterate over; of a set its members.
    var keys: [Value] {
        switch self {
        case .array(let elements): elements.indices.map { .number(Number($0)) }
        case .object(let entries): entries.map(\.key)
        case .set(let members): members
        default: []
        }
    }

    /// What a key leads to.
    @_optimize(none) func member(_ key: Value) -> Value? {
        switch self {
        case .array(let elements):
            guard case .number(let number) = key, let index = number.integer, elements.indices.contains(Int(index)) else { return nil }
            return elements[Int(index)]
        case .object(let entries):
            var low = 0, high = entries.count
            while low < high {
                let middle = (low + high) / 2
                if entries[middle].key < key { low = middle + 1 } else { high = middle }
            }
            return low < entries.count && entries[low].key == key ? entries[low].value : nil
        case .set(let members): return members.contains(key) ? key : nil
        default: return nil
        }
    }
}
