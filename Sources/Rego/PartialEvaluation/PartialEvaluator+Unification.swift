extension PartialEvaluator {
    /// Unifies two terms, each with the bindings of its variables.
    @_optimize(none) func unify(_ left: PartialTerm, _ leftBindings: Bindings, _ right: PartialTerm, _ rightBindings: Bindings, _ frame: Frame, _ next: @escaping Continuation) throws {
        let (a, aBindings) = leftBindings.apply(left)
        let (b, bBindings) = rightBindings.apply(right)
        switch (a, b) {
        case (.value(let x), .value(let y)): if x == y { try next() }
        case (.array(let x), .array(let y)): try unify(x, aBindings, y, bBindings, frame, next)
        case (.array(let x), .value(.array(let y))): try unify(x, aBindings, y.map { .value($0) }, bBindings, frame, next)
        case (.value(.array(let x)), .array(let y)): try unify(x.map { .value($0) }, aBindings, y, bBindings, frame, next)
        case (.object(let x), .object(let y)): try unify(x, aBindings, y, bBindings, frame, next)
        case (.object(let x), .value(.object(let y))): try unify(x, aBindings, y.map(\.partial), bBindings, frame, next)
        case (.value(.object(let x)), .object(let y)): try unify(x.map(\.partial), aBindings, y, bBindings, frame, next)
        case (.array, .value), (.value, .array), (.object, .value), (.value, .object), (.array, .object), (.object, .array): break
        case (.array, .set), (.set, .array), (.object, .set), (.set, .object): break
        default: try unifyValues(a, aBindings, b, bBindings, frame, next)
        }
    }

    @_optimize(none) private func unify(_ x: [PartialTerm], _ xBindings: Bindings, _ y: [PartialTerm], _ yBindings: Bindings, _ frame: Frame, _ next: @escaping Continuation) throws {
        guard x.count == y.count else { return }
        try unify(ArraySlice(zip(x, y).map { ($0, $1) }), xBindings, yBindings, frame, next)
    }

    @_optimize(none) private func unify(_ pairs: ArraySlice<(PartialTerm, PartialTerm)>, _ xBindings: Bindings, _ yBindings: Bindings, _ frame: Frame, _ next: @escaping Continuation) throws {
        guard let (x, y) = pairs.first else { return try next() }
        try countStep()
        try unify(x, xBindings, y, yBindings, frame) { [self] in try unify(pairs.dropFirst(), xBindings, yBindings, frame, next) }
    }

    /// Objects are unified by their keys, which must be known.
    @_optimize(none) private func unify(
        _ x: [PartialTerm.Entry], _ xBindings: Bindings, _ y: [PartialTerm.Entry], _ yBindings: Bindings, _ frame: Frame, _ next: @escaping Continuation
    ) throws {
        guard x.count == y.count else { return }
        let values = Dictionary(y.map { (yBindings.plug($0.key), $0.value) }, uniquingKeysWith: { _, last in last })
        var pairs: [(PartialTerm, PartialTerm)] = []
        for entry in x {
            guard let value = values[xBindings.plug(entry.key)] else { return }
            pairs.append((entry.value, value))
        }
        try unify(pairs[...], xBindings, yBindings, frame, next)
    }

    @_optimize(none) private func unifyValues(_ a: PartialTerm, _ aBindings: Bindings, _ b: PartialTerm, _ bBindings: Bindings, _ frame: Frame, _ next: @escaping Continuation) throws {
        let savesA = isSaved(a, aBindings)
        if !savesA, case .ref(let parts) = a { return try reference(parts, aBindings, b, bBindings, frame, next) }
        let savesB = isSaved(b, bBindings)
        if !savesB, case .ref(let parts) = b { return try reference(parts, bBindings, a, aBindings, frame, next) }
        if savesA || savesB { return try saveEquality(a, aBindings, b, bBindings, frame, next) }
        if case .comprehension(let closure) = a { return try comprehension(closure, aBindings, b, bBindings, frame, isLeft: true, next) }
        if case .comprehension(let closure) = b { return try comprehension(closure, bBindings, a, aBindings, frame, isLeft: false, next) }
        switch (a, b) {
        case (.variable(let name), _):
            if a == b, aBindings === bBindings { return try next() }
            aBindings.bind(name, to: b, in: bBindings)
            defer { aBindings.unbind(name) }
            try next()
        case (_, .variable(let name)):
            bBindings.bind(name, to: a, in: aBindings)
            defer { bBindings.unbind(name) }
            try next()
        default: if aBindings.plug(a) == bBindings.plug(b) { try next() }
        }
    }

    @_optimize(none) private func isSaved(_ term: PartialTerm, _ bindings: Bindings) -> Bool {
        if case .set = term { return unknown.containsAny(in: term, bindings) }
        return unknown.contains(term, bindings)
    }

    // MARK: Comprehensions

    @_optimize(none) private func comprehension(
        _ closure: PartialComprehension, _ bindings: Bindings, _ other: PartialTerm, _ otherBindings: Bindings, _ frame: Frame, isLeft: Bool, _ next: @escaping Continuation
    ) throws {
        guard isUnknown(.comprehension(closure), bindings) else {
            return try unify(.value(try value(of: closure, bindings)), bindings, other, otherBindings, frame, next)
        }
        let left = amended(closure, bindings)
        var right = other
        if case .comprehension(let closure) = other { right = amended(closure, otherBindings) }
        if isLeft {
            try saveEquality(left, bindings, right, otherBindings, frame, next)
        } else {
            try saveEquality(right, otherBindings, left, bindings, frame, next)
        }
    }

    /// A comprehension that is left over takes the values of its free variables along, as literals of its body.
    @_optimize(none) private func amended(_ closure: PartialComprehension, _ bindings: Bindings) -> PartialTerm {
        guard case .comprehension(var result) = bindings.namespace(.comprehension(closure), caller: caller) else { return .comprehension(closure) }
        for name in PartialTerm.comprehension(closure).variables.sorted() where bindings.values[name] != nil {
            result.body.append(.equality(bindings.namespace(.variable(name), caller: caller), bindings.plug(.variable(name), caller: caller)))
        }
        return .comprehension(result)
    }

    @_optimize(none) func value(of closure: PartialComprehension, _ bindings: Bindings) throws -> Value {
        let frame = try self.closure(closure.body, bindings)
        var results: [[Value]] = []
        try evaluate(frame) {
            let values = closure.heads.compactMap { frame.bindings.plug($0).known }
            if values.count == closure.heads.count { results.append(values) }
        }
        switch closure.kind {
        case .array: return .array(results.map { $0[0] })
        case .set: return .makeSet(results.map { $0[0] })
        case .object:
            var entries: [Value: Value] = [:]
            for result in results {
                if let value = entries[result[0]], value != result[1] { throw EvaluationError(.conflict, "object keys must be unique") }
                entries[result[0]] = result[1]
            }
            return .makeObject(entries.map { ($0.key, $0.value) })
        }
    }
}

extension Value.ObjectEntry {
    var partial: PartialTerm.Entry { PartialTerm.Entry(key: .value(key), value: .value(value)) }
}
