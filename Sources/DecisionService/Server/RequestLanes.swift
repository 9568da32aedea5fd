import NIOCore
import Rego

/// Where requests are answered.
protocol RequestLanes: Sendable {
    func answer(_ request: AssembledRequest, from client: Client) -> Answer
}

/// Who sent a request.
struct Client: Sendable {
    let channel: any Channel
    let isSecure: Bool
    /// IP and port; nil on a Unix socket.
    let address: String?

    init(channel: any Channel, isSecure: Bool) {
        self.channel = channel
        self.isSecure = isSecure
        address = channel.remoteAddress?.text
    }
}

/// The answer to a request, or the work that makes it elsewhere.
enum Answer {
    case now(ServerResponse)
    /// Starts the work; the flag is set where the client goes away.
    case later((Cancellation) -> EventLoopFuture<ServerResponse>)

    /// The answer with something done to it, on the event loop.
    func mapping(_ transform: @escaping @Sendable (ServerResponse) -> ServerResponse) -> Answer {
        switch self {
        case .now(let response): .now(transform(response))
        case .later(let start): .later { cancellation in start(cancellation).map(transform) }
        }
    }
}
