import Observability
import Resilience

/// How decisions went since the start: what new versions of policies are judged by. Counting takes no lock.
public final class DecisionTally: Sendable {
    private let decisions = Counter()
    private let errors = Counter()
    private let exhausted = Counter()

    func countAnswer() { decisions.increment() }

    func countFailure(isExhausted: Bool) {
        decisions.increment()
        errors.increment()
        if isExhausted { exhausted.increment() }
    }

    var counts: Probation.Counts { .init(decisions: decisions.value, errors: errors.value, exhausted: exhausted.value) }
}
