import Foundation

/// Guesses at changes of the input: from where a term has its value, and what value it should have.
extension Explainer {
    /// What stands for a value of which nothing is known but that it must be there.
    static var placeholder: Value { "value" }
    static var sampleLimit: Int { 8 }

    // MARK: Origins

    /// The place of the input that a term is read from; nil where it is made of something else.
    func origin(of term: Term, _ frame: ExplanationFrame, depth: Int = 0) throws(EvaluationError) -> [Value]? {
        guard depth < depthLimit * 2 else { return nil }
        switch term.kind {
        case .variable("input"): return []
        case .variable:
            switch frame.definition(of: term) {
            case .term(let defined): return try origin(of: defined, frame, depth: depth + 1)
            case .argument(let argument, let caller): return try origin(of: argument, caller, depth: depth + 1)
            case .element(let domain, let key):
                guard let start = try origin(of: domain, frame, depth: depth + 1), let key = try self.key(of: term, in: domain, key, frame) else { return nil }
                return start + [key]
            case nil: return nil
            }
        case .ref(let ref):
            if ref.isIntoData { return try originOfRule(ref, frame, depth: depth + 1) }
            guard let start = try origin(of: ref.head, frame, depth: depth + 1) else { return nil }
            var keys: [Value] = []
            for term in ref.path {
                guard let key = try value(term, frame) else { return nil }
                keys.append(key)
            }
            return start + keys
        case .call(let call):
            guard call.function == ["object", "get"], let start = try origin(of: call.arguments[0], frame, depth: depth + 1), let key = try value(call.arguments[1], frame) else { return nil }
            if case .array(let keys) = key { return start + keys }
            return start + [key]
        default: return nil
        }
    }

    /// By which key an element of a collection was reached.
    private func key(of variable: Term, in domain: Term, _ key: Term?, _ frame: ExplanationFrame) throws(EvaluationError) -> Value? {
        if let key, let known = try value(key, frame) { return known }
        guard let element = try value(variable, frame), let collection = try value(domain, frame) else { return nil }
        return zip(collection.memberKeys, collection.memberValues).first { $0.1 == element }?.0
    }

    /// A rule that only names a place of the input.
    private func originOfRule(_ ref: Ref, _ frame: ExplanationFrame, depth: Int) throws(EvaluationError) -> [Value]? {
        let group = engine.rules.rules(of: Term(.ref(ref)))
        guard group.count == 1, let named = group[0].value, !group[0].isPartial, group[0].arguments == nil, group[0].body.allSatisfy(\.isGenerated)
        else { return nil }
        return try origin(of: named, ExplanationFrame(), depth: depth)
    }

    // MARK: Values

    /// Proposes values for what a term is made of, and follows the rules that give it.
    mutating func settle(_ term: Term, _ wish: Wish, _ frame: ExplanationFrame, _ depth: Int) throws(EvaluationError) -> [Reason] {
        guard depth < depthLimit else { return [] }
        // An element is added more easily than another is replaced.
        if wish.holds, case .element(let domain, nil) = frame.definition(of: term) {
            for sample in wish.samples.prefix(Self.sampleLimit) { try proposeAddition(of: sample, to: domain, frame) }
        }
        if let place = try origin(of: term, frame) {
            propose(place, wish)
            return []
        }
        switch term.kind {
        case .variable:
            switch frame.definition(of: term) {
            case .term(let defined): return try settle(defined, wish, frame, depth + 1)
            case .argument(let argument, let caller): return try settle(argument, wish, caller, depth + 1)
            case .element, nil: return []
            }
        case .ref(let ref):
            if ref.isIntoData { return try document(ref, wish, frame, depth) }
            guard let (inner, inside) = try resolved(ref, frame) else { return [] }
            return try settle(inner, wish, inside, depth + 1)
        case .call(let call):
            if call.function.first == "data" { return try function(call, wish, [frame], depth) }
            return try settle(call, wish, frame, depth)
        case .object(let entries): return wish.holds ? [] : try members(of: entries, frame, depth + 1)
        case .arrayComprehension, .setComprehension, .objectComprehension:
            guard wish.holds, let present = try value(term, frame), Explanation.Outcome(present) == .empty else { return [] }
            return try members(of: term, true, [frame], depth)
        default: return []
        }
    }

