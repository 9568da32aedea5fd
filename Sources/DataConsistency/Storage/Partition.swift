import Foundation
import GRDB
import Observability
import Synchronization

/// The segments of one partition. One thread appends; any may read.
final class Partition: Sendable {
    struct Settings: Sendable {
        /// A segment that has grown to this is sealed.
        var segmentBytes = 64 << 20
        var segmentEvents = Int.max
        var retention = Retention()
    }

    private struct State {
        /// In order; the last is written.
        var segments: [Segment]
        /// What retention looks at, of all but the last.
        var sealed: [Retention.Candidate]
        /// The greatest identifier in sealed segments; a new event has a greater one, and need not be looked for there.
        var sealedIdentifier: EventIdentifier?
        var last: PositionFile.Position
        var scrubbed = 0
    }

    let name: EventPartition
    private let folder: URL
    private let disk: any Disk
    private let settings: Settings
    private let state: Mutex<State>
    private let mended = Mutex<[DamageReport]>([])
    private let head: PositionFile
    private let floor: PositionFile
    let appended = Counter()
    let writtenBytes = Counter()
    let commits = Counter()

    init(_ opening: consuming PartitionOpening, settings: Settings) throws {
        name = opening.partition
        folder = opening.folder
        disk = opening.disk
        self.settings = settings
        head = PositionFile("head", in: opening.folder, on: opening.disk)
        floor = PositionFile("floor", in: opening.folder, on: opening.disk)
        var state = State(segments: opening.segments, sealed: [], last: opening.last)
        for segment in opening.segments.dropLast() { try Self.note(sealed: segment, in: &state) }
        self.state = Mutex(state)
        head.write(opening.last)
    }

    private static func note(sealed segment: Segment, in state: inout State) throws {
        let last = try segment.lastEvent()
        state.sealed.append(.init(first: segment.first, last: last?.sequence ?? segment.first, time: last?.time ?? 0, bytes: segment.bytes))
        if let identifier = try segment.lastIdentifier() { state.sealedIdentifier = max(identifier, state.sealedIdentifier ?? identifier) }
    }

    var last: PositionFile.Position { state.withLock { $0.last } }
    var segments: [Segment] { state.withLock { $0.segments } }
    /// The first sequence that is kept.
    var first: Int { state.withLock { $0.segments[0].first } }
    var bytes: Int { segments.reduce(0) { $0 + $1.bytes } }

    // MARK: Appending

    struct Request: Sendable {
        var drafts: [EventDraft]
        var expecting: Int?
    }

    /// Appends what was asked for in one transaction; returns when it is on the disk. Only the writer's thread calls it.
    func append(_ requests: [Request]) -> [Result<[Event], EventLogError>] {
        let (active, sealedIdentifier, before) = state.withLock { ($0.segments[$0.segments.count - 1], $0.sealedIdentifier, $0.last) }
        var last = before
        var results: [Result<[Event], EventLogError>] = []
        var events = 0, bytes = 0
        do {
            try mendIfGone(active)
            try active.commit { writing in
                for request in requests {
                    let result = try append(request, behind: &last, writing, sealedIdentifier)
                    results.append(result)
                }
            }
        } catch {
            let failure = EventLogError(.storage, "\(active.url.path) cannot be written: \(Self.text(error))")
            return requests.map { _ in .failure(failure) }
        }
        guard last != before else { return results }
        for case .success(let appended) in results {
            events += appended.count
            bytes += appended.reduce(0) { $0 + $1.payload.count }
        }
        appended.increment(by: events)
        writtenBytes.increment(by: bytes)
        commits.increment()
        head.write(last)
        state.withLock { $0.last = last }
        sealIfFull(active, last)
        return results
    }

    /// Writes the file anew where somebody deleted or moved it: the process still has it open, so that nothing is lost.
    private func mendIfGone(_ active: Segment) throws {
        guard active.isGone else { return }
        try active.writeAnew()
        mended.withLock {
            $0.append(DamageReport(partition: name, file: active.url.path, reason: "the file was deleted or moved away", recovered: (try? active.count()) ?? 0, lost: []))
        }
    }

