import NIOCore
import NIOHTTP1
import Observability

/// Answers `grpc.health.v1.Health` on a stream of HTTP/2, and passes everything else on.
///
/// A service is asked for by the name of a probe: `ready`, which an empty name means too, `live` or `startup`.
final class HealthProtocolHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private enum State {
        /// No request has begun, or one that others answer.
        case passing
        case receiving(HTTPRequestHead, [UInt8])
        case watching(ComponentHealth.Probe?, last: HealthMessages.Status, listener: UInt64)
        case done
    }

    /// gRPC's status codes.
    private enum Code: Int {
        case ok = 0, invalidArgument = 3, notFound = 5, permissionDenied = 7, unimplemented = 12, unavailable = 14
    }

    static let path = "/grpc.health.v1.Health/"
    private static let requestLimit = 4096

    private let health: HealthBoard
    private let admits: (HTTPRequestHead) -> Bool
    private var state = State.passing

    /// - Parameter admits: whether who sent a request may ask.
    init(health: HealthBoard, admits: @escaping (HTTPRequestHead) -> Bool) {
        self.health = health
        self.admits = admits
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = Self.unwrapInboundIn(data)
        switch (state, part) {
        case (.passing, .head(let head)) where head.uri.hasPrefix(Self.path): state = .receiving(head, [])
        case (.passing, _): context.fireChannelRead(data)
        case (.receiving(let head, let bytes), .body(let more)):
            guard bytes.count + more.readableBytes <= Self.requestLimit else { return refuse(.invalidArgument, "the request is too large", context) }
            state = .receiving(head, bytes + Array(more.readableBytesView))
        case (.receiving(let head, let bytes), .end): answer(head, bytes, context)
        default: break
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        stopWatching()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { stopWatching() }

    // MARK: Answering

    private func answer(_ head: HTTPRequestHead, _ bytes: [UInt8], _ context: ChannelHandlerContext) {
        guard admits(head) else { return refuse(.permissionDenied, "request rejected", context) }
        guard let service = HealthMessages.service(inRequest: bytes) else { return refuse(.invalidArgument, "the request is no HealthCheckRequest", context) }
        let probe = service.isEmpty ? .ready : ComponentHealth.Probe(rawValue: service)
        switch head.uri.dropFirst(Self.path.count) {
        case "Check":
            guard let probe else { return refuse(.notFound, "unknown service", context) }
            begin(context)
            write(status(of: probe), context)
            end(.ok, context)
        case "Watch":
            begin(context)
            watch(probe, context)
        default: refuse(.unimplemented, "unknown method", context)
        }
    }

    private func status(of probe: ComponentHealth.Probe?) -> HealthMessages.Status {
        guard let probe else { return .serviceUnknown }
        return health.health(for: probe).state == .failed ? .notServing : .serving
    }

    private func watch(_ probe: ComponentHealth.Probe?, _ context: ChannelHandlerContext) {
        let eventLoop = context.eventLoop
        let bound = NIOLoopBound((self, context), eventLoop: eventLoop)
        let listener = health.onChange { eventLoop.execute { bound.value.0.update(bound.value.1) } }
        let status = status(of: probe)
        state = .watching(probe, last: status, listener: listener)
        write(status, context)
        // What changed between asking and listening.
        update(context)
    }

    private func update(_ context: ChannelHandlerContext) {
        guard case .watching(let probe, let last, let listener) = state, context.channel.isActive else { return }
        let status = status(of: probe)
        if status != last {
            state = .watching(probe, last: status, listener: listener)
            write(status, context)
        }
        // A stream that never ends would keep the service from ending.
        guard health.isEnding else { return }
        stopWatching()
        end(.unavailable, context)
    }

    private func stopWatching() {
        guard case .watching(_, _, let listener) = state else { return }
        health.removeListener(listener)
        state = .done
    }

    // MARK: Writing

    private func begin(_ context: ChannelHandlerContext) {
        context.write(Self.wrapOutboundOut(.head(.init(version: .http2, status: .ok, headers: ["content-type": "application/grpc"]))), promise: nil)
    }

    private func write(_ status: HealthMessages.Status, _ context: ChannelHandlerContext) {
        context.writeAndFlush(Self.wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: HealthMessages.response(status))))), promise: nil)
    }

    private func end(_ code: Code, _ context: ChannelHandlerContext) {
        state = .done
        context.writeAndFlush(Self.wrapOutboundOut(.end(["grpc-status": "\(code.rawValue)"])), promise: nil)
    }

    /// An answer of headers only.
    private func refuse(_ code: Code, _ message: String, _ context: ChannelHandlerContext) {
        state = .done
        let headers: HTTPHeaders = ["content-type": "application/grpc", "grpc-status": "\(code.rawValue)", "grpc-message": message]
        context.write(Self.wrapOutboundOut(.head(.init(version: .http2, status: .ok, headers: headers))), promise: nil)
        context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: nil)
    }
}
