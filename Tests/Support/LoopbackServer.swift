import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// An HTTP server on loopback that answers as a test says, also wrongly or not at all. Closed with its last reference.
package final class LoopbackServer: Sendable {
    package struct Request: Sendable {
        package var method: String
        /// Path and query.
        package var target: String
        package var headers: [(name: String, value: String)]
        package var body: [UInt8]

        package var text: String { String(decoding: body, as: UTF8.self) }

        package func header(_ name: String) -> String? { headers.last { $0.name.lowercased() == name.lowercased() }?.value }
    }

    package enum Answer: Sendable {
        case response(status: Int, headers: [(String, String)] = [], body: [UInt8] = [])
        /// The connection stays open, and nothing comes.
        case silence
        /// The head promises more than comes before the connection is closed.
        case truncated(body: [UInt8])
        /// The head comes, then nothing.
        case headOnly
        /// The connection is closed without an answer.
        case close

        package static func text(_ text: String, status: Int = 200, headers: [(String, String)] = []) -> Answer {
            .response(status: status, headers: headers, body: Array(text.utf8))
        }
    }

    package enum Place: Sendable {
        case loopback
        /// On a port that was free a moment ago, or that another server has left.
        case port(Int)
        case unixSocket(String)
    }

    private let channel: any Channel
    private let log = Log()
    private let scheme: String

    private final class Log: Sendable {
        let requests = Mutex<[Request]>([])
    }

    /// How answers are made.
    private enum Responder: Sendable {
        /// On the event loop, so that they come also while a test keeps all of Swift's own threads.
        case atOnce(@Sendable (Request) throws -> Answer)
        case later(@Sendable (Request) async throws -> Answer)
    }

    package convenience init(
        at place: Place = .loopback, tls: TLSConfiguration? = nil, respond: @escaping @Sendable (Request) throws -> Answer
    ) async throws {
        try await self.init(at: place, tls: tls, .atOnce(respond))
    }

    /// For answers that take time, or ask other servers.
    package static func answeringLater(_ respond: @escaping @Sendable (Request) async throws -> Answer) async throws -> LoopbackServer {
        try await LoopbackServer(at: .loopback, tls: nil, .later(respond))
    }

    private init(at place: Place, tls: TLSConfiguration?, _ responder: Responder) async throws {
        let context = try tls.map { try NIOSSLContext(configuration: $0) }
        let log = log
        scheme = tls == nil ? "http" : "https"
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let context { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context)) }
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: false)
                    try channel.pipeline.syncOperations.addHandler(Handler(responder, log))
                }
            }
        switch place {
        case .loopback: channel = try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
        case .port(let port): channel = try await bootstrap.bind(host: "127.0.0.1", port: port).get()
        case .unixSocket(let path): channel = try await bootstrap.bind(unixDomainSocketPath: path).get()
        }
    }

    deinit { channel.close(promise: nil) }

    package func stop() async throws { try await channel.close() }

    /// Without a path; `localhost` because that is what certificates of tests name.
    package var url: String { "\(scheme)://\(scheme == "https" ? "localhost" : "127.0.0.1"):\(port)" }
    package var port: Int { channel.localAddress?.port ?? 0 }
    package var requests: [Request] { log.requests.withLock { $0 } }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let responder: Responder
        private let log: Log
        private var request = Request(method: "", target: "", headers: [], body: [])

        init(_ responder: Responder, _ log: Log) { (self.responder, self.log) = (responder, log) }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                request = Request(method: head.method.rawValue, target: head.uri, headers: head.headers.map { ($0.name, $0.value) }, body: [])
            case .body(let part): request.body.append(contentsOf: part.readableBytesView)
            case .end: respond(request, context)
            }
        }

        private func respond(_ request: Request, _ context: ChannelHandlerContext) {
            log.requests.withLock { $0.append(request) }
            switch responder {
            case .atOnce(let respond): answer((try? respond(request)) ?? .response(status: 599), context)
            case .later(let respond):
                context.eventLoop.makeFutureWithTask { (try? await respond(request)) ?? .response(status: 599) }
                    .assumeIsolated().whenSuccess { self.answer($0, context) }
            }
        }

        private func answer(_ answer: Answer, _ context: ChannelHandlerContext) {
            switch answer {
            case .silence: break
            case .close: context.close(promise: nil)
            case .headOnly:
                write(200, [("Content-Length", "1000")], [], context)
                context.flush()
            case .truncated(let body):
                write(200, [("Content-Length", "\(body.count + 1000)")], body, context)
                context.flush()
                context.close(promise: nil)
            case .response(let status, let headers, let body):
                write(status, headers + (status == 304 ? [] : [("Content-Length", "\(body.count)")]), body, context)
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            }
        }

        private func write(_ status: Int, _ headers: [(String, String)], _ body: [UInt8], _ context: ChannelHandlerContext) {
            let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: HTTPHeaders(headers.map { ($0.0, $0.1) }))
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            if !body.isEmpty { context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil) }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
