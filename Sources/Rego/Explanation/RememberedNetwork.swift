import Synchronization

/// Sends each request of a policy once, however often the explanation decides, and only so many.
final class RememberedNetwork: PolicyNetwork {
    private let base: any PolicyNetwork
    private let responses = Mutex<[OutgoingRequest: Result<IncomingResponse, NetworkProblem>]>([:])
    private let names = Mutex<[String: Result<[String], NetworkProblem>]>([:])
    private static let limit = 16

    init(_ base: any PolicyNetwork) { self.base = base }

    func send(_ request: OutgoingRequest) throws(NetworkProblem) -> IncomingResponse {
        let known = responses.withLock { ($0[request], $0.count) }
        if let response = known.0 { return try response.get() }
        guard known.1 < Self.limit else { throw Self.refusal }
        let response = Result { () throws(NetworkProblem) in try base.send(request) }
        responses.withLock { $0[request] = response }
        return try response.get()
    }

    func addresses(of host: String) throws(NetworkProblem) -> [String] {
        let known = names.withLock { ($0[host], $0.count) }
        if let addresses = known.0 { return try addresses.get() }
        guard known.1 < Self.limit else { throw Self.refusal }
        let addresses = Result { () throws(NetworkProblem) in try base.addresses(of: host) }
        names.withLock { $0[host] = addresses }
        return try addresses.get()
    }

    private static var refusal: NetworkProblem { NetworkProblem("an explanation asks at most \(limit) times over the network") }
}
