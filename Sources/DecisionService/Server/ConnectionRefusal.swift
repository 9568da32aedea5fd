import NIOCore

/// Tells a client that there are too many connections, and closes.
///
/// Written without the handlers of HTTP, so that refusing costs little when there is much to refuse.
final class ConnectionRefusal: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let limit: Int
    private static let farewell = TimeAmount.seconds(1)

    init(limit: Int) { self.limit = limit }

    func channelActive(context: ChannelHandlerContext) {
        let body = ServerResponse(ServiceError(.overloaded, "too many connections: at most \(limit) may be open")).body
        var response = ByteBuffer(string: "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nContent-Length: \(body.readableBytes)\r\nConnection: close\r\n\r\n")
        response.writeImmutableBuffer(body)
        context.writeAndFlush(Self.wrapOutboundOut(response), promise: nil)
        context.close(mode: .output, promise: nil)
        // What the client has sent is read, for closing before that would reset the connection and lose the response.
        context.eventLoop.assumeIsolated().scheduleTask(in: Self.farewell) { context.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event { context.close(promise: nil) }
    }
}
