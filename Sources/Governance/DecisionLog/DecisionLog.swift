import Discovery
import FaultInjection
import Logging
import Observability
import Rego
import ServiceLifecycle

/// Takes decisions from the threads that make them, and writes events to the sinks in a task of its own.
///
/// Taking a decision never waits: what does not fit is dropped and counted. On a graceful shutdown everything taken is written. A task that is
/// cancelled leaves what was taken to the one that runs the log next.
public final class DecisionLog: Service {
    public let counters: DecisionLogCounters
    /// Headers of requests that records should bring along.
    public let headers: [String]
    /// Whether records should say what non-deterministic built-ins answered.
    public let recordsNondeterminism: Bool
    private let settings: DecisionLogSettings
    private let queue: BoundedQueue<DecisionRecord>
    private let limiter: RateLimiter?
    private let sinks: [any EventSink]
    private let labels: [UInt8]
    private let logger: Logger
    private let time: any TimeAndChance
    /// How long the writer lets decisions gather before it looks again: fewer, larger pieces of work.
    private static let gathering = Duration.milliseconds(5)

    /// - Parameters:
    ///   - services: where the one that the settings name is found.
    ///   - labels: what every event carries, such as `id` and `version`.
    ///   - grace: how long the last uploads may take.
    ///   - record: takes events beside the sinks that the settings name.
    ///   - console: writes whole lines to where the service's log goes.
    /// - Throws: `DecisionLogError` where a sink cannot be opened.
    public convenience init(
        _ settings: DecisionLogSettings, recordsNondeterminism: Bool = false, services: [ServiceSettings], labels: Value, grace: Duration,
        healing: HealingLog? = nil, health: HealthBoard? = nil, logger: Logger, record: (@Sendable ([[UInt8]]) async -> Void)? = nil,
        console: @escaping @Sendable ([UInt8]) -> Void
    ) throws(DecisionLogError) {
        let counters = DecisionLogCounters()
        var sinks: [any EventSink] = []
        if settings.console { sinks.append(ConsoleSink(output: console, clock: WallClock.nanoseconds)) }
        if let file = settings.file { sinks.append(try FileSink(file, dropped: counters.droppedBySink, healing: healing, health: health, logger: logger)) }
        if let service = services.first(where: { $0.name == settings.service }) {
            sinks.append(UploadSink(settings, counters: counters, grace: grace, logger: logger, send: Self.upload(to: service, settings.resource)))
        }
        if let record { sinks.append(RecordingSink(record: record)) }
        self.init(settings, recordsNondeterminism: recordsNondeterminism, labels: labels, logger: logger, sinks: sinks, counters: counters)
    }

    private static func upload(to service: ServiceSettings, _ resource: String) -> UploadSink.Send {
        { body in
            var request = UpstreamRequest("POST", service.url(for: resource), body: body, headDeadline: service.responseHeaderTimeout)
            request.headers = service.headers.map { .init($0.key, $0.value) } + [.init("Content-Type", "application/json"), .init("Content-Encoding", "gzip")]
            request.callDeadline = service.callDeadline
            let response = try await service.upstream.send(request)
            guard (200..<300).contains(response.status) else {
                throw DecisionLogError(.sink, "server replied with \(response.status) \(response.reason)")
            }
        }
    }

    init(
        _ settings: DecisionLogSettings, recordsNondeterminism: Bool = false, labels: Value, logger: Logger, sinks: [any EventSink], counters: DecisionLogCounters,
        time: any TimeAndChance = .system
    ) {
        self.time = time
        self.settings = settings
        self.recordsNondeterminism = recordsNondeterminism
        self.logger = logger
        self.sinks = sinks
        self.counters = counters
        self.labels = labels.json()
        headers = settings.requestHeaders
        queue = BoundedQueue(limit: settings.queueSizeLimitBytes, cost: \.size)
        limiter = settings.maximumDecisionsPerSecond.map(RateLimiter.init)
    }

    /// How inputs are masked.
    public var masking: InputMasking { InputMasking(settings, labels: labels) }

    /// What the next decision is called.
    public func makeIdentifier() -> DecisionIdentifier { .random() }

    /// Takes a decision. Cheap and safe on an event loop.
    public func append(_ record: DecisionRecord) {
        if let limiter, !limiter.admit(at: record.time) {
            counters.droppedByRate.increment()
        } else if !queue.append(record) {
            counters.droppedByBuffer.increment()
        }
    }

    public func run() async throws {
        await withGracefulShutdownHandler {
            await withTaskGroup(of: Void.self) { group in
                for sink in sinks { group.addTask { await sink.run() } }
                await write()
                group.cancelAll()
            }
            if queue.isClosed { for sink in sinks { await sink.close() } }
        } onGracefulShutdown: {
            self.queue.close()
        }
    }

    private func write() async {
        let writer = EventWriter(settings, labels: labels, counters: counters, logger: logger)
        while let records = await queue.next() {
            for start in stride(from: 0, to: records.count, by: Self.piece) {
                let events = writer.events(of: records[start..<min(start + Self.piece, records.count)])
                guard !events.isEmpty else { continue }
                for sink in sinks { await sink.write(events) }
                counters.written.increment(by: events.count)
                await Task.yield()
            }
            try? await time.sleep(for: Self.gathering)
        }
    }

    /// Records that are made into events before others may use the thread.
    private static let piece = 256
}