    /// The members of an object that is to be another: those that are true or false, where it has such.
    private mutating func members(of entries: [Term.ObjectEntry], _ frame: ExplanationFrame, _ depth: Int) throws(EvaluationError) -> [Reason] {
        var members: [(term: Term, outcome: Explanation.Outcome)] = []
        for entry in entries { members.append((entry.value, Explanation.Outcome(try value(entry.value, frame)))) }
        let decisions = members.filter { $0.outcome == .true || $0.outcome == .false }
        var reasons: [Reason] = []
        for member in decisions.isEmpty ? members : decisions { reasons += try settle(member.term, Wish(for: member.outcome), frame, depth) }
        return reasons
    }

    private mutating func propose(_ place: [Value], _ wish: Wish) {
        if wish.holds {
            for sample in wish.samples.prefix(Self.sampleLimit) { propose(place, sample) }
            return
        }
        if input?.at(place) == true { propose(place, false) }
        propose(place, nil)
    }

    /// A reference into what a variable stands for, in the frame where that is known.
    private func resolved(_ ref: Ref, _ frame: ExplanationFrame) throws(EvaluationError) -> (Term, ExplanationFrame)? {
        var keys: [Term] = []
        for term in ref.path {
            guard let key = try value(term, frame) else { return nil }
            // A key that the input gives stays as it is, so that another can be tried.
            keys.append(try origin(of: term, frame) == nil ? Term(value: key) : term)
        }
        switch frame.definition(of: ref.head) {
        case .term(let defined): return (Self.reference(defined, keys), frame)
        case .argument(let argument, let caller): return (Self.reference(argument, try constant(keys, frame)), caller)
        case .element(let domain, let key):
            guard let key = try self.key(of: ref.head, in: domain, key, frame) else { return nil }
            return (Self.reference(domain, [Term(value: key)] + keys), frame)
        case nil: return nil
        }
    }

    private func constant(_ keys: [Term], _ frame: ExplanationFrame) throws(EvaluationError) -> [Term] {
        var result: [Term] = []
        for key in keys { if let value = try value(key, frame) { result.append(Term(value: value)) } }
        return result
    }

    static func reference(_ head: Term, _ keys: [Term]) -> Term {
        if case .ref(let ref) = head.kind { return Term(.ref(Ref(head: ref.head, path: ref.path + keys))) }
        return Term(.ref(Ref(head: head, path: keys)))
    }

    /// Built-ins whose operand can be found from the result.
    private mutating func settle(_ call: Call, _ wish: Wish, _ frame: ExplanationFrame, _ depth: Int) throws(EvaluationError) -> [Reason] {
        var changed = wish
        changed.values = nil
        switch call.function.joined(separator: ".") {
        case "lower", "upper", "trim_space": return try settle(call.arguments[0], changed, frame, depth + 1)
        case "to_number":
            changed.samples = wish.samples.map { .string($0.regoText) }
            return try settle(call.arguments[0], changed, frame, depth + 1)
        case "plus", "minus":
            let isSum = call.function == ["plus"]
            var reasons: [Reason] = []
            for (position, operand) in call.arguments.enumerated() {
                guard case .number(let other)? = try value(call.arguments[1 - position], frame) else { continue }
                // The operand that makes the result: b = r - a and a = r - b of a sum; a = r + b and b = a - r of a difference.
                changed.samples = wish.samples.compactMap { sample in
                    guard case .number(let result) = sample else { return nil }
                    if isSum { return .number(result.minus(other)) }
                    return .number(position == 0 ? result.plus(other) : other.minus(result))
                }
                reasons += try settle(operand, changed, frame, depth + 1)
            }
            return reasons
        case "count": return try members(of: call.arguments[0], wish.holds, [frame], depth)
        case let name where Comparison(builtin: name) != nil || name == "internal.member_2":
            // A comparison as a value: what is meant is true, or false.
            guard wish.isMeant(true) != wish.isMeant(false) else { return [] }
            return try truth(Term(.call(call)), wish.holds == wish.isMeant(true), [frame], depth + 1)
        default:
            var reasons: [Reason] = []
            for argument in call.arguments {
                guard wish.holds else {
                    try proposeAbsence(of: argument, frame)
                    continue
                }
                // What is made of nothing may become more with something.
                guard let present = try value(argument, frame) else {
                    reasons += try definedness(of: argument, true, frame, depth + 1)
                    continue
                }
                if Explanation.Outcome(present) == .empty { reasons += try members(of: argument, true, [frame], depth + 1) }
                // What comes of many may be another with one of them less: a sum, the greatest.
                for element in present.memberValues.prefix(Self.sampleLimit) { try proposeRemoval(of: element, from: argument, frame) }
            }
            return reasons
        }
    }

