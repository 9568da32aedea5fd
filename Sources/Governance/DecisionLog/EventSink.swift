/// A place that events go to. What a sink cannot take it counts; it never holds up the log.
protocol EventSink: Sendable {
    /// Takes events, each one JSON object without line feeds.
    func write(_ events: [[UInt8]]) async

    /// Works until its task is cancelled, where the sink has work of its own.
    func run() async

    /// Sends what is left, and ends.
    func close() async
}

extension EventSink {
    func run() async {}
}

/// Hands events to whoever keeps them, such as the event log.
struct RecordingSink: EventSink {
    let record: @Sendable ([[UInt8]]) async -> Void

    func write(_ events: [[UInt8]]) async { await record(events) }

    func close() async {}
}
