import Foundation

/// Opens the segments of a partition, whatever state they are in: what is damaged is rebuilt of what can be read, and what is lost is named.
struct PartitionOpening {
    let partition: EventPartition
    let folder: URL
    let disk: any Disk
    /// Nanoseconds since 1970.
    let time: Int64
    private(set) var segments: [Segment] = []
    private(set) var reports: [DamageReport] = []
    /// Where the next event goes.
    private(set) var last = PositionFile.Position.start

    /// - Throws: where the folder cannot be read or written.
    init(_ partition: EventPartition, in folder: URL, on disk: any Disk, at time: Int64) throws {
        self.partition = partition
        self.folder = folder
        self.disk = disk
        self.time = time
        try disk.makeFolder(folder)
        let head = PositionFile("head", in: folder, on: disk).read(), floor = PositionFile("floor", in: folder, on: disk).read()
        for url in try disk.files(in: folder) where url.pathExtension == "rebuilt" {
            try SegmentRebuild.finish(url.deletingPathExtension(), on: disk)
        }
        let urls = try disk.files(in: folder).filter { Segment.first(of: $0) != nil }
            .sorted { $0.path < $1.path }
        last = floor ?? .start
        if floor == nil, let head, head.sequence == 0 { last = head }
        for (index, url) in urls.enumerated() {
            let next = index + 1 < urls.count ? Segment.first(of: urls[index + 1]) : nil
            try open(url, next: next, head: next == nil ? head : nil)
        }
        try addActive(head)
    }

    /// Opens one, or rebuilds it.
    private mutating func open(_ url: URL, next: Int?, head: PositionFile.Position?) throws {
        var segment: Segment
        do {
            segment = try Segment(opening: url, on: disk)
            if let problem = try problem(segment, next: next, head: head) {
                segment.close()
                throw EventLogError(.damaged, problem)
            }
        } catch where Segment.isDamage(error) {
            let end = try end(of: url, next: next, head: head)
            let reason = (error as? EventLogError)?.message ?? "\(error)"
            let made = try SegmentRebuild.rebuild(url, of: partition, last: end, before: before(url), because: reason, at: time, on: disk)
            segment = made.segment
            reports.append(made.report)
        }
        try noteMissing(before: segment)
        segments.append(segment)
        if let event = try segment.lastEvent() {
            last = .init(sequence: event.sequence, digest: event.digest)
        } else if last.sequence < segment.first - 1 {
            last = .init(sequence: segment.first - 1, digest: try segment.before() ?? .none)
        }
        let lost = try segment.losses().map(\.range.upperBound).max() ?? 0
        if lost > last.sequence { last = .init(sequence: lost, digest: head?.sequence == lost ? head?.digest ?? .none : .none) }
    }

    private func before(_ url: URL) -> EventDigest? { Segment.first(of: url) == last.sequence + 1 ? last.digest : nil }

    /// What something beside the segment tells of its last event.
    private func end(of url: URL, next: Int?, head: PositionFile.Position?) throws -> (sequence: Int, digest: EventDigest?)? {
        if let next {
            let following = try? Segment(opening: Segment.url(in: folder, first: next), on: disk)
            defer { following?.close() }
            return (next - 1, try? following?.before())
        }
        guard let head else { return nil }
        // What SQLite still reads behind the head was committed just before the end.
        let segment = try? Segment(opening: url, on: disk)
        defer { segment?.close() }
        if let event = try? segment?.lastEvent(), event.sequence > head.sequence { return (event.sequence, event.digest) }
        return head.sequence >= (Segment.first(of: url) ?? 1) - 1 ? (head.sequence, head.digest) : nil
    }

    /// What is wrong with a segment; sealed ones are only counted here, and read by `Partition.scrub` later.
    private func problem(_ segment: Segment, next: Int?, head: PositionFile.Position?) throws -> String? {
        let lost = try segment.losses().map(\.range)
        if let next {
            _ = (try segment.lastIdentifier(), try segment.lastEvent(), try segment.before())
            let count = try segment.count() + lost.filter { $0.lowerBound >= segment.first }.reduce(0) { $0 + $1.count }
            return count == next - segment.first ? nil : "\(count) events where \(next - segment.first) belong"
        }
        if let problem = try segment.structuralProblem() { return problem }
        let chain = EventChain(after: segment.first - 1, digest: try segment.before() ?? .none, lost: lost)
        if let problem = try segment.problem(chain) { return problem }
        let end = max(try segment.lastEvent()?.sequence ?? segment.first - 1, lost.map(\.upperBound).max() ?? 0)
        if let head, head.sequence > end { return "it ends at \(end), and \(head.sequence) was acknowledged" }
        return nil
    }

    /// Names what is missing between segments, or before the first.
    private mutating func noteMissing(before segment: Segment) throws {
        guard segment.first > last.sequence + 1 else { return }
        let range = last.sequence + 1...segment.first - 1
        guard try !segment.losses().contains(where: { $0.range == range }) else { return }
        let reason = "the files before it are gone"
        try segment.add(.init(range: range, time: time, reason: reason))
        reports.append(DamageReport(partition: partition, file: segment.url.path, reason: reason, recovered: 0, lost: [range]))
    }

    /// The segment that is written; a new one where there is none.
    private mutating func addActive(_ head: PositionFile.Position?) throws {
        guard segments.isEmpty else { return }
        let start = last
        if let head, head.sequence > last.sequence { last = head }
        let segment = try Segment.create(in: folder, first: last.sequence + 1, before: last.digest, on: disk)
        segments.append(segment)
        guard last.sequence > start.sequence else { return }
        let range = start.sequence + 1...last.sequence
        let reason = "all files are gone"
        try segment.add(.init(range: range, time: time, reason: reason))
        reports.append(DamageReport(partition: partition, file: segment.url.path, reason: reason, recovered: 0, lost: [range]))
    }
}

extension Segment {
    /// Reads all events and follows their chain; what is wrong first, nil for nothing.
    func problem(_ chain: EventChain) throws -> String? {
        var chain = chain
        var next = first
        while true {
            let events = try events(from: next, limit: 1024)
            for event in events { if let problem = chain.follow(event) { return problem.description } }
            guard let last = events.last else { return nil }
            next = last.sequence + 1
        }
    }
}
