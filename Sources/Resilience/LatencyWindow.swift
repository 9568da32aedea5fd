/// How long the last calls took.
public struct LatencyWindow: Sendable {
    private var durations: [Duration] = []
    private var next = 0
    private let capacity: Int
    /// Below so many nothing is said.
    private static let minimum = 20

    public init(capacity: Int = 100) { self.capacity = capacity }

    public mutating func record(_ duration: Duration) {
        if durations.count < capacity { durations.append(duration) } else { durations[next] = duration }
        next = (next + 1) % capacity
    }

    /// What a share of the calls, 0 to 1, did not exceed; nil while there are too few.
    public func quantile(_ share: Double) -> Duration? {
        guard durations.count >= Self.minimum else { return nil }
        return durations.sorted()[min(durations.count - 1, Int(Double(durations.count) * share))]
    }
}
