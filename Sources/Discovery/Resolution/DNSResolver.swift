import Foundation

/// Endpoints from DNS: the addresses of a host, or the hosts and ports of a service (SRV), for as long as their records say.
public struct DNSResolver: Resolver {
    public enum Record: String, Sendable, Hashable, CaseIterable {
        /// A and AAAA.
        case address
        /// SRV (RFC 2782): of the lowest priority there is.
        case service
    }

    private let client: DNSClient
    private let scheme: String
    private let name: String
    private let port: Int?
    private let record: Record
    /// Records that are not to be kept are asked for again so often at most.
    private static let minimumValidity: Duration = .milliseconds(250)

    /// - Parameters:
    ///   - scheme: `http` or `https`.
    ///   - port: of addresses; nil for the scheme's own. Services have ports of their own.
    public init(scheme: String, name: String, port: Int?, record: Record, client: DNSClient) {
        self.scheme = scheme
        self.name = name
        self.port = port
        self.record = record
        self.client = client
    }

    public func resolve() async throws -> Resolution {
        let (endpoints, seconds) = try await record == .address ? addresses(of: name, port: port) : services()
        guard !endpoints.isEmpty else { throw ResolutionFailure("\(name): DNS has no \(record == .address ? "addresses" : "services") of this name") }
        return Resolution(endpoints: endpoints.sorted { $0.description < $1.description }, validity: max(Self.minimumValidity, .seconds(seconds)))
    }

    private func addresses(of host: String, port: Int?) async throws -> (endpoints: [Endpoint], seconds: Int) {
        async let older = result(host, .a)
        async let newer = result(host, .aaaa)
        // One kind of address suffices.
        let results = await [older, newer]
        let records = results.compactMap { try? $0.get() }.flatMap { $0 }
        if records.isEmpty { _ = try results[0].get() }
        let base = "\(scheme)://\(host)\(port.map { ":\($0)" } ?? "")"
        let endpoints = records.compactMap { record -> Endpoint? in
            guard case .address(let address) = record.data else { return nil }
            return Endpoint(base: base, address: address)
        }
        return (endpoints, records.map(\.timeToLive).min() ?? 0)
    }

    private func result(_ host: String, _ type: DNSMessage.RecordType) async -> Result<[DNSMessage.Record], any Error> {
        do { return .success(try await client.query(host, type)) } catch { return .failure(error) }
    }

    private func services() async throws -> (endpoints: [Endpoint], seconds: Int) {
        let records = try await client.query(name, .srv)
        var targets: [(priority: Int, port: Int, host: String)] = []
        for record in records {
            if case .service(let priority, let port, let target) = record.data { targets.append((priority, port, target)) }
        }
        var seconds = records.map(\.timeToLive).min() ?? 0
        var endpoints: [Endpoint] = []
        for target in targets where target.priority == targets.map(\.priority).min() {
            let found = try await addresses(of: target.host, port: target.port)
            endpoints += found.endpoints
            seconds = min(seconds, found.seconds)
        }
        return (endpoints, seconds)
    }
}
