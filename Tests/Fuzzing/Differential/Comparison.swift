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
        case (.result(let a), .result(let b)): a == b || sameValues(a, b)
        case (.error(let a, _), .error(let b, _)): a == b
        default: false
        }
    }

    /// Whether the texts of two results are of equal values: digits of a number may be written in several ways.
    private static func sameValues(_ a: Value, _ b: Value) -> Bool {
        guard let left = value(in: a), let right = value(in: b) else { return false }
        return left == right
    }

    static func value(in solutions: Value) -> Value? {
        guard case .array(let list) = solutions, case .string(let text)? = list.first?["text"] else { return nil }
        // Go writes DEL as Rego does not read it.
        guard case .term(let term)? = Parser.parseQuery(text.replacing(#"\x7f"#, with: #"\u007f"#)).body?.first?.kind else { return nil }
        return term.constant
    }
}
