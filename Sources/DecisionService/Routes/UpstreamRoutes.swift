import Discovery
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Rego
import Resilience

/// How the servers that the service depends on are doing, and the hand that opens and closes their breakers.
struct UpstreamRoutes {
    let upstreams: Upstreams

    /// How long a breaker may be held open or closed by hand, in seconds.
    private static let overrideSeconds = 1.0...86_400

    func add(to router: Router<ServiceContext>) {
        router.get("/v1/upstreams") { request, _ -> Response in
            Response.json(.object([("result", .value(.array(upstreams.reports.map(\.upstreamDocument))))]), pretty: request.parameters.isOn("pretty"))
        }
        router.get("/v1/breakers") { request, _ -> Response in try breakers(request) }
        router.put("/v1/breakers/**") { request, context in try await force(request, context) }
        router.delete("/v1/breakers/**") { request, _ -> Response in
            try breaker(request).release()
            return Response(status: .noContent)
        }
    }

    private func breakers(_ request: Request) throws -> Response {
        let reports = upstreams.reports.flatMap(\.breakers)
        switch request.parameters["format"] {
        case nil, "json": return .json(.object([("result", .value(.array(reports.map(\.document))))]), pretty: request.parameters.isOn("pretty"))
        case "graphviz":
            let text = BreakerGraph(reports: reports).text
            return Response(status: .ok, headers: [.contentType: "text/vnd.graphviz"], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
        case let other?: throw ServiceError(.invalidParameter, "format '\(other)' is none of json, graphviz")
        }
    }

    private func breaker(_ request: Request) throws(ServiceError) -> SharedBreaker {
        let text = String(request.uri.path.dropFirst("/v1/breakers/".count))
        guard let name = text.removingPercentEncoding, let breaker = upstreams.breaker(name) else {
            throw ServiceError(.notFound, "there is no breaker '\(text)'; GET /v1/breakers lists those that there are")
        }
        return breaker
    }

    private func force(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let breaker = try breaker(request)
        let body = try await context.document(of: request)
        guard case .string(let text)? = body["state"], let override = CircuitBreaker.Override(rawValue: text) else {
            throw ServiceError(.invalidParameter, "state must be one of \(CircuitBreaker.Override.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        guard case .number(let number)? = body["seconds"], let seconds = Double(number.text), Self.overrideSeconds.contains(seconds) else {
            throw ServiceError(.invalidParameter, "seconds must be a number from 1 to 86400: after so long the breaker judges by itself again")
        }
        breaker.force(override, for: .seconds(seconds))
        context.logger.notice("A circuit breaker is held by hand.", metadata: ["breaker": "\(breaker.name)", "state": "\(text)", "seconds": "\(seconds)"])
        return Response(status: .noContent)
    }
}

extension ServiceContext {
    /// The body as a JSON object.
    ///
    /// - Throws: `invalidParameter` where it is none.
    func document(of request: Request) async throws -> Value {
        let text = Array(try await body(of: request).readableBytesView)
        guard let document = try? Value(json: text), case .object = document else { throw ServiceError(.invalidParameter, "the body must be a JSON object") }
        return document
    }
}
