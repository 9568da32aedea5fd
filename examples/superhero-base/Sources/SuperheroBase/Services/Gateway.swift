import Discovery
import HTTPTypes
import Hummingbird
import NIOCore

/// What the world sees of the base: passes on what callers may ask, in their name.
enum Gateway {
    static func run(_ frame: ServiceFrame, port: Int) async throws {
        // Buying may be impossible while looking is not.
        let orders = frame.neighbour("orders", scopes: ["order", "pay", "record"], routes: ["/checkout"])
        let router = frame.router()
        for (method, path) in [(HTTPRequest.Method.post, RouterPath("/checkout")), (.get, "/orders/:id")] {
            router.on(path, method: method) { request, context -> Response in
                guard let caller = context.caller else { throw HTTPError(.unauthorized) }
                let body = try await request.body.collect(upTo: 1 << 16)
                let answer = try await orders.ask(method.rawValue, request.uri.path, body: Array(body.readableBytesView), as: caller, context.call)
                return Response(status: .init(code: answer.status), headers: [.contentType: "application/json"], body: .init(byteBuffer: ByteBuffer(bytes: answer.body)))
            }
        }
        try await frame.serve(router, port: port)
    }
}
