import FaultInjection
import Synchronization

/// What is known of an upstream's endpoints. Old knowledge goes on while there is no new one.
final class EndpointDirectory: Sendable {
    private struct State {
        var endpoints: [Endpoint] = []
        var expiry: ContinuousClock.Instant?
        var refresh: Task<Void, Never>?
        /// Why the last resolution failed; nil where it did not.
        var problem: String?
    }

    private let resolver: any Resolver
    private let state = Mutex(State())
    /// What is no older than this beyond its validity is used while new knowledge is on its way; then calls wait for that.
    private static let grace: Duration = .seconds(1)
    private static let retryPeriod: Duration = .seconds(1)

    init(_ resolver: any Resolver) { self.resolver = resolver }

    var problem: String? { state.withLock { $0.problem } }

    /// - Throws: `ResolutionFailure` where nothing was ever known.
    func endpoints(_ chaos: Chaos?, tags: [String: String]) async throws(ResolutionFailure) -> [Endpoint] {
        let now = ContinuousClock.now
        let (known, expiry) = state.withLock { ($0.endpoints, $0.expiry) }
        if let expiry, now < expiry { return known }
        let refresh = refreshing(chaos, tags)
        if let expiry, now < expiry + Self.grace { return known }
        await refresh.value
        let (endpoints, problem) = state.withLock { ($0.endpoints, $0.problem) }
        guard !endpoints.isEmpty else { throw ResolutionFailure(problem ?? "no endpoint is known") }
        return endpoints
    }

    /// An endpoint could not be reached: what is known may be outdated, and the next call waits for better knowledge.
    func invalidate() {
        state.withLock { state in
            if state.expiry != nil { state.expiry = .now - Self.grace }
        }
    }

    /// The resolution that is under way, or a new one.
    private func refreshing(_ chaos: Chaos?, _ tags: [String: String]) -> Task<Void, Never> {
        state.withLock { state in
            if let refresh = state.refresh { return refresh }
            let refresh = Task { await self.refresh(chaos, tags) }
            state.refresh = refresh
            return refresh
        }
    }

    private func refresh(_ chaos: Chaos?, _ tags: [String: String]) async {
        let result: Result<Resolution, any Error>
        do {
            try await chaos?.pass(.resolve, tags)
            result = .success(try await resolver.resolve())
        } catch {
            result = .failure(error)
        }
        state.withLock { state in
            state.refresh = nil
            switch result {
            case .success(let resolution):
                state.endpoints = resolution.endpoints
                state.expiry = .now + resolution.validity
                state.problem = nil
            case .failure(let error):
                state.problem = "\(error)"
                if state.expiry != nil { state.expiry = .now + Self.retryPeriod }
            }
        }
    }
}
