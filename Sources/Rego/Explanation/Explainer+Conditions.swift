/// What conditions rest on: the rules they name, and the terms whose values they compare.
extension Explainer {
    typealias Reason = Explanation.Reason

    /// Follows a literal to what would turn it over.
    mutating func overturn(_ literal: Expression, toHold: Bool, _ frames: [ExplanationFrame], _ depth: Int) throws(EvaluationError) -> [Reason] {
        let wanted = literal.isNegated ? !toHold : toHold
        switch literal.kind {
        case .some: return []
        case .someIn(_, let element, let domain):
            if !wanted { for frame in frames { if let value = try value(element, frame) { try proposeRemoval(of: value, from: domain, frame) } } }
            return try members(of: domain, wanted, frames, depth)
        case .every(let every): return try self.every(every, wanted, frames, depth)
        case .term(let term):
            if let (name, arguments) = term.called, ["assign", "eq"].contains(name), arguments.count == 2 { return try equation(arguments[0], arguments[1], wanted, frames, depth) }
            return try truth(term, wanted, frames, depth)
        }
    }

    /// A term that is to be defined and not false, or not to be so.
    mutating func truth(_ term: Term, _ wanted: Bool, _ frames: [ExplanationFrame], _ depth: Int) throws(EvaluationError) -> [Reason] {
        guard let (name, arguments) = term.called else { return try each(frames) { (explainer, frame) throws(EvaluationError) in try explainer.settle(term, Wish(holds: wanted), frame, depth) } }
        if case .call(let call) = term.kind, call.function.first == "data" { return try function(call, Wish(holds: wanted), frames, depth) }
        if let comparison = Comparison(builtin: name), arguments.count == 2 {
            return try each(frames) { (explainer, frame) throws(EvaluationError) in
                try explainer.compare(arguments[0], wanted ? comparison : comparison.opposite, arguments[1], isNegated: !wanted, frame, depth)
            }
        }
        return try each(frames) { (explainer, frame) throws(EvaluationError) in
            if name == "internal.member_2" { return try explainer.membership(arguments[0], arguments[1], wanted, frame, depth) }
            return try explainer.builtin(name, arguments, wanted, frame, depth)
        }
    }

    /// What each frame leads to, without repetitions of a rule.
    mutating func each(
        _ frames: [ExplanationFrame], _ body: (inout Explainer, ExplanationFrame) throws(EvaluationError) -> [Reason]
    ) throws(EvaluationError) -> [Reason] {
        var reasons: [Reason] = []
        for frame in frames where !engine.isExhausted {
            for reason in try body(&self, frame) where !reasons.contains(where: { $0.location == reason.location && $0.holds == reason.holds }) { reasons.append(reason) }
        }
        return reasons
    }

    // MARK: Rules

    mutating func function(_ call: Call, _ wish: Wish, _ frames: [ExplanationFrame], _ depth: Int) throws(EvaluationError) -> [Reason] {
        guard let group = engine.rules[Array(call.function.dropFirst())] else { return [] }
        var calls: [RuleCall] = [], reasons: [Reason] = []
        for frame in frames {
            var arguments: [(Term, Value)] = []
            for argument in call.arguments {
                if let value = try value(argument, frame) { arguments.append((argument, value)) } else { reasons += try definedness(of: argument, wish.holds, frame, depth) }
            }
            if arguments.count == call.arguments.count { calls.append(RuleCall(arguments: arguments, caller: frame)) }
        }
        return reasons + (try self.reasons(group, wish, calls: calls, depth: depth + 1))
    }

    /// A reference into data: the rules that define it, or other keys by which there is what is wished for.
    mutating func document(_ ref: Ref, _ wish: Wish, _ frame: ExplanationFrame, _ depth: Int) throws(EvaluationError) -> [Reason] {
        var path: [String] = []
        for term in ref.path {
            guard case .string(let key)? = try value(term, frame) else { break }
            path.append(key)
        }
        guard let (group, count) = engine.rules.rules(along: path), group[0].arguments == nil else {
            try proposeKeys(of: ref, wish, frame)
            return []
        }
        if count == ref.path.count { return try reasons(group, wish, depth: depth + 1) }
        guard group[0].isPartial else { return try member(of: group, ref, count, wish, frame, depth + 1) }
        try proposeKeys(of: ref, wish, frame)
        return try reasons(group, Wish(holds: wish.holds), depth: depth + 1)
    }