    /// Other values than the present one.
    mutating func settleOtherwise(_ term: Term, _ present: Value?, _ frame: ExplanationFrame, _ depth: Int) throws(EvaluationError) {
        if let present {
            let samples = Comparison.notEqual.samples(against: present, insteadOf: present)
            _ = try settle(term, Wish(holds: true, values: { $0 != present }, samples: samples), frame, depth)
        }
        try proposeAbsence(of: term, frame)
    }

    // MARK: Collections

    /// Other keys, where a reference into a collection has keys that the input gives.
    mutating func proposeKeys(of ref: Ref, _ wish: Wish, _ frame: ExplanationFrame) throws(EvaluationError) {
        for (position, term) in ref.path.enumerated() {
            guard let place = try origin(of: term, frame) else { continue }
            let container = Term(.ref(Ref(head: ref.head, path: Array(ref.path.prefix(position)))))
            guard let collection = try value(position == 0 ? ref.head : container, frame) else { continue }
            var rest: [Value] = []
            for key in ref.path[(position + 1)...] { if let known = try value(key, frame) { rest.append(known) } }
            guard rest.count == ref.path.count - position - 1 else { continue }
            var count = 0
            for key in collection.memberKeys.prefix(256) where count < Self.sampleLimit {
                let isMeant = collection.at([key] + rest).map { wish.isMeant($0) } ?? false
                guard isMeant == wish.holds else { continue }
                count += 1
                propose(place, key)
            }
            if !wish.holds { propose(place, nil) }
        }
    }

    /// A further element of a collection.
    mutating func proposeAddition(of element: Value, to collection: Term, _ frame: ExplanationFrame, depth: Int = 0) throws(EvaluationError) {
        guard depth < depthLimit else { return }
        if let place = try origin(of: collection, frame) {
            switch input?.at(place) {
            case .array(let elements): propose(place, .array(elements.filter { $0 != Self.placeholder } + [element]))
            case nil: propose(place, .array([element]))
            default: break
            }
            return
        }
        switch collection.kind {
        case .variable:
            switch frame.definition(of: collection) {
            case .term(let defined): try proposeAddition(of: element, to: defined, frame, depth: depth + 1)
            case .argument(let argument, let caller): try proposeAddition(of: element, to: argument, caller, depth: depth + 1)
            case .element, nil: break
            }
        case .arrayComprehension(let head, let body), .setComprehension(let head, let body):
            _ = try settle(head, Wish(holds: true, samples: [element]), frame.entering(body), depth + 1)
        case .ref:
            for rule in engine.rules.rules(of: collection) where rule.arguments == nil {
                let inside = ExplanationFrame().entering(rule.body)
                if rule.isPartialSet, let key = rule.keys.last {
                    _ = try settle(key, Wish(holds: true, samples: [element]), inside, depth + 1)
                } else if let value = rule.value {
                    try proposeAddition(of: element, to: value, inside, depth: depth + 1)
                }
            }
        case .call(let call):
            if call.function == ["or"] { try proposeAddition(of: element, to: call.arguments[0], frame, depth: depth + 1) }
            guard call.function == ["split"], case .string(let separator)? = try value(call.arguments[1], frame), case .string(let text) = element,
                let place = try origin(of: call.arguments[0], frame)
            else { return }
            if case .string(let present)? = input?.at(place), !present.isEmpty { propose(place, .string(present + separator + text)) } else { propose(place, element) }
        default: break
        }
    }

