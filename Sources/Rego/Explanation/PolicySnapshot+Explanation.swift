extension PolicySnapshot {
    /// Says why a document has the value that it has, and looks for the nearest input with which it would be turned over: what is true or has members
    /// to what is not or has none, and the other way round.
    ///
    /// - Parameters:
    ///   - decision: a reference to a document that rules define, such as `data.rbac.allow`.
    ///   - mask: what of the input must not be shown.
    ///   - options: its steps are those of the whole explanation.
    /// - Throws: `ExplanationError` where there is no such document, `EvaluationError` where the decision itself fails or takes too long.
    public func explain(
        _ decision: String, input: Value? = nil, mask: MaskedInput? = nil, limits: ExplanationLimits = .init(), options: EvaluationOptions = .init()
    ) throws -> Explanation {
        let (reference, path) = try Self.decision(decision)
        let engine = ExplanationEngine(self, limits: limits, options: options)
        guard let (group, count) = engine.rules.rules(along: path) else {
            let below = Set(engine.rules.overlapping(path).filter { $0.arguments == nil }.map(\.name)).sorted()
            let hint = below.isEmpty ? "" : "; below it there is \(below.prefix(5).joined(separator: ", "))"
            throw ExplanationError(code: .noRule, message: "no rule defines \(reference)\(hint)")
        }
        let query = try document(path)
        let value = try engine.decide(query, input)
        // A rule that gives an object gives one value; one that collects an object has members.
        let outcome = count == path.count && !group[0].isPartial && value?.isObject == true ? .value : Explanation.Outcome(value)
        var explainer = Explainer(engine, input: input, mask: mask?.places.isEmpty == true ? nil : mask, depthLimit: limits.depth)
        let reasons = try explainer.explain(reference, outcome)
        var search = ChangeSearch(engine, query, reference, outcome, value, mask: explainer.mask, limits: limits)
        let isComplete = !engine.isExhausted
        let nearest = search.run(input, explainer.candidates)
        return Explanation(decision: reference.description, value: value, outcome: outcome, reasons: reasons, nearest: nearest, isComplete: isComplete)
    }

    private static func decision(_ text: String) throws(ExplanationError) -> (Term, [String]) {
        guard let literal = Parser.parseQuery(text).body, literal.count == 1, case .term(let term) = literal[0].kind, !literal[0].isNegated,
            let segments = PlanScope.segments(of: term), segments.first == "data", segments.count > 1
        else { throw ExplanationError(code: .invalidDecision, message: "\(text) is not a reference to a document such as data.app.allow") }
        return (term, Array(segments.dropFirst()))
    }
}

extension Explainer {
    /// Why the document of a reference has its value.
    mutating func explain(_ reference: Term, _ outcome: Explanation.Outcome) throws(EvaluationError) -> [Explanation.Reason] {
        guard case .ref(let ref) = reference.kind else { return [] }
        let frame = ExplanationFrame()
        let given = try document(ref, Wish(for: outcome), frame, 0)
        guard outcome == .value, let present = try value(reference, frame) else { return given }
        let missing = try document(ref, Wish(holds: true, values: { $0 != present }, samples: []), frame, 0)
        return given + missing.filter { reason in !given.contains { $0.location == reason.location } }
    }
}

extension Explainer.Wish {
    /// For what would turn an outcome over.
    init(for outcome: Explanation.Outcome) {
        switch outcome {
        case .false, .undefined: self.init(holds: true)
        case .true: self.init(holds: false)
        case .empty: self.init(holds: true, values: { !$0.memberKeys.isEmpty }, samples: [])
        case .members: self.init(holds: false, values: { !$0.memberKeys.isEmpty }, samples: [])
        case .value: self.init(holds: false, values: { _ in true })
        }
    }
}

extension Value {
    var isObject: Bool { if case .object = self { true } else { false } }
}
