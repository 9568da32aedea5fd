/// Events in order, for good: what was acknowledged is there once, in its place, and unchanged.
///
/// The embedded log is `SQLiteEventLog`. The protocol asks for no more than a cluster can give, so that one fits behind it as it is. With NATS
/// JetStream a partition is a stream and an `EventStream` a subject of it: `id` travels as `Nats-Msg-Id`, which its duplicate window keeps from
/// being taken twice; `expecting` is `Nats-Expected-Last-Sequence`; a sequence is the stream's; a cursor is a durable consumer's
/// acknowledgement floor; `previous` and `digest` are headers. An append must then name one partition, wait for the cluster's acknowledgement, and
/// complete on a thread of the client's. That is why an append is all of one partition, why it is asked for with a completion, and why reading
/// gives pieces.
public protocol EventLog: Sendable {
    /// Appends events of one partition, all or none, and tells when they are as durable as the partition promises.
    ///
    /// An event whose identifier is there already is not appended again: the completion is given the event that is there, whatever is expected.
    ///
    /// - Parameters:
    ///   - expecting: the last sequence of the partition; nil for whatever it is.
    ///   - completion: called once, on a thread of the log's that nobody waits on with a lock; given the events in the order of the drafts.
    func submit(_ drafts: [EventDraft], expecting: Int?, completion: @escaping @Sendable (Result<[Event], EventLogError>) -> Void)

    /// Events of a stream in order.
    ///
    /// - Parameters:
    ///   - sequence: of the first event that may be given.
    ///   - limit: of their number; fewer mean that there are no more yet.
    func read(_ stream: EventStream, from sequence: Int, limit: Int) throws(EventLogError) -> [Event]

    /// Events of all streams of a partition in order.
    func read(_ partition: EventPartition, from sequence: Int, limit: Int) throws(EventLogError) -> [Event]

    /// The last sequence of a partition; 0 where it is empty.
    func lastSequence(of partition: EventPartition) -> Int

    /// Calls a function after events were appended, on a thread of the log's, until it is taken off again.
    func onAppend(_ call: @escaping @Sendable (EventPartition) -> Void) -> UInt64

    func removeListener(_ identifier: UInt64)

    /// The sequence that a durable cursor has reached; 0 for one that is new.
    func position(of cursor: EventCursor) throws(EventLogError) -> Int

    /// Moves a cursor, for good when this returns.
    func move(_ cursor: EventCursor, to sequence: Int) throws(EventLogError)
}

/// Where a reader that goes on after a restart has come to in a stream.
public struct EventCursor: Sendable, Hashable {
    public var name: String
    public var stream: EventStream

    public init(_ name: String, in stream: EventStream) {
        self.name = name
        self.stream = stream
    }
}

extension EventLog {
    /// Appends events of one partition, and returns when they are as durable as the partition promises.
    ///
    /// - Parameter expecting: the last sequence of the partition; nil for whatever it is.
    /// - Throws: `EventLogError` with the code `conflict` where the last sequence is another.
    @discardableResult
    public func append(_ drafts: [EventDraft], expecting: Int? = nil) async throws(EventLogError) -> [Event] {
        let result = await withCheckedContinuation { continuation in
            submit(drafts, expecting: expecting) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    /// All events of a stream behind a cursor, and then those to come. The reader moves the cursor when it has done its work on them; those after
    /// it are given again at the next start.
    public func subscribe(_ cursor: EventCursor, piece: Int = 256) -> AsyncThrowingStream<[Event], any Error> {
        AsyncThrowingStream { continuation in
            let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
            let listener = onAppend { if $0 == cursor.stream.partition { wake.yield() } }
            let task = Task {
                do {
                    var next = try position(of: cursor) + 1
                    wake.yield()
                    for await _ in wakes {
                        while !Task.isCancelled {
                            let events = try read(cursor.stream, from: next, limit: piece)
                            guard let last = events.last else { break }
                            next = last.sequence + 1
                            continuation.yield(events)
                        }
                    }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in
                removeListener(listener)
                wake.finish()
                task.cancel()
            }
        }
    }
}

extension EventLog {
    /// Events of a stream; where there are none yet, those that come within a time.
    public func events(of stream: EventStream, from sequence: Int, limit: Int, waiting time: Duration) async throws(EventLogError) -> [Event] {
        let there = try read(stream, from: sequence, limit: limit)
        guard there.isEmpty, time > .zero else { return there }
        let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let listener = onAppend { if $0 == stream.partition { wake.yield() } }
        let limitOfTime = Task {
            try? await Task.sleep(for: time)
            wake.finish()
        }
        defer {
            removeListener(listener)
            limitOfTime.cancel()
        }
        // What was appended before the listener was there wakes nobody.
        wake.yield()
        for await _ in wakes {
            let events = try read(stream, from: sequence, limit: limit)
            if !events.isEmpty { return events }
        }
        return []
    }
}

/// Why the log could not do what it was asked for.
public struct EventLogError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// The last sequence is not the one that the append expected.
        case conflict = "event_log_conflict"
        /// The events cannot be appended, whatever the state of the log: more than one partition, or a payload that is no JSON text in one line.
        case invalid = "event_log_invalid"
        /// The disk does not take or give bytes; another time it may.
        case storage = "event_log_storage"
        /// More waits to be written than may wait.
        case overloaded = "event_log_overloaded"
        /// Another process writes to the log, or the log was closed.
        case closed = "event_log_closed"
        /// What is read is not what was written.
        case damaged = "event_log_damaged"
    }

    public var code: Code
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { "\(code.rawValue): \(message)" }
}
