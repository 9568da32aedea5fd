import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOSSL
import NIOTLS
import Observability

/// Sets up the handlers of a connection, from bytes to `RequestHandler`.
struct HTTPPipeline: Sendable {
    let limits: ServerLimits
    let lanes: any RequestLanes
    let acceptsHTTP2WithoutTLS: Bool
    /// What gRPC's health protocol is answered from, and who may ask.
    let health: HealthBoard
    let access: AccessControl

    /// What a client of a plain connection speaks: HTTP/1, or HTTP/2 where that is allowed and its first bytes say so.
    func addPlain(to channel: any Channel) throws {
        guard acceptsHTTP2WithoutTLS else { return try addHTTP1(to: channel, isSecure: false) }
        let detector = ProtocolDetector(timeout: TimeAmount(limits.headerTimeout)) { version in
            switch version {
            case .http1: try addHTTP1(to: channel, isSecure: false)
            case .http2: try addHTTP2(to: channel, isSecure: false)
            }
        }
        try channel.pipeline.syncOperations.addHandler(detector)
    }

    /// What client and service agree on by ALPN (RFC 7301).
    func addSecure(to channel: any Channel, _ context: NIOSSLContext) throws {
        let timeout = HandshakeTimeout(TimeAmount(limits.headerTimeout))
        let negotiation = ApplicationProtocolNegotiationHandler { result, channel in
            channel.eventLoop.makeCompletedFuture {
                if case .negotiated("h2") = result { try addHTTP2(to: channel, isSecure: true) } else { try addHTTP1(to: channel, isSecure: true) }
            }
        }
        try channel.pipeline.syncOperations.addHandlers([NIOSSLServerHandler(context: context), timeout, negotiation])
    }

    /// HTTP/1 (RFC 9112), with pipelining.
    private func addHTTP1(to channel: any Channel, isSecure: Bool) throws {
        let handler = RequestHandler(lanes: lanes, limits: limits, transport: .connection(isSecure: isSecure))
        var decoderLimits = NIOHTTPDecoderLimitConfiguration()
        decoderLimits.maxHeaderFieldSize = limits.headerSize
        decoderLimits.maxHeaderListSize = limits.headerSize
        decoderLimits.maxHeaderFieldCount = limits.headerCount
        let decoder = HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: decoderLimits)
        try channel.pipeline.syncOperations.addHandlers([ArrivalNotice(handler), ByteToMessageHandler(decoder), handler])
    }

    /// HTTP/2 (RFC 9113): each stream has a channel of its own.
    private func addHTTP2(to channel: any Channel, isSecure: Bool) throws {
        let management = NIOHTTP2ServerConnectionManagementHandler(
            eventLoop: channel.eventLoop,
            configuration: .init(maxIdleTime: TimeAmount(limits.idleTimeout), maxAge: nil, maxGraceTime: nil, keepalive: nil))
        var connection = NIOHTTP2Handler.ConnectionConfiguration()
        connection.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: limits.streams),
            HTTP2Setting(parameter: .maxHeaderListSize, value: limits.headerSize),
        ]
        _ = try channel.pipeline.syncOperations.configureHTTP2Pipeline(
            mode: .server, connectionConfiguration: connection, streamConfiguration: .init(), streamDelegate: management.http2StreamDelegate
        ) { stream in
            stream.eventLoop.makeCompletedFuture {
                let pipeline = stream.pipeline.syncOperations
                try pipeline.addHandler(HTTP2FramePayloadToHTTP1ServerCodec())
                try pipeline.addHandler(HealthProtocolHandler(health: health) { access.admits($0, from: Client(channel: stream, isSecure: isSecure), within: LaneLimits().provisionalBudget) })
                try pipeline.addHandler(RequestHandler(lanes: lanes, limits: limits, transport: .stream(isSecure: isSecure)))
            }
        }
        try channel.pipeline.syncOperations.addHandler(management)
    }
}
