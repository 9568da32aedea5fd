/// Finds what a term with an unwanted value rests on, rule by rule and condition by condition, and changes of the input that may turn it over.
///
/// It goes from the decision down: of a rule that does not hold, to the literal behind which nothing held; of that literal, to the rules that it
/// names. Changes come from the literals that are reached (`Explainer+Candidates`), and are no more than guesses: `ChangeSearch` tries them.
struct Explainer {
    /// A guess: another value at a place of the input, or none.
    struct Candidate: Hashable {
        var place: [Value]
        var value: Value?
        var isMasked: Bool
    }

    let engine: ExplanationEngine
    let input: Value?
    let mask: MaskedInput?
    let depthLimit: Int
    private var found: [(candidate: Candidate, missing: Int)] = []
    /// Of the rule that the decision asks for: how many conditions do not hold, or were not looked at.
    private var missingConditions = 0
    private var known: Set<Candidate> = []
    private var visits: Set<Visit> = []
    /// Whether the condition that is looked at rests on something masked.
    private var isMasked = false

    private struct Visit: Hashable {
        var rule: SourceLocation
        var wanted: Bool
    }

    init(_ engine: ExplanationEngine, input: Value?, mask: MaskedInput?, depthLimit: Int) {
        self.engine = engine
        self.input = input
        self.mask = mask
        self.depthLimit = depthLimit
    }

    /// Those of rules of which the least is missing come first.
    var candidates: [Candidate] {
        found.enumerated().sorted { ($0.element.missing, $0.offset) < ($1.element.missing, $1.offset) }.map(\.element.candidate)
    }

    mutating func propose(_ place: [Value], _ value: Value?) {
        let candidate = Candidate(place: place, value: value, isMasked: isMasked)
        if input?.at(place) != value, known.insert(candidate).inserted { found.append((candidate, missingConditions)) }
    }

    func value(_ term: Term, _ frame: ExplanationFrame) throws(EvaluationError) -> Value? { try engine.value(of: term, frame, input) }

    // MARK: Rules

    /// What rules are asked for.
    struct Wish {
        /// Whether one of them is to hold, or none.
        var holds: Bool
        /// The values that are meant; any but false where nil.
        var values: ((Value) -> Bool)?
        /// Values to try, where others than the present one are wanted.
        var samples: [Value] = [true]

        func isMeant(_ value: Value) -> Bool { values?(value) ?? (value != false) }
    }

    /// Why rules of one document do not give what is wished for.
    ///
    /// - Parameter calls: what functions are called with; for other rules one without arguments.
    mutating func reasons(_ group: [ExplainedRule], _ wish: Wish, calls: [RuleCall] = [.plain], depth: Int) throws(EvaluationError) -> [Explanation.Reason] {
        guard depth < depthLimit else { return [] }
        var reasons: [Explanation.Reason] = []
        var chainsThatHold: Set<Int> = []
        for rule in group where !rule.isDefault {
            if engine.isExhausted { break }
            if chainsThatHold.contains(rule.chain) { continue }
            if rule.arguments == nil, !visits.insert(Visit(rule: rule.location, wanted: wish.holds)).inserted { continue }
            let (failed, held) = try attempts(rule, calls)
            if failed == nil { chainsThatHold.insert(rule.chain) }
            let reason = try wish.holds ? missing(rule, wish, failed, held, depth) : given(rule, wish, held, depth)
            if let reason { reasons.append(reason) }
        }
        return reasons.isEmpty && !wish.holds ? try defaulted(group, wish, depth) : reasons
    }

    /// Why a default that is not wanted was not replaced by the value of a rule; nothing where there is no such default.
    private mutating func defaulted(_ group: [ExplainedRule], _ wish: Wish, _ depth: Int) throws(EvaluationError) -> [Explanation.Reason] {
        guard let rule = group.first(where: \.isDefault), rule.arguments == nil, let value = PlanScope.constantValue(of: rule.value ?? Term(.boolean(true))), wish.isMeant(value) else { return [] }
        let reason = Explanation.Reason(rule: rule.name, location: rule.location, holds: true, conditions: [])
        return [reason] + (try reasons(group, Wish(holds: true, values: { $0 != value }, samples: []), depth: depth))
    }

