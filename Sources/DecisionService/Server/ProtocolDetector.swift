import NIOCore

/// Tells HTTP/2 by its preface (RFC 9113, 3.4) from HTTP/1, and sets up the connection for what it found.
final class ProtocolDetector: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    enum Version { case http1, http2 }

    private static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    private let timeout: TimeAmount
    private let setUp: (Version) throws -> Void
    private var received = ByteBuffer()
    private var expiry: Scheduled<Void>?

    init(timeout: TimeAmount, setUp: @escaping (Version) throws -> Void) {
        self.timeout = timeout
        self.setUp = setUp
    }

    func handlerAdded(context: ChannelHandlerContext) {
        expiry = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) { context.close(promise: nil) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { expiry?.cancel() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received.writeImmutableBuffer(Self.unwrapInboundIn(data))
        let length = min(received.readableBytes, Self.preface.count)
        let isPreface = received.readableBytesView.prefix(length).elementsEqual(Self.preface.prefix(length))
        if isPreface, length < Self.preface.count { return }
        do {
            try setUp(isPreface ? .http2 : .http1)
            context.fireChannelRead(Self.wrapInboundOut(received))
            context.fireChannelReadComplete()
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
        } catch {
            context.close(promise: nil)
        }
    }
}
