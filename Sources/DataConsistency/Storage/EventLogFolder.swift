import Foundation

/// The folder of an event log, read and not written: what commands use, also while a service writes to it.
public struct EventLogFolder: Sendable {
    public let url: URL
    private let segments: [EventPartition: [Segment]]

    /// - Throws: `EventLogError` with the code `storage` where there is no event log, `damaged` where files cannot be read; the service mends them
    ///   when it starts.
    public init(_ url: URL) throws(EventLogError) {
        self.url = url
        guard FileManager.default.fileExists(atPath: url.appendingPathComponent(EventPartition.state.rawValue).path) else {
            throw EventLogError(.storage, "\(url.path) is no event log; name the folder that event_log.directory names")
        }
        var segments: [EventPartition: [Segment]] = [:]
        do {
            for partition in EventPartition.allCases {
                let folder = url.appendingPathComponent(partition.rawValue)
                guard FileManager.default.fileExists(atPath: folder.path) else { continue }
                segments[partition] = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil).filter { Segment.first(of: $0) != nil }
                    .sorted { $0.path < $1.path }.map { try Segment(opening: $0, on: SystemDisk()) }
            }
        } catch {
            throw EventLogError(Segment.isDamage(error) ? .damaged : .storage, "\(url.path) cannot be read: \(Partition.text(error))")
        }
        self.segments = segments
    }

    public var keysURL: URL { Self.keys(in: url) }

    /// Where the keys of persons lie.
    public static func keys(in url: URL) -> URL { url.appendingPathComponent("keys").appendingPathComponent("keys.sqlite") }

    public func read(_ partition: EventPartition, from sequence: Int, limit: Int) throws(EventLogError) -> [Event] {
        var events: [Event] = []
        let all = segments[partition] ?? []
        for (position, segment) in all.enumerated() where position + 1 == all.count || all[position + 1].first > sequence {
            let limit = limit - events.count
            events += try reading { try segment.events(from: max(sequence, segment.first), limit: limit) }
            if events.count >= limit { break }
        }
        return events
    }

    /// Calls a function with every event of a partition in order.
    public func forEach(_ partition: EventPartition, from sequence: Int = 1, _ body: (Event) throws -> Void) throws {
        var next = sequence
        while true {
            let events = try read(partition, from: next, limit: 1024)
            for event in events { try body(event) }
            guard let last = events.last else { return }
            next = last.sequence + 1
        }
    }

    /// Rebuilds the state of a moment; nil where none is called so.
    ///
    /// - Parameter known: a state before that moment, which saves reading what led to it.
    public func state(
        at point: StateProjection.Point, from known: ProjectedState? = nil, upcasters: EventUpcasters = .current
    ) throws -> (state: ProjectedState, problems: [StateProjection.Problem])? {
        let start = try known ?? StateSnapshots(in: url).last(before: point).state
        return try StateProjection(upcasters: upcasters).rebuild(from: start, to: point) { from, limit throws(EventLogError) in
            try read(.state, from: from, limit: limit)
        }
    }

    /// What `verify` found of a partition.
    public struct Verification: Sendable {
        public var partition: EventPartition
        public var events: Int
        /// The first and the last sequence; nil where there is none.
        public var range: ClosedRange<Int>?
        public var digest: EventDigest
        public var problems: [EventChain.Problem]
        /// Losses that are known, in words.
        public var lost: [String]
    }

    /// Reads all events of a partition, and follows their chain.
    public func verify(_ partition: EventPartition) throws(EventLogError) -> Verification {
        let segments = segments[partition] ?? []
        guard let first = segments.first else { return Verification(partition: partition, events: 0, digest: .none, problems: [], lost: []) }
        return try reading {
            let losses = try segments.flatMap { try $0.losses() }
            var chain = EventChain(after: first.first - 1, digest: try first.before() ?? .none, lost: losses.map(\.range))
            var found = Verification(
                partition: partition, events: 0, digest: .none, problems: [],
                lost: losses.map { "\($0.range.lowerBound) to \($0.range.upperBound): \($0.reason)" })
            var start: Int?
            try forEach(partition) { event in
                if let problem = chain.follow(event) { found.problems.append(problem) }
                start = start ?? event.sequence
                found.events += 1
            }
            if let start { found.range = start...chain.sequence }
            found.digest = chain.digest
            return found
        }
    }

    private func reading<Result>(_ body: () throws -> Result) throws(EventLogError) -> Result {
        do {
            return try body()
        } catch let error as EventLogError {
            throw error
        } catch {
            throw EventLogError(Segment.isDamage(error) ? .damaged : .storage, "\(url.path) cannot be read: \(Partition.text(error))")
        }
    }

    /// The pieces in which decisions can be read at the same time: a segment, and sequences in it.
    func pieces(of partition: EventPartition, size: Int) throws(EventLogError) -> [(segment: Segment, range: ClosedRange<Int>)] {
        var pieces: [(segment: Segment, range: ClosedRange<Int>)] = []
        for segment in segments[partition] ?? [] {
            guard let last = try reading({ try segment.lastEvent()?.sequence }) else { continue }
            for start in stride(from: segment.first, through: last, by: size) { pieces.append((segment, start...min(start + size - 1, last))) }
        }
        return pieces
    }

    /// When each event of a partition happened, in order.
    public func times(of partition: EventPartition) throws(EventLogError) -> [(sequence: Int, time: Int64)] {
        try reading { try (segments[partition] ?? []).flatMap { try $0.times() } }
    }
}
