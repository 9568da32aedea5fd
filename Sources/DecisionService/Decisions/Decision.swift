import Governance
import Rego

/// What a document's queries gave for one request.
struct Decision {
    /// Nil where decisions are not logged.
    var identifier: DecisionIdentifier?
    /// The value as JSON text; empty where the document is undefined.
    var output: [UInt8]
    var report: DecisionReport
    /// The policies and data that it was made from.
    var generation: Generation
    /// Whether the query had been compiled for an earlier request.
    var wasPrepared: Bool
    var preparing: Duration
    var evaluating: Duration
    /// The member `explanation`, where one was asked for.
    var explanation: Envelope?
    /// What stands in for the decision; nil where it was made.
    var fallback: DecisionFallbacks.Use?

    /// The times that `?metrics` shows, in nanoseconds, and the steps that `?instrument` adds.
    func metrics(since start: ContinuousClock.Instant, countsSteps: Bool) -> Value {
        var entries: [(Value, Value)] = [
            ("counter_server_query_cache_hit", .number(Number(wasPrepared ? 1 : 0))),
            ("timer_rego_query_eval_ns", evaluating.nanosecondsValue),
            ("timer_server_handler_ns", (ContinuousClock.now - start).nanosecondsValue),
        ]
        if !wasPrepared { entries.append(("timer_rego_query_compile_ns", preparing.nanosecondsValue)) }
        if countsSteps { entries.append(("counter_eval_steps", .number(Number(Int(clamping: report.steps))))) }
        return .makeObject(entries)
    }
}

extension Duration {
    var nanosecondsValue: Value { .number(Number(Int(components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000))) }
}
