import AsyncHTTPClient
import NIOCore
import NIOHTTPCompression
import Synchronization

/// The connections of the process. They end with it.
enum HTTPClients {
    private struct Key: Hashable {
        var followsRedirects: Bool
        /// A host, and the address that it stands for: certificates are checked against the host.
        var host: String?
        var address: String?
    }

    private static let clients = Mutex<[Key: HTTPClient]>([:])

    static func client(followsRedirects: Bool, host: String?, address: String?) -> HTTPClient {
        let key = Key(followsRedirects: followsRedirects, host: host, address: address)
        return clients.withLock { clients in
            if let known = clients[key] { return known }
            let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration(key))
            clients[key] = client
            return client
        }
    }

    private static func configuration(_ key: Key) -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(redirectConfiguration: key.followsRedirects ? .follow(max: 10, allowCycles: false) : .disallow)
        // The size of what comes out is counted while it is collected.
        configuration.decompression = .enabled(limit: .none)
        // A connection that fails is the answer; `retry` says whether to try again.
        configuration.connectionPool.retryConnectionEstablishment = false
        // The bulkhead of the upstream is the limit.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        if let host = key.host, let address = key.address { configuration.dnsOverride = [host: address] }
        return configuration
    }
}