    /// How far the body of a rule holds for calls: the furthest literal that fails with what led to it, and what held to the end.
    private func attempts(
        _ rule: ExplainedRule, _ calls: [RuleCall]
    ) throws(EvaluationError) -> (failed: (position: Int, frames: [ExplanationFrame])?, held: [ExplanationFrame]) {
        var failed: (position: Int, frames: [ExplanationFrame])?
        var held: [ExplanationFrame] = []
        for call in calls.prefix(ExplanationEngine.solutionLimit) {
            let probe = try engine.probe(rule.literals, call.frame(for: rule), input)
            guard let position = probe.failing else {
                held += probe.frames
                continue
            }
            let earlier = failed?.position ?? -1
            if earlier < position { failed = (position, probe.frames) } else if earlier == position { failed?.frames += probe.frames }
        }
        return (failed, held)
    }

    /// Why a rule that is wanted does not give what is meant; nil where it does, or never could.
    private mutating func missing(
        _ rule: ExplainedRule, _ wish: Wish, _ failed: (position: Int, frames: [ExplanationFrame])?, _ held: [ExplanationFrame], _ depth: Int
    ) throws(EvaluationError) -> Explanation.Reason? {
        let head = rule.isPartial ? nil : rule.value
        if !rule.isPartial, let constant = PlanScope.constantValue(of: head ?? Term(.boolean(true))), !wish.isMeant(constant) {
            // It cannot give what is meant, but where it holds it stands before what could.
            return failed == nil ? try given(rule, Wish(holds: false, values: { _ in true }), held, depth) : nil
        }
        if let failed {
            let outer = missingConditions
            defer { missingConditions = outer }
            if outer == 0 { missingConditions = rule.literals.count - failed.position }
            let condition = try condition(rule.literals[failed.position], holds: false, failed.frames, depth)
            return Explanation.Reason(rule: rule.name, location: rule.location, holds: false, held: failed.position, conditions: [condition])
        }
        guard let head, let frame = held.first else { return nil }
        let value = try value(head, frame)
        if let value, wish.isMeant(value) { return nil }
        // What gives another value than the one that is meant holds nevertheless.
        let holds = value != nil && value != false
        let outer = isMasked
        defer { isMasked = outer }
        isMasked = isMasked || restsOnMasked([head], [frame])
        let nested = try settle(head, wish, frame, depth)
        let condition = Explanation.Condition(
            location: head.location, text: engine.text(at: head.location) ?? head.description, holds: holds, values: try shown(Expression(.term(head)), [frame]), reasons: nested)
        return Explanation.Reason(rule: rule.name, location: rule.location, holds: holds, held: rule.literals.count, conditions: [condition])
    }

    /// What made a rule hold that is not wanted; nil where it does not hold.
    private mutating func given(_ rule: ExplainedRule, _ wish: Wish, _ held: [ExplanationFrame], _ depth: Int) throws(EvaluationError) -> Explanation.Reason? {
        guard let frame = held.first else { return nil }
        if !rule.isPartial, let value = try value(rule.value ?? Term(.boolean(true)), frame), !wish.isMeant(value) { return nil }
        var conditions: [Explanation.Condition] = []
        for literal in rule.literals where !literal.isGenerated && literal.location.row > 0 { conditions.append(try condition(literal, holds: true, held, depth)) }
        if let head = rule.isPartial ? nil : rule.value, PlanScope.constantValue(of: head) == nil, conditions.isEmpty || head.isObject {
            conditions.append(try condition(Expression(.term(head), at: head.location), holds: true, held, depth))
        }
        return Explanation.Reason(rule: rule.name, location: rule.location, holds: true, conditions: conditions)
    }

    // MARK: Conditions