    /// What lies in the value of a complete rule: the term of its head that stands there.
    private mutating func member(
        of group: [ExplainedRule], _ ref: Ref, _ count: Int, _ wish: Wish, _ frame: ExplanationFrame, _ depth: Int
    ) throws(EvaluationError) -> [Reason] {
        var keys: [Term] = []
        for term in ref.path[count...] { if let key = try value(term, frame) { keys.append(Term(value: key)) } }
        guard keys.count == ref.path.count - count else { return [] }
        for rule in group where !rule.isDefault {
            guard let head = rule.value else { continue }
            let probe = try engine.probe(rule.literals, ExplanationFrame(), input)
            guard probe.failing == nil, let inside = probe.frames.first else { continue }
            guard case .object(let entries) = head.kind else { return try settle(Self.reference(head, keys), wish, inside, depth) }
            guard let entry = entries.first(where: { PlanScope.constantValue(of: $0.key) == PlanScope.constantValue(of: keys[0]) }) else { return [] }
            return try settle(keys.count == 1 ? entry.value : Self.reference(entry.value, Array(keys.dropFirst())), wish, inside, depth)
        }
        return try reasons(group, Wish(holds: wish.holds, values: { _ in true }, samples: []), depth: depth)
    }

    // MARK: Equations and definedness

    private mutating func equation(_ a: Term, _ b: Term, _ wanted: Bool, _ frames: [ExplanationFrame], _ depth: Int) throws(EvaluationError) -> [Reason] {
        try each(frames) { (explainer, frame) throws(EvaluationError) in
            let left = try explainer.value(a, frame), right = try explainer.value(b, frame)
            if left != nil, right != nil { return try explainer.compare(a, wanted ? .equal : .notEqual, b, isNegated: !wanted, frame, depth) }
            // What is defined by the equation has no value of its own.
            var reasons: [Reason] = []
            for (side, other, value) in [(a, right, left), (b, left, right)] where value == nil {
                if case .variable(let name) = side.kind, frame.values[name] == nil { continue }
                if let other { reasons += try explainer.settle(side, Wish(holds: wanted, values: { $0 == other }, samples: [other]), frame, depth) }
                reasons += try explainer.definedness(of: side, wanted, frame, depth)
            }
            return reasons
        }
    }

    /// A term that is to have any value, or none.
    mutating func definedness(of term: Term, _ wanted: Bool, _ frame: ExplanationFrame, _ depth: Int) throws(EvaluationError) -> [Reason] {
        guard depth < depthLimit else { return [] }
        if wanted, try value(term, frame) != nil { return [] }
        let wish = Wish(holds: wanted, values: { _ in true }, samples: [Self.placeholder])
        switch term.kind {
        case .call(let call):
            var reasons: [Reason] = []
            for argument in call.arguments { reasons += try definedness(of: argument, wanted, frame, depth + 1) }
            return call.function.first == "data" ? reasons + (try function(call, wish, [frame], depth)) : reasons
        case .array(let parts), .set(let parts):
            var reasons: [Reason] = []
            for part in parts { reasons += try definedness(of: part, wanted, frame, depth + 1) }
            return reasons
        case .object(let entries):
            var reasons: [Reason] = []
            for entry in entries { reasons += try definedness(of: entry.value, wanted, frame, depth + 1) }
            return reasons
        case .ref, .variable: return try settle(term, wish, frame, depth)
        default: return []
        }
    }

    // MARK: Collections

    /// A collection that is to have members, or none.
    mutating func members(of term: Term, _ wanted: Bool, _ frames: [ExplanationFrame], _ depth: Int) throws(EvaluationError) -> [Reason] {
        guard depth < depthLimit else { return [] }
        return try each(frames) { (explainer, frame) throws(EvaluationError) in
            if let place = try explainer.origin(of: term, frame) {
                explainer.propose(place, wanted ? [Self.placeholder] : [])
                return []
            }
            switch term.kind {
            case .arrayComprehension(_, let body), .setComprehension(_, let body), .objectComprehension(_, _, let body):
                guard let reason = try explainer.closure(term, body, wanted, frame, depth + 1) else { return [] }
                return [reason]
            case .variable:
                switch frame.definition(of: term) {
                case .term(let defined): return try explainer.members(of: defined, wanted, [frame], depth + 1)
                case .argument(let argument, let caller): return try explainer.members(of: argument, wanted, [caller], depth + 1)
                case .element, nil: return []
                }
            case .ref(let ref) where ref.isIntoData:
                return try explainer.document(ref, Wish(holds: wanted, values: { !$0.memberKeys.isEmpty }, samples: []), frame, depth)
            case .call(let call):
                if call.function.first == "data" { return try explainer.function(call, Wish(holds: wanted, values: { !$0.memberKeys.isEmpty }, samples: []), [frame], depth) }
                return try explainer.each([frame]) { (explainer, frame) throws(EvaluationError) in
                    var reasons: [Reason] = []
                    for argument in call.arguments { reasons += try explainer.definedness(of: argument, wanted, frame, depth + 1) }
                    return reasons
                }
            default: return []
            }
        }
    }

