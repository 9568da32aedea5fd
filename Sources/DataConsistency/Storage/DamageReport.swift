/// What was found damaged in a log, and what came of it.
public struct DamageReport: Sendable, Hashable, CustomStringConvertible {
    public var partition: EventPartition
    /// The path of the segment.
    public var file: String
    /// What showed that it is damaged.
    public var reason: String
    /// Events that were read from the damaged file and are in the rebuilt one.
    public var recovered: Int
    /// Sequences whose events are gone.
    public var lost: [ClosedRange<Int>]

    public init(partition: EventPartition, file: String, reason: String, recovered: Int, lost: [ClosedRange<Int>]) {
        self.partition = partition
        self.file = file
        self.reason = reason
        self.recovered = recovered
        self.lost = lost
    }

    public var lostCount: Int { lost.reduce(0) { $0 + $1.count } }

    public var description: String {
        let ranges = lost.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound) to \($0.upperBound)" }.joined(separator: ", ")
        let loss = lost.isEmpty ? "no event was lost" : "\(lostCount) event\(lostCount == 1 ? " was" : "s were") lost: \(ranges)"
        return "\(file): \(reason); \(recovered) events were recovered, \(loss)"
    }
}
