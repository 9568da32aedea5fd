import Hummingbird
import Logging
import NIOCore

/// What the service knows about one request.
struct ServiceContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Who asks, for the decision log.
    var caller = DecisionCaller()
    /// What the client showed of itself, where the connection asked for it.
    var certificate: ClientCertificate?

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        caller.address = source.channel.remoteAddress?.text
        caller.requestNumber = DecisionCaller.nextRequestNumber()
    }

    /// The whole body; the connection has seen to it that it is not too large.
    func body(of request: Request) async throws -> ByteBuffer { try await request.body.collect(upTo: .max) }
}
