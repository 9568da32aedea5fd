/// Keeps this process in a registry: says again and again that it is there, and takes its leave at the end.
public struct Registration: Sendable {
    public static let lease: Duration = .seconds(15)
    public static let heartbeat: Duration = .seconds(5)

    private let client: RegistryClient
    private let service: String
    private let id: String
    private let address: String
    private let zone: String?
    private let heartbeat: Duration

    /// - Parameter id: names the process, differently from all others of the service.
    public init(_ client: RegistryClient, service: String, id: String, address: String, zone: String? = nil, heartbeat: Duration = Registration.heartbeat) {
        self.client = client
        self.service = service
        self.id = id
        self.address = address
        self.zone = zone
        self.heartbeat = heartbeat
    }

    /// Registers until the task is cancelled.
    ///
    /// - Parameter report: told of the first failure after a success, and nil for the first success after a failure.
    public func run(report: @Sendable (String?) -> Void) async {
        var wasFailing: Bool?
        while !Task.isCancelled {
            do {
                try await client.register(id, of: service, .init(address: address, leaseSeconds: Self.lease / .seconds(1), zone: zone))
                if wasFailing != false { report(nil) }
                wasFailing = false
            } catch {
                if wasFailing != true, !Task.isCancelled { report("\(error)") }
                wasFailing = true
            }
            try? await Task.sleep(for: heartbeat)
        }
    }

    /// So that nobody asks a process that is about to end.
    public func leave() async { try? await client.remove(id, of: service) }
}
