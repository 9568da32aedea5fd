import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Rego

/// A context that handlers of guarded requests read the decision from: its obligations, and what it says beside them.
public protocol GuardedRequestContext: RequestContext {
    var accessDecision: AccessDecision? { get set }
}

/// Lets through what a policy allows, and nothing else.
///
///     router.add(middleware: GatekeeperMiddleware(AccessGuard(RemoteDecisionPoint("http://localhost:8181", path: ["orders", "allow"]))))
///
/// Clients get 403, or the decision's own status, where the policy says no, and 503 where nobody can say. Put it before all routes.
public struct GatekeeperMiddleware<Context: RequestContext>: RouterMiddleware {
    /// Does what a decision obliges to; throws where it cannot.
    public typealias ObligationHandler = @Sendable (_ obligation: Value, _ request: Request, _ context: Context) async throws -> Void

    private let accessGuard: AccessGuard
    private let identity: @Sendable (Request, Context) -> Value?
    private let bodyLimit: Int
    private let obligations: [String: ObligationHandler]

    /// - Parameters:
    ///   - accessGuard: one for all routes, so that they share what is kept and counted.
    ///   - bodyLimit: bytes of a body that policies see; larger ones are shown as truncated. None are read where 0.
    ///   - obligations: what decisions may oblige to, by the obligation's `id`. A request whose decision obliges to anything else does not pass.
    ///   - identity: who asks, as verified before.
    public init(
        _ accessGuard: AccessGuard, bodyLimit: Int = 0, obligations: [String: ObligationHandler] = [:],
        identity: @escaping @Sendable (Request, Context) -> Value? = { _, _ in nil }
    ) {
        self.accessGuard = accessGuard
        self.bodyLimit = bodyLimit
        self.obligations = obligations
        self.identity = identity
    }

    public func handle(_ request: Request, context: Context, next: (Request, Context) async throws -> Response) async throws -> Response {
        var request = request
        let asked = try await checkRequest(&request, context)
        let claimed = accessGuard.settings.identityHeaders.present(in: request)
        if !claimed.isEmpty { request = request.changing { fields in for name in claimed { fields[name] = nil } } }
        switch await accessGuard.check(asked) {
        case .denied(let decision): return Response(decision)
        case .failedClosed(let reason):
            context.logger.error("A request was refused: there is no decision.", metadata: ["reason": "\(reason)"])
            return Response(status: .serviceUnavailable, headers: [.retryAfter: "1"])
        case .failedOpen(let pattern, let reason):
            context.logger.error("A request passed without a decision.", metadata: ["route": "\(pattern)", "reason": "\(reason)"])
            return try await next(request, context)
        case .allowed(let decision): return try await pass(request, context, decision, next)
        }
    }

    private func pass(
        _ request: Request, _ context: Context, _ decision: AccessDecision, _ next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let request = request.changing { fields in
            for name in decision.removedHeaders.compactMap({ HTTPField.Name($0) }) { fields[name] = nil }
            for header in decision.headers { if let name = HTTPField.Name(header.name) { fields[name] = header.value } }
        }
        for obligation in decision.obligations {
            guard let handler = Self.identifier(of: obligation).flatMap({ obligations[$0] }) else {
                context.logger.error("A request was refused: its decision obliges to what nobody does.")
                return Response(status: .forbidden)
            }
            do { try await handler(obligation, request, context) } catch {
                context.logger.error("A request was refused: what its decision obliges to failed.", metadata: ["reason": "\(error)"])
                return Response(status: .forbidden)
            }
        }
        var response = try await next(request, Self.context(context, with: decision))
        for header in decision.responseHeaders { if let name = HTTPField.Name(header.name) { response.headers.append(HTTPField(name: name, value: header.value)) } }
        return response
    }

    private static func context(_ context: Context, with decision: AccessDecision) -> Context {
        guard var guarded = context as? any GuardedRequestContext else { return context }
        guarded.accessDecision = decision
        return guarded as? Context ?? context
    }

    private static func identifier(of obligation: Value) -> String? {
        switch obligation {
        case .string(let text): text
        case .object: if case .string(let text)? = obligation["id"] { text } else { nil }
        default: nil
        }
    }

    private func checkRequest(_ request: inout Request, _ context: Context) async throws -> CheckRequest {
        var asked = CheckRequest(method: request.method.rawValue, path: request.head.path ?? "/", headers: request.headers.map { ($0.name.rawName, $0.value) })
        asked.host = request.head.authority ?? ""
        asked.scheme = request.head.scheme ?? "http"
        asked.identity = identity(request, context)
        if let remote = context as? any RemoteAddressRequestContext, let address = remote.remoteAddress, let ip = address.ipAddress, let port = address.port {
            asked.source = ip.contains(":") ? "[\(ip)]:\(port)" : "\(ip):\(port)"
        }
        guard bodyLimit > 0 else { return asked }
        let length = request.headers[.contentLength].flatMap { Int($0) }
        if length == nil, request.headers[.transferEncoding] == nil { return asked }
        guard let length, length <= bodyLimit else {
            // What is not read here is left to the handler.
            asked.isTruncated = length != 0
            return asked
        }
        let body = try await request.body.collect(upTo: bodyLimit)
        asked.body = Array(body.readableBytesView)
        request.body = .init(buffer: body)
        return asked
    }
}

extension Request {
    fileprivate func changing(_ edit: (inout HTTPFields) -> Void) -> Request {
        var head = head
        edit(&head.headerFields)
        return Request(head: head, body: body)
    }
}

extension Response {
    /// What a client is told that may not pass.
    fileprivate init(_ decision: AccessDecision) {
        self.init(status: .init(code: decision.status), body: ResponseBody(byteBuffer: ByteBuffer(string: decision.body)))
        for header in decision.headers { if let name = HTTPField.Name(header.name) { headers.append(HTTPField(name: name, value: header.value)) } }
    }
}
