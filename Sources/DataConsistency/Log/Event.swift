/// Something that happened, as the log keeps it: never changed, never taken out alone.
public struct Event: Sendable, Hashable {
    public var id: EventIdentifier
    public var stream: EventStream
    /// From 1 within the stream's partition, without gaps but those that damage left and that are named.
    public var sequence: Int
    /// Nanoseconds since 1970.
    public var time: Int64
    /// What kind of event, such as `policy.changed`.
    public var type: String
    /// Of the payload's form; see `EventUpcasters`.
    public var version: Int
    /// The event that led to this one.
    public var causation: EventIdentifier?
    /// What the event belongs to outside of the log, such as the identifier of a decision.
    public var correlation: String?
    /// JSON text without line feeds.
    public var payload: [UInt8]
    /// Of the event before in the partition.
    public var previous: EventDigest
    public var digest: EventDigest

    init(_ draft: EventDraft, sequence: Int, previous: EventDigest) {
        id = draft.id
        stream = draft.stream
        self.sequence = sequence
        time = draft.time
        type = draft.type
        version = draft.version
        causation = draft.causation
        correlation = draft.correlation
        payload = draft.payload
        self.previous = previous
        digest = .none
        digest = computedDigest()
    }

    init(
        id: EventIdentifier, stream: EventStream, sequence: Int, time: Int64, type: String, version: Int, causation: EventIdentifier?, correlation: String?,
        payload: [UInt8], previous: EventDigest, digest: EventDigest
    ) {
        self.id = id
        self.stream = stream
        self.sequence = sequence
        self.time = time
        self.type = type
        self.version = version
        self.causation = causation
        self.correlation = correlation
        self.payload = payload
        self.previous = previous
        self.digest = digest
    }
}

/// An event that is to be appended: all of it but its place.
public struct EventDraft: Sendable {
    public var id: EventIdentifier
    public var stream: EventStream
    /// Nanoseconds since 1970.
    public var time: Int64
    public var type: String
    public var version: Int
    public var causation: EventIdentifier?
    public var correlation: String?
    /// JSON text without line feeds.
    public var payload: [UInt8]

    /// - Parameter id: made from the time unless given; given again, an event is not appended twice.
    public init(
        _ type: String, in stream: EventStream, at time: Int64, id: EventIdentifier? = nil, version: Int = 1, causation: EventIdentifier? = nil,
        correlation: String? = nil, payload: [UInt8]
    ) {
        self.id = id ?? .make(at: time)
        self.stream = stream
        self.time = time
        self.type = type
        self.version = version
        self.causation = causation
        self.correlation = correlation
        self.payload = payload
    }

    /// About the bytes that the event takes.
    var size: Int { 256 + payload.count }
}
