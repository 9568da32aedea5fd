import Foundation

/// Asks a registry such as Verdict serves one (`registry.serve`), and tells it of this process.
public struct RegistryClient: Sendable {
    /// What a registry answers a watcher with.
    public struct Listing: Sendable, Codable {
        public var index: Int
        public var instances: [RegistryCatalogue.Instance]

        public init(index: Int, instances: [RegistryCatalogue.Instance]) {
            self.index = index
            self.instances = instances
        }
    }

    /// What an instance says of itself.
    public struct Announcement: Sendable, Codable {
        public var address: String
        public var leaseSeconds: Double
        public var zone: String?

        public init(address: String, leaseSeconds: Double, zone: String? = nil) {
            self.address = address
            self.leaseSeconds = leaseSeconds
            self.zone = zone
        }

        private enum CodingKeys: String, CodingKey {
            case address
            case leaseSeconds = "lease_seconds"
            case zone
        }
    }

    private let upstream: Upstream
    private let url: String
    private let headers: [UpstreamRequest.Header]
    private static let answerLimit = 4 << 20

    /// - Parameter url: of the registry, without a slash at its end.
    public init(_ upstream: Upstream, url: String, headers: [UpstreamRequest.Header] = []) {
        self.upstream = upstream
        self.url = url
        self.headers = headers
    }

    private func place(_ service: String, _ id: String? = nil) -> String {
        let names = [service] + (id.map { [$0] } ?? [])
        return "\(url)/v1/registry/" + names.map { $0.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? $0 }.joined(separator: "/")
    }

    /// The instances of a service as soon as they are not those of an index, or after a wait.
    public func watch(_ service: String, index: Int?, wait: Duration) async throws -> Listing {
        let query = index.map { "?index=\($0)&wait=\(wait.components.seconds)" } ?? ""
        let request = UpstreamRequest("GET", place(service) + query, headers: headers, deadline: wait + .seconds(5), maximumResponseSize: Self.answerLimit)
        let response = try await upstream.send(request)
        guard response.status == 200 else { throw ResolutionFailure("the registry answers \(response.status) \(response.reason)") }
        guard let listing = try? JSONDecoder().decode(Listing.self, from: Data(response.body)) else { throw ResolutionFailure("the registry's answer cannot be read") }
        return listing
    }

    public func register(_ id: String, of service: String, _ announcement: Announcement) async throws {
        let body = Array(try JSONEncoder().encode(announcement))
        let all = headers + [.init("Content-Type", "application/json")]
        let response = try await upstream.send(UpstreamRequest("PUT", place(service, id), headers: all, body: body, deadline: .seconds(5), maximumResponseSize: Self.answerLimit))
        guard (200..<300).contains(response.status) else { throw ResolutionFailure("the registry answers \(response.status) \(response.reason)") }
    }

    public func remove(_ id: String, of service: String) async throws {
        _ = try await upstream.send(UpstreamRequest("DELETE", place(service, id), headers: headers, deadline: .seconds(2), maximumResponseSize: Self.answerLimit))
    }
}