    /// What was mended since this was asked last.
    func takeReports() -> [DamageReport] {
        mended.withLock { reports in
            defer { reports = [] }
            return reports
        }
    }

    static func text(_ error: any Error) -> String { (error as? DatabaseError)?.message ?? "\(error)" }

    private func append(
        _ request: Request, behind last: inout PositionFile.Position, _ writing: Segment.Writing, _ sealedIdentifier: EventIdentifier?
    ) throws -> Result<[Event], EventLogError> {
        func known(_ id: EventIdentifier) throws -> Event? {
            if let event = try writing.event(id) { return event }
            guard let sealedIdentifier, id <= sealedIdentifier else { return nil }
            for segment in segments.dropLast().reversed() { if let event = try segment.event(id) { return event } }
            return nil
        }
        if let expecting = request.expecting, expecting != last.sequence {
            // Who appends again after an answer was lost expects what was the last sequence then.
            let there = try request.drafts.compactMap { try known($0.id) }
            if there.count == request.drafts.count { return .success(there) }
            return .failure(EventLogError(.conflict, "the last sequence of '\(name.rawValue)' is \(last.sequence), and \(expecting) was expected"))
        }
        var events: [Event] = []
        for draft in request.drafts {
            if let sealedIdentifier, draft.id <= sealedIdentifier, let event = try known(draft.id) {
                events.append(event)
                continue
            }
            let event = Event(draft, sequence: last.sequence + 1, previous: last.digest)
            if try writing.append(event) {
                last = .init(sequence: event.sequence, digest: event.digest)
                events.append(event)
            } else if let event = try known(draft.id) {
                events.append(event)
            }
        }
        return .success(events)
    }

    /// Takes events of another log as they are: those that follow the last one here, or where this partition is empty, any.
    ///
    /// Nothing else may be appended meanwhile. Events that are here already are passed over.
    ///
    /// - Returns: how many were taken.
    /// - Throws: `EventLogError` with the code `conflict` for an event that does not follow, `damaged` for one that was changed; those before it may be
    ///   there.
    func restore(_ events: [Event]) throws -> Int {
        var waiting: [Event] = []
        var taken = 0
        var next = last
        for event in events {
            guard event.digest == event.computedDigest() else { throw EventLogError(.damaged, "event \(event.sequence) of '\(name.rawValue)' was changed") }
            if event.sequence <= next.sequence {
                guard try waiting.contains(event) || segments.contains(where: { try $0.event(event.id)?.digest == event.digest }) else {
                    throw EventLogError(.conflict, "event \(event.sequence) of '\(name.rawValue)' is another one here")
                }
                continue
            }
            if next == .start, event.sequence > 1 {
                try begin(at: event)
                next = last
            } else if event.sequence > next.sequence + 1 {
                try keep(waiting)
                waiting = []
                try segments.last?.add(.init(range: next.sequence + 1...event.sequence - 1, time: event.time, reason: "they were not in what was imported"))
            } else if event.previous != next.digest {
                throw EventLogError(.conflict, "event \(event.sequence) of '\(name.rawValue)' does not follow the last one here")
            }
            waiting.append(event)
            taken += 1
            next = .init(sequence: event.sequence, digest: event.digest)
        }
        try keep(waiting)
        return taken
    }

    private func keep(_ events: [Event]) throws {
        guard let event = events.last, let active = segments.last else { return }
        try active.commit { writing in for event in events { _ = try writing.append(event) } }
        let position = PositionFile.Position(sequence: event.sequence, digest: event.digest)
        head.write(position)
        state.withLock { $0.last = position }
        sealIfFull(active, position)
    }

    /// Begins an empty partition in the middle, where retention has taken what was before.
    private func begin(at event: Event) throws {
        let before = PositionFile.Position(sequence: event.sequence - 1, digest: event.previous)
        let segment = try Segment.create(in: folder, first: event.sequence, before: event.previous, on: disk)
        try floor.force(before)
        head.write(before)
        let empty = state.withLock { state in
            defer { (state.segments, state.last) = ([segment], before) }
            return state.segments
        }
        for segment in empty {
            segment.close()
            try Segment.remove(segment.url, on: disk)
        }
    }

