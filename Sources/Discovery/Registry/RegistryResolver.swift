import Synchronization

/// Endpoints from a registry, which is watched from the first call on. While it is away, the last known ones go on.
public final class RegistryResolver: Resolver {
    private struct State {
        var endpoints: [Endpoint] = []
        var index: Int?
        var watch: Task<Void, Never>?
    }

    private let client: RegistryClient
    private let service: String
    private let state = Mutex(State())
    /// What the watch has found is looked at so often.
    private static let period: Duration = .milliseconds(50)
    private static let wait: Duration = .seconds(20)
    private static let pause: Duration = .milliseconds(500)

    public init(_ client: RegistryClient, service: String) {
        self.client = client
        self.service = service
    }

    deinit { state.withLock { $0.watch?.cancel() } }

    public func resolve() async throws -> Resolution {
        if state.withLock({ $0.index }) == nil { take(try await client.watch(service, index: nil, wait: .zero)) }
        startWatching()
        let endpoints = state.withLock { $0.endpoints }
        guard !endpoints.isEmpty else { throw ResolutionFailure("the registry has no instance of '\(service)'") }
        return Resolution(endpoints: endpoints, validity: Self.period)
    }

    private func take(_ listing: RegistryClient.Listing) {
        state.withLock { state in
            state.index = listing.index
            let found = listing.instances.filter { Endpoint.problem(ofBase: $0.address) == nil }.map { Endpoint(base: $0.address, zone: $0.zone) }
            // A registry that has lost its memory is no reason to ask nobody.
            if !found.isEmpty { state.endpoints = found }
        }
    }

    private func startWatching() {
        state.withLock { state in
            guard state.watch == nil else { return }
            state.watch = Task { [weak self, client, service] in
                while !Task.isCancelled {
                    guard let index = self?.state.withLock({ $0.index }) else { return }
                    if let listing = try? await client.watch(service, index: index, wait: Self.wait) {
                        self?.take(listing)
                    } else {
                        try? await Task.sleep(for: Self.pause)
                    }
                }
            }
        }
    }
}
