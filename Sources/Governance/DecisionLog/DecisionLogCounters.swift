import Observability

/// What the log did not keep, and why, under OPA's names where it has them.
public struct DecisionLogCounters: MetricSource {
    public let written = Counter()
    /// A service took them.
    public let uploaded = Counter()
    /// Uploaded without what non-deterministic built-ins answered, because they were too large.
    public let withoutAnswers = Counter()
    /// Above `reporting.max_decisions_per_second`.
    public let droppedByRate = Counter()
    /// The buffer between decisions and the log was full.
    public let droppedByBuffer = Counter()
    /// The buffer of events that wait for upload was full.
    public let droppedByUploadBuffer = Counter()
    /// A masking or dropping policy failed, or a document was not JSON.
    public let failed = Counter()
    /// A sink could not take them.
    public let droppedBySink = Counter()
    /// The dropping policy said so.
    public let droppedByPolicy = Counter()

    public init() {}

    /// Decisions without an event that nobody meant to leave out.
    public var lost: Int { [droppedByBuffer, droppedByUploadBuffer, failed, droppedBySink].reduce(0) { $0 + $1.value } }

    public var metricFamilies: [MetricFamily] {
        [
            MetricFamily("verdict_decision_log_events_total", "Events that were handed to the sinks.", counter: written),
            MetricFamily("verdict_decision_log_uploaded_events_total", "Events that a service took.", counter: uploaded),
            MetricFamily(
                "verdict_decision_log_stripped_events_total", "Events that were too large for an upload, and were sent without nd_builtin_cache.", counter: withoutAnswers),
            MetricFamily(
                "verdict_decision_log_dropped_total", "Decisions without an event, by reason.", .counter,
                samples: [
                    ("rate_limit_exceeded", droppedByRate), ("buffer_full", droppedByBuffer), ("upload_buffer_full", droppedByUploadBuffer),
                    ("encoding_failure", failed), ("sink_failure", droppedBySink), ("policy", droppedByPolicy),
                ].map { MetricFamily.Sample(labels: [.init("reason", $0.0)], value: Double($0.1.value)) }),
        ]
    }
}
