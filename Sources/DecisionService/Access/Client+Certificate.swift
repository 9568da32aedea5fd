import NIOCore
import NIOSSL
import Rego

extension Client {
    /// The certificate that the client showed; the server has verified it. Nil without TLS. Asked on the connection's event loop.
    var certificate: ClientCertificate? {
        // A stream of HTTP/2 has the connection as its parent; a connection's parent is the listener.
        let candidates: [any Channel] = [channel, channel.parent].compactMap { $0 }
        for candidate in candidates where candidate.eventLoop.inEventLoop {
            guard let handler = try? candidate.pipeline.syncOperations.handler(type: NIOSSLServerHandler.self),
                let certificate = handler.peerCertificate, let bytes = try? certificate.toDERBytes()
            else { continue }
            return ClientCertificate(der: bytes)
        }
        return nil
    }
}
