/// When and how events are uploaded: `decision_logs.reporting`.
public struct ReportingConfiguration: Sendable, Decodable {
    /// Seconds between uploads: a random number between the two.
    public var minimumDelay = 300
    public var maximumDelay = 600
    /// Compressed bytes that one upload may have.
    public var uploadSizeLimit = 32_768
    /// Uncompressed bytes of events that wait for upload; 0 for no limit. Without a word of it there is one, so that a service which is away
    /// does not fill the memory.
    public var bufferSizeLimit = 128 * 1024 * 1024
    /// Events that wait for upload; counts where `buffer_type` is `event`.
    public var bufferEventLimit = 10_000
    public var isLimitedByEvents = false
    private var isSizeLimitGiven = false
    /// Decisions a second that are logged; those above are dropped and counted.
    public var decisionRate: Double?

    private enum Key: String, CodingKey {
        case minimumDelay = "min_delay_seconds"
        case maximumDelay = "max_delay_seconds"
        case uploadSizeLimit = "upload_size_limit_bytes"
        case bufferSizeLimit = "buffer_size_limit_bytes"
        case bufferEventLimit = "buffer_size_limit_events"
        case bufferType = "buffer_type"
        case decisionRate = "max_decisions_per_second"
        case trigger
    }

    /// What an upload's limit may be; others are brought into the range, as OPA does.
    private static let uploadSizes = 90...4_294_967_296

    public init() {}

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        let minimum = try values.decodeIfPresent(Int.self, forKey: .minimumDelay)
        let maximum = try values.decodeIfPresent(Int.self, forKey: .maximumDelay)
        guard (minimum == nil) == (maximum == nil) else {
            throw DecisionLogError(.configuration, "reporting: give both min_delay_seconds and max_delay_seconds, or neither")
        }
        minimumDelay = minimum ?? minimumDelay
        maximumDelay = maximum ?? maximumDelay
        let size = try values.decodeIfPresent(Int.self, forKey: .uploadSizeLimit) ?? uploadSizeLimit
        uploadSizeLimit = min(max(size, Self.uploadSizes.lowerBound), Self.uploadSizes.upperBound)
        bufferSizeLimit = try values.decodeIfPresent(Int.self, forKey: .bufferSizeLimit) ?? bufferSizeLimit
        isSizeLimitGiven = values.contains(.bufferSizeLimit)
        bufferEventLimit = try values.decodeIfPresent(Int.self, forKey: .bufferEventLimit) ?? bufferEventLimit
        decisionRate = try values.decodeIfPresent(Double.self, forKey: .decisionRate)
        let kind = try values.decodeIfPresent(String.self, forKey: .bufferType) ?? "size"
        guard ["size", "event"].contains(kind) else { throw DecisionLogError(.configuration, "reporting.buffer_type: \(kind) is neither size nor event") }
        isLimitedByEvents = kind == "event"
        let trigger = try values.decodeIfPresent(String.self, forKey: .trigger) ?? "periodic"
        guard trigger == "periodic" else { throw DecisionLogError(.configuration, "reporting.trigger: \(trigger) is not there; use periodic") }
    }

    func check() throws(DecisionLogError) {
        guard minimumDelay >= 0, maximumDelay >= minimumDelay else {
            throw DecisionLogError(.configuration, "reporting: max delay must be >= min delay, and neither negative")
        }
        if decisionRate != nil, isSizeLimitGiven, bufferSizeLimit > 0 {
            throw DecisionLogError(.configuration, "reporting: give either buffer_size_limit_bytes or max_decisions_per_second")
        }
        if let decisionRate, decisionRate <= 0 { throw DecisionLogError(.configuration, "reporting.max_decisions_per_second must be above 0") }
    }
}
