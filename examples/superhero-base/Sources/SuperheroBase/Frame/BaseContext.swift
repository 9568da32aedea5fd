import Foundation
import Gatekeeper
import HTTPTypes
import Hummingbird
import NIOCore
import Rego
import Resilience
import TokenSecurity

/// What a service of the base knows of one request.
struct BaseContext: GuardedRequestContext, RemoteAddressRequestContext {
    var coreContext: CoreRequestContextStorage
    let remoteAddress: SocketAddress?
    var accessDecision: AccessDecision?
    /// Who asks, as the token says that was verified; nil where there was none.
    var caller: CallerToken?
    /// How long the caller waits.
    var call = CallContext()

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        remoteAddress = source.channel.remoteAddress
    }
}

/// Verifies the token of each request. One without a token goes on without a caller: the policy knows what such a request may do.
struct CallerVerification: RouterMiddleware {
    let authenticator: TokenAuthenticator

    func handle(_ request: Request, context: BaseContext, next: (Request, BaseContext) async throws -> Response) async throws -> Response {
        var context = context
        context.call = CallContext(
            deadlineHeader: HTTPField.Name(CallContext.deadlineHeader).flatMap { request.headers[$0] },
            attemptHeader: HTTPField.Name(CallContext.attemptHeader).flatMap { request.headers[$0] }, at: .now)
        guard let presented = request.headers[.authorization].flatMap({ PresentedToken(authorization: $0) }) else { return try await next(request, context) }
        do {
            let verified = try await authenticator.authenticate(presented, now: Date().timeIntervalSince1970)
            context.caller = CallerToken(token: presented.token, verified)
        } catch {
            return Response(status: .unauthorized, headers: [.wwwAuthenticate: "Bearer error=\"invalid_token\""], body: .init(byteBuffer: ByteBuffer(string: "\(error)\n")))
        }
        return try await next(request, context)
    }
}
