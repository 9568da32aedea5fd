import Synchronization

/// How durations are spread over buckets. Observing takes no lock, unless the work is part of a trace that is recorded.
public final class Histogram: Sendable {
    /// Upper bounds of the buckets in nanoseconds, rising.
    private let bounds: [Int]
    /// One more than there are bounds; the last holds what is above all of them.
    private let buckets: [Counter]
    private let sum = Counter()
    /// The last work of each bucket that can be looked at.
    private let exemplars: Mutex<[Exemplar?]>

    /// The bounds of OPA's request durations: a microsecond to a second.
    public static let requestBounds: [Duration] = [
        .microseconds(1), .microseconds(5), .microseconds(10), .microseconds(50), .microseconds(100), .microseconds(500),
        .milliseconds(1), .milliseconds(10), .milliseconds(100), .seconds(1),
    ]

    public init(bounds: [Duration] = Histogram.requestBounds) {
        self.bounds = bounds.map(\.wholeNanoseconds).sorted()
        buckets = (0...bounds.count).map { _ in Counter() }
        exemplars = Mutex(Array(repeating: nil, count: bounds.count + 1))
    }

    /// - Parameter origin: the work that took so long, where its trace is recorded.
    public func observe(_ duration: Duration, by origin: Exemplar.Origin? = nil) {
        let nanoseconds = duration.wholeNanoseconds
        let bucket = bounds.firstIndex { nanoseconds <= $0 } ?? bounds.count
        buckets[bucket].increment()
        sum.increment(by: nanoseconds)
        if let origin { exemplars.withLock { $0[bucket] = Exemplar(origin: origin, nanoseconds: nanoseconds) } }
    }

    public var count: Int { buckets.reduce(0) { $0 + $1.value } }

    /// The samples that Prometheus expects of a histogram: cumulative buckets, sum in seconds, count.
    public func samples(labels: [MetricFamily.Label]) -> [MetricFamily.Sample] {
        var samples: [MetricFamily.Sample] = []
        var total = 0
        let exemplars = exemplars.withLock { $0 }
        for (position, bucket) in buckets.enumerated() {
            total += bucket.value
            let bound = position < bounds.count ? PrometheusText.number(Double(bounds[position]) / 1e9) : "+Inf"
            samples.append(.init(suffix: "_bucket", labels: labels + [.init("le", bound)], value: Double(total), exemplar: exemplars[position]))
        }
        samples.append(.init(suffix: "_sum", labels: labels, value: Double(sum.value) / 1e9))
        samples.append(.init(suffix: "_count", labels: labels, value: Double(total)))
        return samples
    }
}

extension Duration {
    /// The duration in nanoseconds; what is below one is cut off.
    public var wholeNanoseconds: Int { Int(components.seconds) * 1_000_000_000 + Int(components.attoseconds / 1_000_000_000) }
}
