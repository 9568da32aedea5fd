import Foundation

/// Makes a segment anew of what can be read of a damaged one.
enum SegmentRebuild {
    /// Chooses the events that were acknowledged among those that a damaged file holds.
    ///
    /// From the end towards the beginning each event names the digest of the one before it, so that of several candidates only one fits. What does not
    /// fit is lost: an event that was changed, together with its digest, is contradicted by its successor.
    ///
    /// - Parameters:
    ///   - first: the segment's first sequence.
    ///   - last: its last one, where something else tells it, and that event's digest; nil for the last that can be read.
    static func choose(_ candidates: [Int: [Event]], first: Int, last: (sequence: Int, digest: EventDigest?)?) -> (events: [Event], lost: [ClosedRange<Int>]) {
        let end = last?.sequence ?? candidates.keys.max() ?? first - 1
        var events: [Event] = [], lost: [ClosedRange<Int>] = []
        var expected = last?.digest
        for sequence in stride(from: end, through: first, by: -1) {
            let found = candidates[sequence] ?? []
            let chosen = expected.map { digest in found.first { $0.digest == digest } } ?? Self.linked(found, candidates[sequence - 1] ?? [])
            if let chosen {
                events.append(chosen)
                expected = chosen.previous
            } else {
                if let range = lost.last, range.lowerBound == sequence + 1 { lost[lost.count - 1] = sequence...range.upperBound } else { lost.append(sequence...sequence) }
                expected = nil
            }
        }
        return (events.reversed(), lost.reversed())
    }

    /// The event that follows one of those before it; any where none does.
    private static func linked(_ events: [Event], _ before: [Event]) -> Event? {
        events.first { event in before.contains { $0.digest == event.previous } } ?? events.first
    }

    /// Rebuilds a segment in its place. The damaged file stays beside it, with `.damaged` in its name.
    ///
    /// - Parameters:
    ///   - last: the segment's last sequence, where something else tells it, and that event's digest.
    ///   - before: the digest of the event before the first, where it is known.
    ///   - time: nanoseconds since 1970.
    static func rebuild(
        _ url: URL, of partition: EventPartition, last: (sequence: Int, digest: EventDigest?)?, before: EventDigest?, because reason: String, at time: Int64,
        on disk: any Disk
    ) throws -> (segment: Segment, report: DamageReport) {
        let first = Segment.first(of: url) ?? 1
        let (events, lost) = choose(SegmentSalvage(url, on: disk).events, first: first, last: last)
        let firstPrevious = events.first.flatMap { $0.sequence == first ? $0.previous : nil }
        let rebuilt = URL(fileURLWithPath: url.path + ".rebuilding")
        try Segment.remove(rebuilt, on: disk)
        let new = try Segment.create(at: rebuilt, first: first, before: before ?? firstPrevious ?? .none, on: disk)
        try new.commit { writing in for event in events { _ = try writing.append(event) } }
        for range in lost { try new.add(.init(range: range, time: time, reason: reason)) }
        try new.seal()
        new.close()
        try setAside(url, on: disk)
        try disk.rename(rebuilt, to: completed(url))
        try finish(url, on: disk)
        return (try Segment(opening: url, on: disk), DamageReport(partition: partition, file: url.path, reason: reason, recovered: events.count, lost: lost))
    }

    private static func completed(_ url: URL) -> URL { URL(fileURLWithPath: url.path + ".rebuilt") }

    /// Puts a rebuilt segment in the place of the damaged one, where one is complete; also after a stop half-way.
    static func finish(_ url: URL, on disk: any Disk) throws {
        guard disk.exists(completed(url)) else { return }
        try Segment.remove(url, on: disk)
        try disk.rename(completed(url), to: url)
    }

    private static func setAside(_ url: URL, on disk: any Disk) throws {
        func name(_ number: Int) -> String { "\(url.path).damaged-\(number)" }
        var number = 1
        while disk.exists(URL(fileURLWithPath: name(number))) { number += 1 }
        for file in Segment.files(of: url) where disk.exists(file) {
            try disk.copy(file, to: URL(fileURLWithPath: name(number) + file.path.dropFirst(url.path.count)))
        }
    }
}