    /// A literal with its values, and what it rests on; what would turn it over is among the candidates then.
    mutating func condition(_ literal: Expression, holds: Bool, _ frames: [ExplanationFrame], _ depth: Int) throws(EvaluationError) -> Explanation.Condition {
        var bound: [ExplanationFrame] = []
        for frame in frames.prefix(ExplanationEngine.solutionLimit) { bound += try engine.binding(literal, frame, input) }
        bound = Array(bound.prefix(ExplanationEngine.solutionLimit))
        let outer = isMasked
        defer { isMasked = outer }
        isMasked = isMasked || restsOnMasked(literal.terms, bound)
        // Other documents stand behind the terms of a literal with `with` than those that are looked at here.
        let reasons = literal.withModifiers.isEmpty ? try overturn(literal, toHold: !holds, bound, depth) : []
        return Explanation.Condition(
            location: literal.location, text: engine.text(at: literal.location) ?? literal.description, holds: holds, values: try shown(literal, bound), reasons: reasons)
    }

    private func restsOnMasked(_ terms: [Term], _ frames: [ExplanationFrame]) -> Bool {
        guard let mask else { return false }
        return frames.contains { frame in terms.contains { isHidden($0, frame, mask) } }
    }

    private func isHidden(_ term: Term, _ frame: ExplanationFrame, _ mask: MaskedInput) -> Bool {
        InputDependencies(of: term, frame, engine.rules).places.contains { mask.hides($0) }
    }

    /// The variables, references and calls of a literal with their values.
    private func shown(_ literal: Expression, _ frames: [ExplanationFrame]) throws(EvaluationError) -> [Explanation.NamedValue] {
        var terms: [Term] = []
        for term in literal.terms { Self.collect(term, isOutermost: true, into: &terms) }
        var result: [Explanation.NamedValue] = []
        for term in terms {
            let text = text(of: term, frames)
            guard !result.contains(where: { $0.text == text }) else { continue }
            let named = try named(term, text, frames)
            if !named.values.isEmpty || named.isUndefined || named.isMasked { result.append(named) }
        }
        return result
    }

    private func text(of term: Term, _ frames: [ExplanationFrame]) -> String {
        // An argument that a pattern takes apart has no name of its own.
        if case .variable(let name) = term.kind, name.contains(" "), case .argument(let argument, _)? = frames.first?.definitions[name] {
            return engine.text(at: argument.location) ?? argument.description
        }
        return engine.text(at: term.location) ?? term.description
    }

    private func named(_ term: Term, _ text: String, _ frames: [ExplanationFrame]) throws(EvaluationError) -> Explanation.NamedValue {
        var named = Explanation.NamedValue(text: text, values: [])
        var seen: Set<Value> = []
        for frame in frames {
            if case .variable(let name) = term.kind, VariableCollection.isVariable(name), frame.values[name] == nil { continue }
            var value: Value?
            // What is masked may not be told by what it is compared with either.
            let place = mask == nil ? nil : try origin(of: term, frame)
            if let mask, isHidden(term, frame, mask) || (isMasked && place == nil) {
                named.isMasked = true
                guard let place, let masked = mask.document?.at(place) else { continue }
                value = masked
            } else {
                value = try self.value(term, frame)
            }
            guard let value else {
                named.isUndefined = true
                continue
            }
            guard seen.insert(value).inserted else { continue }
            if named.values.count < 3 { named.values.append(value) } else { named.others += 1 }
        }
        return named
    }

    private static func collect(_ term: Term, isOutermost: Bool, into terms: inout [Term]) {
        switch term.kind {
        case .variable(let name): if !name.hasPrefix("$") { terms.append(term) }
        case .ref(let ref):
            terms.append(term)
            for key in ref.path { collect(key, isOutermost: false, into: &terms) }
        case .call(let call):
            if !isOutermost, !call.isInfix { terms.append(term) }
            for argument in call.arguments { collect(argument, isOutermost: false, into: &terms) }
        case .array(let parts), .set(let parts): for part in parts { collect(part, isOutermost: false, into: &terms) }
        case .object(let entries): for entry in entries { collect(entry.value, isOutermost: false, into: &terms) }
        default: break
        }
    }
}
