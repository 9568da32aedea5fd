/// What must hold in every history. Named in what a failing seed prints.
enum Invariant: String, CaseIterable, Sendable {
    // Safety.
    case acknowledgedEventsAreThereOnce
    case acknowledgedChangesAreThere
    case cursorsStayWhereTheyWereMoved
    case nothingIsCalledLostThatWasNotLost
    case decisionsAreThoseOfAnActiveRevision
    case quarantinedRevisionsDoNotDecide
    case tokensThatEndedAreRefused
    case goodTokensAreAccepted
    case retriesStayWithinTheirBudget
    case callsStayWithinTheBulkhead
    case callsEndAtTheirDeadline
    case criticalComesFirst
    case loggedOrCounted
    // Liveness.
    case breakersClose
    case serviceIsReady
    case newestGoodRevisionIsActive
    case decisionLogDrains
    case requestsAreAnswered
}

/// Everything that happened, as lines, and what of it must not have.
struct History: Sendable {
    struct Violation: Equatable, Sendable {
        var invariant: Invariant
        var detail: String
    }

    private(set) var lines: [String] = []
    private(set) var violations: [Violation] = []

    mutating func add(_ line: String) { lines.append(line) }

    mutating func violate(_ invariant: Invariant, _ detail: String) {
        violations.append(Violation(invariant: invariant, detail: detail))
        add("VIOLATION \(invariant.rawValue): \(detail)")
    }

    /// The same for the same lines, in every process (FNV-1a).
    var digest: UInt64 {
        lines.reduce(0xcbf2_9ce4_8422_2325) { digest, line in
            (line + "\n").utf8.reduce(digest) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
        }
    }
}
