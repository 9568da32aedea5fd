import Observability
import Rego
import Synchronization

/// What became of guarded requests. Add it to a `MetricRegistry`, or read it.
public final class GuardMetrics: MetricSource {
    private let begun = Counter(), allowed = Counter(), denied = Counter(), failedClosed = Counter(), cached = Counter()
    private let failedOpen = Mutex<[String: Int]>([:])
    private let durations = Histogram(bounds: Histogram.requestBounds)

    init() {}

    public var allowedCount: Int { allowed.value }
    public var deniedCount: Int { denied.value }
    /// Requests that did not pass because there was no decision.
    public var failedClosedCount: Int { failedClosed.value }
    /// Requests that passed although there was no decision, by the pattern that let them.
    public var failedOpenCounts: [String: Int] { failedOpen.withLock { $0 } }
    public var cachedCount: Int { cached.value }

    /// Requests about which it is not yet said whether they may pass.
    public var pendingCount: Int {
        // Ends first: one that ends in between is pending still, rather than fewer than none.
        let ended = allowedCount + deniedCount + failedClosedCount + failedOpenCounts.values.reduce(0, +)
        return begun.value - ended
    }

    func countBegun() { begun.increment() }

    func countCached() { cached.increment() }

    func count(_ outcome: AccessGuard.Outcome, took duration: Duration) {
        durations.observe(duration, by: ActiveSpan.current?.origin(at: WallClock.nanoseconds()))
        switch outcome {
        case .allowed: allowed.increment()
        case .denied: denied.increment()
        case .failedClosed: failedClosed.increment()
        case .failedOpen(let pattern, _): failedOpen.withLock { $0[pattern.description, default: 0] += 1 }
        }
    }

    public var metricFamilies: [MetricFamily] {
        let outcomes = [("allowed", allowed), ("denied", denied), ("failed_closed", failedClosed)]
        return [
            MetricFamily(
                "gatekeeper_requests_total", "Guarded requests, by what became of them.", .counter,
                samples: outcomes.map { .init(labels: [.init("outcome", $0.0)], value: Double($0.1.value)) }),
            MetricFamily(
                "gatekeeper_fail_open_total", "Requests that passed without a decision, by the route that allows it.", .counter,
                samples: failedOpenCounts.sorted { $0.key < $1.key }.map { .init(labels: [.init("route", $0.key)], value: Double($0.value)) }),
            MetricFamily("gatekeeper_pending", "Requests about which there is no answer yet.", .gauge, samples: [.init(value: Double(pendingCount))]),
            MetricFamily("gatekeeper_cached_total", "Requests that passed because the same one did shortly before.", counter: cached),
            MetricFamily("gatekeeper_duration_seconds", "How long it took to say whether a request may pass.", .histogram, samples: durations.samples(labels: [])),
        ]
    }
}