    /// A collection without one of its elements.
    mutating func proposeRemoval(of element: Value, from collection: Term, _ frame: ExplanationFrame, depth: Int = 0) throws(EvaluationError) {
        guard depth < depthLimit else { return }
        if let place = try origin(of: collection, frame) {
            if case .array(let elements)? = input?.at(place) { propose(place, .array(elements.filter { $0 != element })) }
            return
        }
        switch collection.kind {
        case .variable:
            switch frame.definition(of: collection) {
            case .term(let defined): try proposeRemoval(of: element, from: defined, frame, depth: depth + 1)
            case .argument(let argument, let caller): try proposeRemoval(of: element, from: argument, caller, depth: depth + 1)
            case .element, nil: break
            }
        case .arrayComprehension(let head, let body), .setComprehension(let head, let body):
            let inside = frame.entering(body)
            if case .element(let domain, _) = inside.definition(of: head) { return try proposeRemoval(of: element, from: domain, inside, depth: depth + 1) }
            // Which element of what is gone through led to this one is not known.
            for case .someIn(_, _, let domain) in body.map(\.kind) {
                for other in try value(domain, inside)?.memberValues.prefix(Self.sampleLimit) ?? [] { try proposeRemoval(of: other, from: domain, inside, depth: depth + 1) }
            }
        case .ref:
            for rule in engine.rules.rules(of: collection) where rule.arguments == nil {
                let inside = ExplanationFrame().entering(rule.body)
                if let key = rule.keys.last, case .element(let domain, _) = inside.definition(of: key) {
                    try proposeRemoval(of: element, from: domain, inside, depth: depth + 1)
                } else if let value = rule.value {
                    try proposeRemoval(of: element, from: value, inside, depth: depth + 1)
                }
            }
        default: break
        }
    }

    /// The input without what a term is read from.
    mutating func proposeAbsence(of term: Term, _ frame: ExplanationFrame) throws(EvaluationError) {
        if let place = try origin(of: term, frame) { return propose(place, nil) }
        switch term.kind {
        case .ref(let ref): for key in ref.path { if let place = try origin(of: key, frame) { propose(place, nil) } }
        case .call(let call): for argument in call.arguments { try proposeAbsence(of: argument, frame) }
        default: break
        }
    }

    // MARK: Built-ins

    /// A call of a built-in that is to be true, or not.
    mutating func builtin(_ name: String, _ arguments: [Term], _ wanted: Bool, _ frame: ExplanationFrame, _ depth: Int) throws(EvaluationError) -> [Reason] {
        var values: [Value] = [], reasons: [Reason] = []
        for argument in arguments {
            if let value = try value(argument, frame) { values.append(value) } else { reasons += try definedness(of: argument, wanted, frame, depth) }
        }
        guard wanted else {
            if let (position, sample) = BuiltinSamples.falsehood(of: name), arguments.indices.contains(position) {
                _ = try settle(arguments[position], Wish(holds: true, values: { _ in false }, samples: [sample]), frame, depth + 1)
            }
            for (argument, value) in zip(arguments, values) { try settleOtherwise(argument, value, frame, depth + 1) }
            return reasons
        }
        guard let (position, sample) = BuiltinSamples.truth(of: name, values.count == arguments.count ? values : []) else { return reasons }
        return reasons + (try settle(arguments[position], Wish(holds: true, values: { _ in false }, samples: [sample]), frame, depth + 1))
    }
}
