/// Looks for the fewest changes of an input that turn a decision over: one change, then two together, and so on. Each is tried by deciding again.
struct ChangeSearch {
    let engine: ExplanationEngine
    let query: PreparedQuery
    let reference: Term
    let outcome: Explanation.Outcome
    let value: Value?
    let mask: MaskedInput?
    let limits: ExplanationLimits
    private var tried = 0
    private var seen: Set<ChangedInput> = []
    /// Inputs of which it is looked what else they lack, of each number of changes.
    private static let width = 12

    init(
        _ engine: ExplanationEngine, _ query: PreparedQuery, _ reference: Term, _ outcome: Explanation.Outcome, _ value: Value?, mask: MaskedInput?, limits: ExplanationLimits
    ) {
        self.engine = engine
        self.query = query
        self.reference = reference
        self.outcome = outcome
        self.value = value
        self.mask = mask
        self.limits = limits
    }

    /// - Parameter candidates: what the explanation of the input proposes.
    mutating func run(_ input: Value?, _ candidates: [Explainer.Candidate]) -> Explanation.NearestChange {
        var level = [(ChangedInput(input), candidates)]
        // A change may need several steps: an element that is added first, and given its value then.
        for depth in 1...max(1, limits.changes) {
            var next: [ChangedInput] = []
            for (state, candidates) in level {
                for candidate in candidates {
                    guard engine.decisionsLeft > 0 else { return .notFound(tried: tried) }
                    guard let changed = state.setting(candidate.place, to: candidate.value, isMasked: candidate.isMasked), seen.insert(changed).inserted else { continue }
                    if let found = turnsOver(changed) { return reduced(changed, found) }
                    next.append(changed)
                }
            }
            guard depth < limits.changes, !engine.isExhausted else { break }
            level = next.prefix(Self.width).map { ($0, proposals($0.document)) }
        }
        return .notFound(tried: tried)
    }

    /// What the explanation of a changed input proposes; nothing where it cannot be explained.
    private func proposals(_ input: Value?) -> [Explainer.Candidate] {
        var explainer = Explainer(engine, input: input, mask: mask, depthLimit: limits.depth)
        _ = try? explainer.explain(reference, outcome)
        return explainer.candidates
    }

    /// The value of the decision with a changed input, where it is turned over.
    private mutating func turnsOver(_ changed: ChangedInput) -> Value?? {
        tried += 1
        do throws(EvaluationError) {
            let new = try engine.decide(query, changed.document)
            return outcome.isTurnedOver(from: value, to: new) ? .some(new) : nil
        } catch {
            return nil
        }
    }

    /// Without changes that are not needed.
    private mutating func reduced(_ changed: ChangedInput, _ value: Value?) -> Explanation.NearestChange {
        var best = changed, result = value
        for change in changed.changes where best.changes.count > 1 {
            var fewer = ChangedInput(changed.original)
            for kept in best.changes where kept.path != change.path { fewer = fewer.setting(kept.path, to: kept.after, isMasked: kept.isMasked) ?? fewer }
            if let value = turnsOver(fewer) { (best, result) = (fewer, value) }
        }
        return .found(best.changes, value: result)
    }
}

extension Explanation.Outcome {
    init(_ value: Value?) {
        switch value {
        case nil: self = .undefined
        case .boolean(let flag)?: self = flag ? .true : .false
        case .array(let parts)?, .set(let parts)?: self = parts.isEmpty ? .empty : .members
        case .object(let entries)?: self = entries.isEmpty ? .empty : .members
        default: self = .value
        }
    }

    /// Whether another value is the opposite of this outcome.
    func isTurnedOver(from old: Value?, to new: Value?) -> Bool {
        let other = Explanation.Outcome(new)
        return switch self {
        case .true: other != .true
        case .false: other != .false && other != .undefined
        case .undefined: other != .undefined && other != .false
        case .members: other == .empty || other == .undefined
        case .empty: other == .members
        case .value: new.map { Self.differs(old, $0) } ?? false
        }
    }

    /// Objects that decide something differ where a member that is true or false does; other values where anything does.
    private static func differs(_ old: Value?, _ new: Value) -> Bool {
        guard case .object(let entries)? = old, new.isObject else { return old != new }
        let decisions = entries.filter { if case .boolean = $0.value { true } else { false } }
        return decisions.isEmpty ? old != new : decisions.contains { new.at([$0.key]) != $0.value }
    }
}
