import Logging
import ServiceLifecycle

/// Sends spans to an OTLP receiver in batches. Taking one never waits; what does not fit, or cannot be sent, is dropped and counted.
public final class SpanExporter: Service, MetricSource {
    /// The options of OpenTelemetry's batch span processor.
    public struct Options: Sendable {
        public var queueSize = 2048
        public var batchSize = 512
        /// How long spans gather before they are sent.
        public var delay: Duration = .seconds(5)

        public init() {}
    }

    /// Sends the body of one request.
    public typealias Send = @Sendable ([UInt8]) async throws -> Void

    public let exported = Counter()
    public let dropped = Counter()
    private let options: Options
    private let queue: BoundedQueue<Span>
    private let request: TraceRequest
    private let send: Send
    private let logger: Logger

    /// - Parameter resource: attributes of the service, such as `service.name`.
    public init(_ options: Options = .init(), resource: [(name: String, value: Span.Attribute)], version: String, logger: Logger, send: @escaping Send) {
        self.options = options
        self.logger = logger
        self.send = send
        queue = BoundedQueue(limit: options.queueSize)
        request = TraceRequest(resource: resource, scope: ("verdict", version))
    }

    /// Takes a span. Safe on an event loop.
    public func export(_ span: Span) {
        if !queue.append(span) { dropped.increment() }
    }

    public func run() async throws {
        await withGracefulShutdownHandler {
            var isFailing = false
            while let spans = await queue.next() {
                for start in stride(from: 0, to: spans.count, by: options.batchSize) {
                    isFailing = await !send(spans[start..<min(start + options.batchSize, spans.count)], isFailing: isFailing)
                }
                await gather()
            }
        } onGracefulShutdown: {
            self.queue.close()
        }
    }

    /// Waits while spans gather, in steps, so that the end of the service is not held up.
    private func gather() async {
        let end = ContinuousClock.now + options.delay
        while ContinuousClock.now < end, !queue.isClosed, !Task.isCancelled {
            try? await Task.sleep(for: min(.milliseconds(50), options.delay))
        }
    }

    private func send(_ spans: ArraySlice<Span>, isFailing: Bool) async -> Bool {
        do {
            try await send(request.body(Array(spans)))
            exported.increment(by: spans.count)
            return true
        } catch {
            dropped.increment(by: spans.count)
            if !isFailing { logger.error("Spans could not be exported; they are dropped until they can.", metadata: ["reason": "\(error)"]) }
            return false
        }
    }

    public var metricFamilies: [MetricFamily] {
        [
            MetricFamily("verdict_spans_exported_total", "Spans that a receiver took.", counter: exported),
            MetricFamily("verdict_spans_dropped_total", "Spans that did not fit or could not be sent.", counter: dropped),
        ]
    }
}
