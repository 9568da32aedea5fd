import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import Rego

/// The Data API's decisions, for requests that the connection did not recognise as such by itself.
struct DataRoutes {
    let responder: DecisionResponder
    /// Nil where there are no routes.
    let routed: RoutedDecisions?

    func add(to router: Router<ServiceContext>) {
        for path: RouterPath in ["/v1/data", "/v1/data/**"] {
            router.get(path) { request, context in try await decide(request, context, .parameter, at: DocumentPath(request.uri.path, after: "/v1/data")) }
            router.post(path) { request, context in try await decide(request, context, .envelope, at: DocumentPath(request.uri.path, after: "/v1/data")) }
        }
        for path: RouterPath in ["/v0/data", "/v0/data/**"] {
            router.post(path) { request, context in try await decide(request, context, .bare, at: DocumentPath(request.uri.path, after: "/v0/data")) }
        }
        router.post("/") { request, context in try await decide(request, context, .bare, at: responder.decisions.configuration.defaultDecision) }
    }

    private func decide(_ request: Request, _ context: ServiceContext, _ form: DecisionTarget.Form, at path: DocumentPath) async throws -> Response {
        let target = try DecisionTarget(form, path: path, parameters: request.parameters)
        let body = form == .parameter ? ByteBuffer() : try await context.body(of: request)
        var asked = DecisionRequest(target: target, body: body, isYAML: request.isYAML, caller: context.caller)
        guard let routed else { return Response(responder.respond(to: asked)) }
        asked.headers = HTTPHeaders(request.headers.map { ($0.name.rawName, $0.value) })
        (asked.method, asked.uri) = (request.method.rawValue, request.head.path ?? "")
        try routed.plan(&asked, within: nil)
        return Response(await routed.respond(to: asked))
    }
}
