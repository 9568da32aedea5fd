/// Follows the events of a partition and says what is wrong with them. A value that sees one event after the other.
public struct EventChain: Sendable {
    public enum Problem: Sendable, Hashable, CustomStringConvertible {
        /// The event's digest is not that of its members.
        case changed(sequence: Int)
        /// Sequences are missing, and no damage that was mended explains it.
        case missing(ClosedRange<Int>)
        /// The event does not follow the one before it.
        case broken(sequence: Int)
        /// The event comes after a later one, or twice.
        case disordered(sequence: Int)

        public var description: String {
            switch self {
            case .changed(let sequence): "event \(sequence) was changed"
            case .missing(let range): range.count == 1 ? "event \(range.lowerBound) is missing" : "events \(range.lowerBound) to \(range.upperBound) are missing"
            case .broken(let sequence): "event \(sequence) does not follow the event before it"
            case .disordered(let sequence): "event \(sequence) is not where it belongs"
            }
        }
    }

    /// The last sequence that was seen, and its digest.
    public private(set) var sequence: Int
    public private(set) var digest: EventDigest
    /// Sequences that damage took, which is known.
    private let lost: [ClosedRange<Int>]

    /// - Parameters:
    ///   - sequence: of the event before the first, which retention may have taken; 0 for the beginning.
    ///   - lost: sequences that are known to be lost.
    public init(after sequence: Int = 0, digest: EventDigest = .none, lost: [ClosedRange<Int>] = []) {
        self.sequence = sequence
        self.digest = digest
        self.lost = lost
    }

    /// Takes the next event.
    public mutating func follow(_ event: Event) -> Problem? {
        guard event.sequence > sequence else { return .disordered(sequence: event.sequence) }
        let before = (sequence: sequence, digest: digest)
        (sequence, digest) = (event.sequence, event.digest)
        guard event.digest == event.computedDigest() else { return .changed(sequence: event.sequence) }
        if event.sequence > before.sequence + 1 {
            let missing = before.sequence + 1...event.sequence - 1
            // Nothing is left to compare the first event behind a gap with.
            return lost.contains { $0.lowerBound <= missing.lowerBound && $0.upperBound >= missing.upperBound } ? nil : .missing(missing)
        }
        return event.previous == before.digest ? nil : .broken(sequence: event.sequence)
    }
}
