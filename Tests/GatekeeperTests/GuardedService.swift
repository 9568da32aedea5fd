import Foundation
import Gatekeeper
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Observability
import Rego
import Support
import Synchronization

/// A service of somebody else that is guarded, on loopback.
final class GuardedService: Sendable {
    struct Context: GuardedRequestContext, RemoteAddressRequestContext {
        var coreContext: CoreRequestContextStorage
        let remoteAddress: SocketAddress?
        var accessDecision: AccessDecision?

        init(source: ApplicationRequestContextSource) {
            coreContext = .init(source: source)
            remoteAddress = source.channel.remoteAddress
        }
    }

    static let paths = ["/", "/orders", "/orders/42", "/status/up", "/admin/users"]

    let client: Client
    private let task: Task<Void, Never>
    /// Requests that reached a handler.
    private let handled: Handled

    private final class Handled: Sendable {
        let requests = Mutex<[(path: String, headers: [String: String], obligations: [Value])]>([])
    }

    /// - Parameter tracer: nil where requests are not traced.
    init(_ accessGuard: AccessGuard, tracer: Tracer? = nil, trustsCallers: Bool = true, obligations: [String: GatekeeperMiddleware<Context>.ObligationHandler] = [:]) async throws {
        let router = Router(context: Context.self), handled = Handled()
        if let tracer { router.add(middleware: RequestTracing(tracer, trustsCallers: trustsCallers)) }
        router.add(middleware: GatekeeperMiddleware(accessGuard, bodyLimit: 1024, obligations: obligations))
        for path in Self.paths {
            for method in [HTTPRequest.Method.get, .post, .delete] {
                router.on(RouterPath(path), method: method) { request, context -> String in
                    var headers: [String: String] = [:]
                    for field in request.headers { headers[field.name.canonicalName] = field.value }
                    handled.requests.withLock { $0.append((request.uri.path, headers, context.accessDecision?.obligations ?? [])) }
                    return "done"
                }
            }
        }
        self.handled = handled
        let started = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)), onServerRunning: { started.continuation.yield($0.localAddress?.port ?? 0) },
            logger: RecordedLog().logger)
        task = Task { try? await application.runService(gracefulShutdownSignals: []) }
        var port = 0
        for await found in started.stream {
            port = found
            break
        }
        client = Client(address: "127.0.0.1:\(port)")
    }

    deinit { task.cancel() }

    var requests: [(path: String, headers: [String: String], obligations: [Value])] { handled.requests.withLock { $0 } }
}
