import Hummingbird
import Rego

/// Asks `AccessControl` about every request, before the router knows what it is for.
struct AccessChecks: RouterMiddleware {
    let access: AccessControl

    func handle(_ request: Request, context: ServiceContext, next: (Request, ServiceContext) async throws -> Response) async throws -> Response {
        guard access.isOn else { return try await next(request, context) }
        var request = request
        var asked = AuthorizationRequest(
            method: request.method.rawValue, path: request.uri.path, query: request.uri.query,
            headers: request.headers.map { ($0.name.canonicalName, $0.value) })
        if AuthorizationRequest.showsBody(method: asked.method, path: asked.path) {
            let body = try await context.body(of: request)
            asked.body = try AuthorizationRequest.document(Array(body.readableBytesView), isYAML: request.isYAML)
            request.body = .init(buffer: body)
        }
        asked.isSecure = request.head.scheme == "https"
        var context = context
        context.caller.take(try await access.admit(asked, certificate: context.certificate))
        return try await next(request, context)
    }
}
