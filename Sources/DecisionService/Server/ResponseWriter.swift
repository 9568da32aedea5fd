import NIOCore
import NIOHTTP1

/// Writes responses to a connection of HTTP/1 as bytes, or to a stream of HTTP/2 as the parts that its codec takes.
///
/// A small response of HTTP/1 is one buffer (RFC 9112, 4): its status line, fields and body in a single write cost much less than three.
enum ResponseWriter {
    case bytes
    case parts

    /// A body of more bytes than this is not copied behind its header.
    private static let copiedSize = 64 * 1024

    /// - Parameters:
    ///   - body: nil where none is to follow.
    ///   - written: completed when the response has been passed on; nil where nobody asks.
    ///   - isWhole: false where the rest of the body will never come.
    func write(_ head: HTTPResponseHead, _ body: ByteBuffer?, _ context: ChannelHandlerContext, written: EventLoopPromise<Void>? = nil, isWhole: Bool = true) {
        switch self {
        case .bytes:
            let isCopied = body.map { $0.readableBytes <= Self.copiedSize } ?? true
            var bytes = Self.bytes(of: head, capacity: 256 + (isCopied ? body?.readableBytes ?? 0 : 0), context.channel.allocator)
            guard let body else { return context.write(NIOAny(bytes), promise: written) }
            if isCopied { bytes.writeImmutableBuffer(body) }
            context.write(NIOAny(bytes), promise: isCopied ? written : nil)
            if !isCopied { context.write(NIOAny(body), promise: written) }
        case .parts:
            context.write(NIOAny(HTTPServerResponsePart.head(head)), promise: nil)
            if let body { context.write(NIOAny(HTTPServerResponsePart.body(.byteBuffer(body))), promise: isWhole ? nil : written) }
            if isWhole { context.write(NIOAny(HTTPServerResponsePart.end(nil)), promise: written) }
        }
    }

    /// The go-ahead for a request whose client waits for it before it sends the body (RFC 9110, 10.1.1).
    func writeContinue(_ context: ChannelHandlerContext) {
        let head = HTTPResponseHead(version: .http1_1, status: .continue)
        switch self {
        case .bytes: context.writeAndFlush(NIOAny(Self.bytes(of: head, capacity: 32, context.channel.allocator)), promise: nil)
        case .parts: context.writeAndFlush(NIOAny(HTTPServerResponsePart.head(head)), promise: nil)
        }
    }

    private static func bytes(of head: HTTPResponseHead, capacity: Int, _ allocator: ByteBufferAllocator) -> ByteBuffer {
        var bytes = allocator.buffer(capacity: capacity)
        bytes.writeStaticString(head.version.minor == 0 ? "HTTP/1.0 " : "HTTP/1.1 ")
        if head.status == .ok {
            bytes.writeStaticString("200 OK\r\n")
        } else {
            bytes.writeString("\(head.status.code) \(head.status.reasonPhrase)\r\n")
        }
        for (name, value) in head.headers {
            bytes.writeString(name)
            bytes.writeStaticString(": ")
            bytes.writeString(value)
            bytes.writeStaticString("\r\n")
        }
        bytes.writeStaticString("\r\n")
        return bytes
    }
}