    private func sealIfFull(_ active: Segment, _ last: PositionFile.Position) {
        guard last.sequence - active.first + 1 >= settings.segmentEvents || active.bytes >= settings.segmentBytes else { return }
        // Where there is no room for a new file, the old one goes on.
        guard let next = try? Segment.create(in: folder, first: last.sequence + 1, before: last.digest, on: disk) else { return }
        try? active.seal()
        state.withLock { state in
            state.segments.append(next)
            try? Self.note(sealed: active, in: &state)
        }
    }

    // MARK: Reading

    func read(from sequence: Int, limit: Int, in streams: [EventStream]?) throws(EventLogError) -> [Event] {
        var events: [Event] = []
        let all = segments
        do {
            for (position, segment) in all.enumerated() where position + 1 == all.count || all[position + 1].first > sequence {
                events += try segment.events(from: max(sequence, segment.first), limit: limit - events.count, in: streams)
                if events.count >= limit { break }
            }
        } catch let error as EventLogError {
            throw error
        } catch {
            throw EventLogError(Segment.isDamage(error) ? .damaged : .storage, "\(folder.path) cannot be read: \(Self.text(error))")
        }
        return events
    }

    // MARK: Keeping in order

    /// Removes sealed segments whose time is over.
    ///
    /// - Parameters:
    ///   - needed: the first sequence that something still needs.
    ///   - now: nanoseconds since 1970.
    /// - Returns: the sequences that were removed; nil for none.
    func applyRetention(needed: Int?, at now: Int64) throws -> ClosedRange<Int>? {
        let (expired, kept) = state.withLock { state in
            let count = settings.retention.expired(state.sealed, activeBytes: state.segments[state.segments.count - 1].bytes, needed: needed, at: now)
            return (Array(state.segments.prefix(count)), state.segments[count])
        }
        guard let oldest = expired.first else { return nil }
        // First it is said that they may be gone, so that nobody thinks of damage.
        try floor.force(.init(sequence: kept.first - 1, digest: try kept.before() ?? .none))
        state.withLock { state in
            state.segments.removeFirst(expired.count)
            state.sealed.removeFirst(expired.count)
        }
        for segment in expired {
            segment.close()
            try Segment.remove(segment.url, on: disk)
        }
        return oldest.first...kept.first - 1
    }

    /// Reads one sealed segment, the next at each call, and rebuilds it where it is damaged.
    ///
    /// - Parameter time: nanoseconds since 1970.
    func scrub(at time: Int64) throws -> DamageReport? {
        let chosen = state.withLock { state -> (segment: Segment, next: Segment)? in
            guard state.segments.count > 1 else { return nil }
            state.scrubbed = (state.scrubbed + 1) % (state.segments.count - 1)
            return (state.segments[state.scrubbed], state.segments[state.scrubbed + 1])
        }
        guard let (segment, next) = chosen else { return nil }
        let problem: String?
        do {
            // What is on the disk counts, not what another connection remembers of it.
            let fresh = try Segment(opening: segment.url, on: disk)
            defer { fresh.close() }
            let lost = try fresh.losses().map(\.range)
            problem = try fresh.structuralProblem() ?? fresh.problem(EventChain(after: fresh.first - 1, digest: try fresh.before() ?? .none, lost: lost))
        } catch where Segment.isDamage(error) {
            problem = Self.text(error)
        }
        guard let problem else { return nil }
        segment.close()
        let made = try SegmentRebuild.rebuild(
            segment.url, of: name, last: (next.first - 1, try next.before()), before: nil, because: problem, at: time, on: disk)
        state.withLock { state in
            if let position = state.segments.firstIndex(where: { $0 === segment }) { state.segments[position] = made.segment }
        }
        return made.report
    }

    func compact() throws { for segment in segments { try segment.compact() } }

    func close() { for segment in segments { segment.close() } }

    var segmentCount: Int { state.withLock { $0.segments.count } }
}
