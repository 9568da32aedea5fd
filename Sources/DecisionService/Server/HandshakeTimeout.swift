import NIOCore
import NIOTLS

/// Closes a connection whose TLS handshake takes too long.
final class HandshakeTimeout: ChannelInboundHandler {
    typealias InboundIn = NIOAny

    private let timeout: TimeAmount
    private var expiry: Scheduled<Void>?

    init(_ timeout: TimeAmount) { self.timeout = timeout }

    func handlerAdded(context: ChannelHandlerContext) {
        expiry = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) { context.close(promise: nil) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { expiry?.cancel() }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent { expiry?.cancel() }
        context.fireUserInboundEventTriggered(event)
    }

    /// A client that does not speak TLS, or not one that is allowed.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if expiry != nil { context.close(promise: nil) }
        context.fireErrorCaught(error)
    }
}
