import Logging
import Observability
import Rego
import ServiceLifecycle

/// Takes decisions from the threads that make them, and writes events to the sinks in a task of its own.
///
/// Taking a decision never waits: what does not fit is dropped and counted. On a graceful shutdown everything taken is written.
public final class DecisionLog: Service {
    public let counters: DecisionLogCounters
    /// Headers of requests that records should bring along.
    public let headers: [String]
    private let configuration: DecisionLogConfiguration
    private let identifiers = IdentifierSource()
    private let queue: BoundedQueue<DecisionRecord>
    private let limiter: RateLimiter?
    private let sinks: [any EventSink]
    private let labels: [UInt8]
    private let logger: Logger
    /// How long the writer lets decisions gather before it looks again: fewer, larger pieces of work.
    private static let gathering = Duration.milliseconds(5)

    /// - Parameters:
    ///   - labels: what every event carries, such as `id` and `version`.
    ///   - console: writes whole lines to where the service's log goes.
    /// - Throws: `DecisionLogError` where a sink cannot be opened.
    public convenience init(
        _ configuration: DecisionLogConfiguration, labels: [String: String], logger: Logger, console: @escaping @Sendable ([UInt8]) -> Void
    ) throws(DecisionLogError) {
        let counters = DecisionLogCounters()
        var sinks: [any EventSink] = []
        if configuration.console { sinks.append(ConsoleSink(output: console, clock: WallClock.nanoseconds)) }
        if let file = configuration.file { sinks.append(try FileSink(file, dropped: counters.droppedBySink, logger: logger)) }
        self.init(configuration, labels: labels, logger: logger, sinks: sinks, counters: counters)
    }

    init(_ configuration: DecisionLogConfiguration, labels: [String: String], logger: Logger, sinks: [any EventSink], counters: DecisionLogCounters) {
        self.configuration = configuration
        self.logger = logger
        self.sinks = sinks
        self.counters = counters
        self.labels = Value.makeObject(labels.map { (.string($0.key), .string($0.value)) }).json()
        headers = configuration.headers
        queue = BoundedQueue(limit: configuration.bufferLimit, cost: \.size)
        limiter = configuration.reporting.decisionRate.map(RateLimiter.init)
    }

    /// What the next decision is called.
    public func makeIdentifier() -> DecisionIdentifier { identifiers.next() }

    /// Takes a decision. Cheap and safe on an event loop.
    public func append(_ record: DecisionRecord) {
        if let limiter, !limiter.admit(at: record.time) {
            counters.droppedByRate.increment()
        } else if !queue.append(record) {
            counters.droppedByBuffer.increment()
        }
    }

    public func run() async throws {
        await withTaskCancellationOrGracefulShutdownHandler {
            await withTaskGroup(of: Void.self) { group in
                for sink in sinks { group.addTask { await sink.run() } }
                await write()
                group.cancelAll()
            }
            for sink in sinks { await sink.close() }
        } onCancelOrGracefulShutdown: {
            self.queue.close()
        }
    }

    private func write() async {
        let writer = EventWriter(configuration, labels: labels, counters: counters, logger: logger)
        while let records = await queue.next() {
            for start in stride(from: 0, to: records.count, by: Self.piece) {
                let events = writer.events(of: records[start..<min(start + Self.piece, records.count)])
                guard !events.isEmpty else { continue }
                for sink in sinks { await sink.write(events) }
                counters.written.increment(by: events.count)
                await Task.yield()
            }
            try? await Task.sleep(for: Self.gathering)
        }
    }

    /// Records that are made into events before others may use the thread.
    private static let piece = 256
}
