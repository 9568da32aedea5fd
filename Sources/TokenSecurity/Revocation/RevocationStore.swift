import FaultInjection
import Logging
import ServiceLifecycle
import Synchronization

/// The revocation list in use, fetched anew in the background so that checking never waits.
///
/// A list that cannot be fetched or read changes nothing, for `staleness`; after that no token is accepted, since any may have been revoked.
public final class RevocationStore: Service {
    public typealias Fetch = @Sendable () async throws -> String

    private struct State {
        var list: Revocations
        /// What was learned beside the list: from issuers that were asked about tokens. Bounded.
        var learned = Revocations()
        var text: String
        var fetched: ContinuousClock.Instant
        var complaint: String?
    }

    private let state: Mutex<State>
    private let fetch: Fetch?
    private let period: Duration
    private let staleness: Duration
    private let logger: Logger
    private let time: any TimeAndChance
    private static let learnedLimit = 100_000

    /// Fetches the first list.
    ///
    /// - Throws: what fetching throws, or `TokenError`.
    public init(every period: Duration, staleness: Duration = .seconds(24 * 3600), logger: Logger, time: any TimeAndChance = .system, fetch: @escaping Fetch) async throws {
        self.time = time
        self.period = period
        self.staleness = staleness
        self.logger = logger
        self.fetch = fetch
        let text = try await fetch()
        state = Mutex(State(list: try Revocations(text), text: text, fetched: time.now))
    }

    /// One that only knows what it learns.
    public init(logger: Logger) {
        period = .seconds(3600)
        staleness = .seconds(0)
        fetch = nil
        self.logger = logger
        time = .system
        state = Mutex(State(list: .init(), text: "", fetched: .now))
    }

    public var count: Int { state.withLock { $0.list.count + $0.learned.count } }

    /// - Throws: `TokenError` where the token does not count any more, or where that cannot be said.
    func check(_ token: VerifiedToken) throws(TokenError) {
        let now = time.now
        let (isRevoked, age) = state.withLock { ($0.list.contains(token.claims) || $0.learned.contains(token.claims), now - $0.fetched) }
        guard !isRevoked else { throw TokenError(.revoked, "the token was revoked") }
        guard fetch == nil || age < staleness else { throw TokenError(.revoked, "the revocation list could not be fetched for too long") }
    }

    /// An issuer says that a token is not to be accepted any more.
    func learn(identifier: String) {
        state.withLock { state in
            if state.learned.count >= Self.learnedLimit { state.learned = Revocations() }
            state.learned.insert(identifier: identifier)
        }
    }

    public func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                try await self.time.sleep(for: self.period)
                await self.renew()
            }
        }
    }

    private func renew() async {
        guard let fetch else { return }
        do {
            let text = try await fetch()
            let list = state.withLock({ $0.text }) == text ? nil : try Revocations(text)
            state.withLock { state in
                if let list { state.list = list }
                state.text = text
                state.fetched = time.now
                state.complaint = nil
            }
            if let list { logger.info("The revocation list was renewed.", metadata: ["entries": "\(list.count)"]) }
        } catch {
            let reason = "\(error)"
            let isNew = state.withLock { state in
                defer { state.complaint = reason }
                return state.complaint != reason
            }
            if isNew { logger.error("The revocation list could not be renewed; the one in use stays.", metadata: ["reason": "\(reason)"]) }
        }
    }
}
