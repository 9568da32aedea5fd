import Discovery
import FaultInjection
import Foundation
import Gatekeeper
import Hummingbird
import Logging
import NIOCore
import Observability
import Rego
import Resilience
import ServiceLifecycle
import TokenSecurity

/// What the four services of the base have in common: every request is traced, its token verified, and Verdict asked; what a service asks its neighbour,
/// Verdict and the issuer leaves through upstreams, which are found by name.
struct ServiceFrame: Sendable {
    let name: String
    let logger: Logger
    private let folder: BaseFolder
    private let exporter: SpanExporter
    private let tracer: Tracer
    private let keys: KeySetStore
    private let authenticator: TokenAuthenticator
    private let exchange: TokenExchange
    private let accessGuard: AccessGuard
    private let chaos: Chaos

    /// Who issues tokens, as tokens name it.
    static let issuerName = "https://issuer.superhero.example"
    /// The clocks of the base may be five minutes apart, and requests take a while.
    static let leeway: Duration = .seconds(330)
    /// The header by which Verdict's routes tell callers apart.
    static let subjectHeader = "X-Subject"
    private static let bodyLimit = 1 << 16

    /// - Throws: what fetching the issuer's keys throws.
    init(_ name: String, in folder: BaseFolder, logger: Logger) async throws {
        self.name = name
        self.folder = folder
        self.logger = logger
        chaos = Chaos(seed: 7)
        Chaos.install(chaos)

        exporter = Self.exporter(name, logger, to: Self.upstream("collector", in: folder))
        tracer = Tracer(sampler: Sampler(share: 1), exporter: exporter)
        let issuer = Self.upstream("issuer", in: folder)
        keys = try await Self.keys(of: issuer, logger)
        authenticator = try Self.authenticator(name, keys)
        exchange = Self.exchange(name, secret: try folder.secret(of: name), at: issuer)
        accessGuard = Self.accessGuard(name, asking: Self.upstream("verdict", in: folder))
    }

    // MARK: What it is made of

    private static func exporter(_ name: String, _ logger: Logger, to collector: Upstream) -> SpanExporter {
        var options = SpanExporter.Options()
        options.delay = .milliseconds(50)
        let receiver = collector.spanReceiver(at: "http://collector/v1/traces", deadline: .seconds(5))
        return SpanExporter(options, resource: [("service.name", .text(name))], version: "1", logger: logger, send: receiver)
    }

    private static func keys(of issuer: Upstream, _ logger: Logger) async throws -> KeySetStore {
        try await KeySetStore(every: .seconds(1), logger: logger) {
            let response = try await issuer.send(UpstreamRequest("GET", "http://issuer/keys", deadline: .seconds(5)))
            guard response.status == 200 else { throw TokenError(.key, "the issuer answered \(response.status)") }
            return String(decoding: response.body, as: UTF8.self)
        }
    }

    /// Takes tokens that are meant for this service, and no others.
    private static func authenticator(_ name: String, _ keys: KeySetStore) throws -> TokenAuthenticator {
        var requirements = try TokenRequirements(issuer: issuerName, audiences: [name], algorithms: [.es256])
        requirements.leeway = leeway
        return TokenAuthenticator(TokenVerifier(requirements), keys: keys)
    }

    /// Gets tokens for the next service; the issuer knows this one by its secret.
    private static func exchange(_ name: String, secret: String, at issuer: Upstream) -> TokenExchange {
        var endpoint = TokenExchange.Settings(url: "http://issuer/token")
        endpoint.headers["Authorization"] = "Basic " + Data("\(name):\(secret)".utf8).base64EncodedString()
        return TokenExchange(endpoint, upstream: issuer)
    }

    private static func accessGuard(_ name: String, asking verdict: Upstream) -> AccessGuard {
        var settings = AccessGuard.Settings()
        settings.failOpen = ["GET /status"]
        // Tokens stay here: the policy sees what they say.
        settings.visibleHeaders = ["content-type"]
        let point = RemoteDecisionPoint("http://verdict", path: ["base", name, "allow"], upstream: verdict, deadline: .seconds(3), subjectHeader: subjectHeader)
        return AccessGuard(point, settings: settings)
    }

    /// Another process of the base: found by its file, left alone while it fails, asked again where it was not reached.
    private static func upstream(_ name: String, in folder: BaseFolder, routes: [String] = []) -> Upstream {
        var settings = UpstreamSettings(name: name)
        settings.resolver = FileResolver(path: folder.endpoints(of: name))
        var breaker = CircuitBreaker.Settings()
        breaker.windowCalls = 10
        breaker.minimumCalls = 5
        breaker.openDuration = .milliseconds(500)
        breaker.maximumOpenDuration = .seconds(1)
        settings.breaker = breaker
        settings.routes = routes.map { UpstreamRoute(prefix: $0, path: $0, breaker: breaker) }
        return Upstream(settings, retry: RetryPolicy(maximumAttempts: 3, baseDelay: .milliseconds(50), maximumDelay: .milliseconds(200)))
    }

    /// - Parameters:
    ///   - scopes: that the neighbour needs.
    ///   - routes: parts of the neighbour that may fail while the rest of it works.
    func neighbour(_ name: String, scopes: Set<String>, routes: [String] = []) -> Neighbour {
        Neighbour(name, scopes: scopes, upstream: Self.upstream(name, in: folder, routes: routes), exchange: exchange)
    }

    // MARK: Requests

    /// A router whose routes are reached by what Verdict allows, and by nothing else.
    ///
    /// - Parameter obligations: what decisions may oblige the service to.
    func router(obligations: [String: GatekeeperMiddleware<BaseContext>.ObligationHandler] = [:]) -> Router<BaseContext> {
        let router = Router(context: BaseContext.self)
        // Those who operate the base ask these, on loopback; a trace of every look at the metrics would help nobody.
        FaultRoutes(chaos: chaos).add(to: router)
        let metrics = MetricRegistry()
        metrics.add(accessGuard.metrics)
        metrics.add(exporter)
        router.get("/metrics") { request, _ in
            let (text, type) = metrics.text(accepting: request.headers[.accept] ?? "")
            return Response(status: .ok, headers: [.contentType: type], body: .init(byteBuffer: ByteBuffer(string: text)))
        }

        router.add(middleware: RequestTracing(tracer))
        router.add(middleware: CallerVerification(authenticator: authenticator))
        router.add(
            middleware: GatekeeperMiddleware(accessGuard, bodyLimit: Self.bodyLimit, obligations: obligations) { _, context in context.caller?.claims })
        router.get("/status") { [name] _, _ in "\(name) is up\n" }
        return router
    }

    /// Begins a span of what the service does by itself.
    func beginSpan(_ name: String) -> ActiveSpan { tracer.begin(name, kind: .internal, parent: nil, at: WallClock.nanoseconds()) }

    /// Answers until the process is asked to end.
    ///
    /// - Parameters:
    ///   - port: 0 for one that the system chooses.
    ///   - services: that work beside the server.
    func serve(_ router: Router<BaseContext>, port: Int, with services: [any Service] = []) async throws {
        var quiet = logger
        quiet.logLevel = .error
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)), services: [exporter, keys] + services,
            onServerRunning: { [folder, name, logger] channel in
                let address = "127.0.0.1:\(channel.localAddress?.port ?? port)"
                do { try folder.announce(name, at: address) } catch { logger.error("\(name) cannot be found: \(error)") }
                logger.info("\(name) answers at \(address)")
            }, logger: quiet)
        try await application.runService()
    }
}
