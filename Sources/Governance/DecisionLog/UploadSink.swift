import FaultInjection
import Logging
import Observability
import Rego

/// Sends events to a service: gzip chunks of JSON arrays, now and then, again where it fails.
///
/// Events that wait are bounded; the oldest go first, and are counted.
actor UploadSink: EventSink {
    /// Sends one compressed chunk.
    typealias Send = @Sendable ([UInt8]) async throws -> Void

    private let settings: DecisionLogSettings
    private let counters: DecisionLogCounters
    private let logger: Logger
    private let send: Send
    private let time: any TimeAndChance
    private var chunks: ChunkEncoder
    private var waiting: [[UInt8]] = []
    private var size = 0
    private var failures = 0
    /// How long the last uploads may take when the service ends.
    private let grace: Duration
    private static let firstRetry = 0.1
    private static let growth = 1.6
    private static let spread = 0.8...1.2

    init(_ settings: DecisionLogSettings, counters: DecisionLogCounters, grace: Duration = .seconds(10), logger: Logger, time: any TimeAndChance = .system, send: @escaping Send) {
        self.time = time
        self.settings = settings
        self.counters = counters
        self.grace = grace
        self.logger = logger
        self.send = send
        chunks = ChunkEncoder(limit: settings.uploadSizeLimitBytes)
    }

    func write(_ events: [[UInt8]]) {
        waiting += events
        size += events.reduce(0) { $0 + $1.count }
        var count = 0
        while count < waiting.count, isOver(count: waiting.count - count) {
            size -= waiting[count].count
            count += 1
        }
        guard count > 0 else { return }
        waiting.removeFirst(count)
        counters.droppedByUploadBuffer.increment(by: count)
    }

    private func isOver(count: Int) -> Bool {
        switch settings.bufferType {
        case .event: count > settings.bufferSizeLimitEvents
        case .size: size > settings.bufferSizeLimitBytes ?? .max
        }
    }

    func run() async {
        while !Task.isCancelled {
            try? await time.sleep(for: .seconds(delay()))
            guard !Task.isCancelled else { return }
            _ = await upload()
        }
    }

    /// Seconds until the next attempt: as configured, or after failures soon and then less and less often.
    private func delay() -> Double {
        let limit = settings.delays.maximumDelay / .seconds(1)
        var random = time.generator
        guard failures > 0 else { return Double.random(in: settings.delays.minimumDelay / .seconds(1)...limit, using: &random) }
        return min(limit, Self.backoff(failures) * Double.random(in: Self.spread, using: &random))
    }

    private static func backoff(_ failures: Int) -> Double {
        // The first retry is at once.
        failures == 1 ? 0 : (0..<min(failures - 2, 40)).reduce(firstRetry) { delay, _ in delay * growth }
    }

    /// Sends everything that waits; false where a chunk could not be sent, which then waits again.
    private func upload() async -> Bool {
        while !waiting.isEmpty {
            let chunk = chunks.encode(waiting[...])
            let taken = Array(waiting.prefix(chunk.count))
            waiting.removeFirst(chunk.count)
            size -= taken.reduce(0) { $0 + $1.count }
            guard let body = chunk.body ?? withoutAnswers(taken) else {
                counters.failed.increment(by: taken.count)
                logger.error("A decision's event is larger than an upload may be, and was dropped.", metadata: ["upload_size_limit_bytes": "\(settings.uploadSizeLimitBytes)"])
                continue
            }
            do {
                try await send(body)
                counters.uploaded.increment(by: taken.count)
                failures = 0
            } catch {
                waiting.insert(contentsOf: taken, at: 0)
                size += taken.reduce(0) { $0 + $1.count }
                failures += 1
                logger.error("Decision log could not be uploaded; it is tried again.", metadata: ["reason": "\(error)", "events": "\(waiting.count)"])
                return false
            }
        }
        return true
    }

    /// A chunk of an event that is too large, without what built-ins answered, as OPA sends it; nil where that does not help.
    private func withoutAnswers(_ events: [[UInt8]]) -> [UInt8]? {
        guard events.count == 1, let event = events.first, case .object(let members)? = try? Value(json: event),
            members.contains(where: { $0.key == "nd_builtin_cache" })
        else { return nil }
        let rest = Value.makeObject(members.filter { $0.key != "nd_builtin_cache" }.map { ($0.key, $0.value) })
        guard let body = chunks.encode([rest.json(escapesHTML: false)]).body else { return nil }
        counters.withoutAnswers.increment()
        logger.warning("A decision's event is larger than an upload may be, and was uploaded without nd_builtin_cache.")
        return body
    }

    func close() async {
        let end = time.now + grace
        failures = 0
        while await !upload(), time.now < end {
            try? await time.sleep(for: .seconds(min(Self.backoff(failures + 1), 1)))
        }
        counters.droppedBySink.increment(by: waiting.count)
    }
}
