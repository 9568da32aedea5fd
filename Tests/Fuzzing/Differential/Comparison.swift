import Rego

/// How two engines' answers to a case relate.
package enum Comparison: Sendable, Equatable {
    case agrees
    /// They differ as `docs/compatibility.md` says; the reason is counted.
    case differsKnowingly(KnownDifference)
    case differs(String)

    package init(_ item: DifferentialCase, ours: Answer, theirs: Answer) {
        if Self.equal(ours, theirs) {
            self = .agrees
        } else if let reason = KnownDifference.allCases.first(where: { $0.explains(item, ours: ours, theirs: theirs) }) {
            self = .differsKnowingly(reason)
        } else {
            self = .differs("wanted \(theirs.description)\n   got \(ours.description)")
        }
    }

    static func equal(_ ours: Answer, _ theirs: Answer) -> Bool {
        switch (ours, theirs) {
        case (.result(let a), .result(let b)): a == b
        case (.error(let a, _), .error(let b, _)): a == b
        default: false
        }
    }
}

/// Why answers may differ, each with its place in `docs/compatibility.md`.
package enum KnownDifference: String, CaseIterable, Sendable {
    /// Several built-ins fail: which is reached first, or at all, depends on the order of rules.
    case orderOfErrors = "another built-in failed first"
    /// OPA's index leaves a body out, and with it the conflict or the failing built-in that it would have met.
    case bodiesLeftOut = "a failing literal before one that cannot hold"

    func explains(_ item: DifferentialCase, ours: Answer, theirs: Answer) -> Bool {
        switch self {
        case .orderOfErrors:
            return !item.isSingleCall && ours.isBuiltinError && theirs.isBuiltinError
        case .bodiesLeftOut:
            guard !item.isSingleCall, case .result = theirs, case .error(let codes, _) = ours else { return false }
            return codes == ["eval_conflict_error"] || (ours.isBuiltinError && Comparison.equal(item.answer(strict: false), theirs))
        }
    }
}
