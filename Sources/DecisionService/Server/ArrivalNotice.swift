import NIOCore

/// Tells a connection's `RequestHandler` that bytes arrived before the decoder has made anything of them, so that a client which sends
/// its header fields one by one is noticed.
final class ArrivalNotice: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let handler: RequestHandler

    init(_ handler: RequestHandler) { self.handler = handler }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        handler.bytesArrived()
        context.fireChannelRead(data)
    }
}
