import Discovery
import Logging
import Rego
import Resilience
import ServiceLifecycle
import Synchronization

/// Reports how the service is doing after every change and every poll of a bundle: to a server, to the log, and to who asks for the latest.
public final class StatusReporter: Service {
    private let settings: StatusSettings
    private let service: ServiceSettings?
    private let labels: Value
    private let bundles: BundleService
    private let plugins: @Sendable () -> [String: String]
    private let logger: Logger
    private let last = Mutex<Value?>(nil)

    /// - Parameters:
    ///   - service: the server that gets reports; nil for none.
    ///   - labels: what the service calls itself.
    ///   - plugins: the states of plugins by their names.
    public init(
        _ settings: StatusSettings, service: ServiceSettings?, labels: Value, bundles: BundleService, plugins: @escaping @Sendable () -> [String: String],
        logger: Logger
    ) {
        self.settings = settings
        self.service = service
        self.labels = labels
        self.bundles = bundles
        self.plugins = plugins
        self.logger = logger
    }

    /// The report that was made last; nil before the first.
    public var latest: Value? { last.withLock { $0 } }

    public func run() async throws {
        await withTaskGroup { group in
            for statuses in [bundles.statuses, bundles.discoveryStatuses] {
                group.addTask {
                    for await _ in statuses.changes().cancelOnGracefulShutdown() { await self.report() }
                }
            }
        }
    }

    private func report() async {
        let report = StatusReport(labels: labels, bundles: bundles.statuses.all, discovery: bundles.discoveryStatuses.all.first, plugins: plugins()).document
        last.withLock { $0 = report }
        let text = report.json(escapesHTML: false)
        if settings.console {
            logger.info("Status Log", metadata: ["type": "openpolicyagent.org/status", "status": "\(String(decoding: text, as: UTF8.self))"])
        }
        if let service, settings.trigger == .periodic { await upload(text, to: service) }
    }

    private func upload(_ text: [UInt8], to service: ServiceSettings) async {
        var upstream = service.upstream
        upstream.retry = RetryPolicy(maximumAttempts: 3)
        let headers = service.headers.map { UpstreamRequest.Header($0.key, $0.value) } + [.init("Content-Type", "application/json")]
        var request = UpstreamRequest(
            "POST", service.url(for: settings.resource), headers: headers, body: text, headDeadline: service.responseHeaderTimeout, maximumResponseSize: 1 << 20)
        // The same report twice says no more than once.
        request.isIdempotent = true
        request.callDeadline = service.callDeadline
        do {
            let response = try await upstream.send(request)
            guard (200..<300).contains(response.status) else {
                logger.error("Status update failed: server replied with \(response.reason)")
                return
            }
            logger.debug("Status update sent successfully.")
        } catch {
            logger.error("Status update failed: \(error)")
        }
    }
}