    /// The body of a comprehension.
    private mutating func closure(_ term: Term, _ body: Body, _ wanted: Bool, _ frame: ExplanationFrame, _ depth: Int) throws(EvaluationError) -> Reason? {
        let body = body.filter { if case .some = $0.kind { false } else { true } }
        let probe = try engine.probe(body, frame, input)
        var conditions: [Explanation.Condition] = []
        if let failing = probe.failing {
            guard wanted else { return nil }
            conditions = [try condition(body[failing], holds: false, probe.frames, depth)]
        } else {
            guard !wanted else { return nil }
            for literal in body { conditions.append(try condition(literal, holds: true, probe.frames, depth)) }
        }
        return Reason(rule: engine.text(at: term.location) ?? term.description, location: term.location, holds: !wanted, conditions: conditions)
    }

    private mutating func every(_ every: Every, _ wanted: Bool, _ frames: [ExplanationFrame], _ depth: Int) throws(EvaluationError) -> [Reason] {
        guard depth < depthLimit else { return [] }
        return try each(frames) { (explainer, frame) throws(EvaluationError) in
            guard let domain = try explainer.value(every.domain, frame) else { return try explainer.definedness(of: every.domain, wanted, frame, depth + 1) }
            var reasons: [Reason] = []
            for (key, element) in zip(domain.memberKeys, domain.memberValues).prefix(4 * ExplanationEngine.solutionLimit) {
                guard case .variable(let name) = every.value.kind else { break }
                var inner = frame
                inner.values[name] = element
                inner.definitions[name] = .element(of: every.domain, key: Term(value: key))
                if case .variable(let keyName)? = every.key?.kind { inner.values[keyName] = key }
                let probe = try explainer.engine.probe(every.body, inner, explainer.input)
                guard let failing = probe.failing else {
                    if wanted { continue }
                    for literal in every.body { _ = try explainer.condition(literal, holds: true, probe.frames, depth + 1) }
                    break
                }
                guard wanted else { break }
                let condition = try explainer.condition(every.body[failing], holds: false, probe.frames, depth + 1)
                try explainer.proposeRemoval(of: element, from: every.domain, frame)
                reasons.append(Reason(rule: "every \(name)", location: every.body[failing].location, holds: false, conditions: [condition]))
            }
            return reasons
        }
    }

    // MARK: Comparisons

    /// Two terms of which a comparison is wanted that is not so.
    ///
    /// - Parameter isNegated: whether it is also enough that one of them is undefined.
    mutating func compare(
        _ a: Term, _ comparison: Comparison, _ b: Term, isNegated: Bool, _ frame: ExplanationFrame, _ depth: Int
    ) throws(EvaluationError) -> [Reason] {
        let left = try value(a, frame), right = try value(b, frame)
        var reasons: [Reason] = []
        for (term, present, other, otherTerm, comparison) in [(a, left, right, b, comparison), (b, right, left, a, comparison.mirrored)] {
            guard let other else {
                if !isNegated { reasons += try definedness(of: otherTerm, true, frame, depth) }
                continue
            }
            let samples = comparison.samples(against: other, insteadOf: present)
            if let (name, arguments) = term.called, name == "count", case .number(let number)? = samples.first {
                let now = if case .number(let count)? = present { count } else { Number(0) }
                reasons += try members(of: arguments[0], now < number || present == nil, [frame], depth)
                continue
            }
            reasons += try settle(term, Wish(holds: true, values: { comparison.holds($0, other) }, samples: samples), frame, depth)
            if isNegated { try proposeAbsence(of: term, frame) }
        }
        return reasons
    }

    mutating func membership(_ element: Term, _ collection: Term, _ wanted: Bool, _ frame: ExplanationFrame, _ depth: Int) throws(EvaluationError) -> [Reason] {
        let present = try value(element, frame), members = try value(collection, frame)?.memberValues
        guard wanted else {
            try settleOtherwise(element, present, frame, depth)
            if let present { try proposeRemoval(of: present, from: collection, frame) }
            return []
        }
        var reasons: [Reason] = []
        if let members { reasons += try settle(element, Wish(holds: true, values: { members.contains($0) }, samples: Array(members.prefix(Self.sampleLimit))), frame, depth) }
        guard let present else { return reasons + (try definedness(of: element, true, frame, depth)) }
        try proposeAddition(of: present, to: collection, frame)
        guard case .ref(let ref) = collection.kind, ref.isIntoData else { return reasons }
        return reasons + (try document(ref, Wish(holds: true, values: { $0.memberValues.contains(present) }, samples: []), frame, depth))
    }
}

extension Term {
    var isObject: Bool { if case .object = kind { true } else { false } }
}

extension Ref {
    var isIntoData: Bool { if case .variable("data") = head.kind { true } else { false } }
}
