/// What an event is about.
public enum EventStream: String, Sendable, Hashable, CaseIterable {
    /// Policies and bundles changed.
    case policy
    /// Base data was written.
    case data
    /// A configuration was taken up.
    case config
    /// A decision was made.
    case decision
    /// The service mended itself.
    case healing

    public var partition: EventPartition {
        switch self {
        case .policy, .data, .config: .state
        case .decision: .decision
        case .healing: .healing
        }
    }
}

/// Streams that are ordered together: their sequences count, and their digests chain, as one. Across partitions there is no order but time.
public enum EventPartition: String, Sendable, Hashable, CaseIterable {
    /// What policies and data are the result of. An append is acknowledged when it is on the disk.
    case state
    /// Decisions; those of the loss window may be lost with the process.
    case decision
    case healing

    public var streams: [EventStream] { EventStream.allCases.filter { $0.partition == self } }
}
