import HTTPTypes
import Hummingbird
import Logging
import NetworkAccess
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1
import Rego

/// Answers requests through Hummingbird's router, on threads that may wait: what policies ask the network for, they wait for there.
struct RouterLane: RequestLanes {
    private let responder: any HTTPResponder<ServiceContext>
    private let needsCertificate: Bool
    private let logger: Logger

    /// - Parameter needsCertificate: whether who asks is known by a certificate.
    init(_ responder: any HTTPResponder<ServiceContext>, needsCertificate: Bool, logger: Logger) {
        self.responder = responder
        self.needsCertificate = needsCertificate
        self.logger = logger
    }

    func answer(_ request: AssembledRequest, from client: Client) -> Answer {
        .later { _ in
            let certificate = needsCertificate ? client.certificate : nil
            let answer = client.channel.eventLoop.makePromise(of: ServerResponse.self)
            Task(executorPreference: WaitingThreads.shared) { answer.succeed(await respond(to: request, from: client, certificate)) }
            return answer.futureResult
        }
    }

    private func respond(to assembled: AssembledRequest, from client: Client, _ certificate: ClientCertificate?) async -> ServerResponse {
        do {
            let head = try HTTPRequest(assembled.head, secure: client.isSecure, splitCookie: false)
            let request = Request(head: head, body: .init(buffer: assembled.body))
            var context = ServiceContext(source: ApplicationRequestContextSource(channel: client.channel, logger: logger))
            context.certificate = certificate
            context.logger[metadataKey: "req_id"] = "\(context.caller.requestNumber ?? 0)"
            return try await ServerResponse(responder.respond(to: request, context: context))
        } catch is HTTP1TypeConversionError {
            return ServerResponse(ServiceError(.invalidParameter, "the request's method or target is malformed"))
        } catch {
            logger.error("request failed: \(error)")
            return ServerResponse(ServiceError(.evaluation, "\(error)"))
        }
    }
}

extension ServerResponse {
    /// Collects a router's response.
    init(_ response: Response) async throws {
        var headers = HTTPHeaders()
        for field in response.headers where ![.contentLength, .connection, .date, .transferEncoding].contains(field.name) {
            headers.add(name: field.name.rawName, value: field.value)
        }
        let collector = BodyCollector()
        try await response.body.write(collector)
        self.init(status: HTTPResponseStatus(statusCode: response.status.code, reasonPhrase: response.status.reasonPhrase), headers: headers, body: collector.body)
    }

    /// Takes what a response writes.
    private final class BodyCollector: ResponseBodyWriter {
        private(set) var body = ByteBuffer()

        func write(_ buffer: ByteBuffer) async throws {
            if body.readableBytes == 0 { body = buffer } else { body.writeImmutableBuffer(buffer) }
        }

        func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }
}
