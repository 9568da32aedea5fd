import FaultInjection
import Foundation
import Logging
import ServiceLifecycle
import Synchronization

/// The key set in use, fetched anew in the background so that verifying never waits.
///
/// A set that cannot be fetched or read changes nothing: the last good one stays in use, for `staleness` at most.
public final class KeySetStore: Service {
    /// Gives the text of a key set.
    public typealias Fetch = @Sendable () async throws -> String

    private struct State {
        var keys: KeySet
        var text: String
        var fetched: ContinuousClock.Instant
        /// Grows with each new set, so that what was verified before can be told apart.
        var generation = 0
        var lastRequest: ContinuousClock.Instant?
        var isRequested = false
        /// Set while a token waits for a new set.
        var renewal: Task<Void, Never>?
        /// Why the last fetch failed; said once, not each time.
        var complaint: String?
    }

    private let state: Mutex<State>
    private let fetch: Fetch
    private let period: Duration
    private let logger: Logger
    private let time: any TimeAndChance
    /// An unknown `kid` asks for a new set so often at most: whoever sends tokens chooses them.
    private static let requestInterval = Duration.seconds(30)
    /// How often it is looked whether a new set was asked for.
    private static let tick = Duration.milliseconds(250)
    /// How long a set is used that can no longer be fetched.
    private let staleness: Duration

    /// Fetches the first set.
    ///
    /// - Throws: what fetching throws, or `TokenError`.
    public init(every period: Duration, staleness: Duration = .seconds(24 * 3600), logger: Logger, time: any TimeAndChance = .system, fetch: @escaping Fetch) async throws {
        self.time = time
        self.period = period
        self.staleness = staleness
        self.logger = logger
        self.fetch = fetch
        let text = try await fetch()
        state = Mutex(State(keys: try KeySet(text), text: text, fetched: time.now))
    }

    /// Keys from a file, which is looked at every second.
    public static func file(_ path: String, logger: Logger) async throws -> KeySetStore {
        try await KeySetStore(every: .seconds(1), logger: logger) {
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { throw TokenError(.key, "the key file \(path) cannot be read") }
            return text
        }
    }

    /// The set in use and its generation.
    ///
    /// - Throws: `TokenError` where it is too old.
    func current() throws(TokenError) -> (keys: KeySet, generation: Int) {
        let now = time.now
        let (keys, generation, age) = state.withLock { ($0.keys, $0.generation, now - $0.fetched) }
        guard age < staleness else { throw TokenError(.key, "the key set could not be fetched for too long") }
        return (keys, generation)
    }

    /// Asks for a new set because a token names a key that is not in the one in use.
    func request() {
        let now = time.now
        state.withLock { state in
            if let last = state.lastRequest, now - last < Self.requestInterval { return }
            state.lastRequest = now
            state.isRequested = true
        }
    }

    /// Whether a token that names an unknown key is worth waiting for a new set.
    var mayRenew: Bool { state.withLock { $0.renewal != nil || isDue($0) } }

    private func isDue(_ state: State) -> Bool { state.lastRequest.map { time.now - $0 >= Self.requestInterval } ?? true }

    /// Fetches a new set because a token names a key that is not in the one in use. Tokens at once wait for one fetch.
    ///
    /// - Returns: whether a set was fetched, or tried to be; false where that was done shortly before.
    func renewForUnknownKey() async -> Bool {
        let renewal = state.withLock { state -> Task<Void, Never>? in
            if let renewal = state.renewal { return renewal }
            guard isDue(state) else { return nil }
            state.lastRequest = time.now
            let renewal = Task {
                await self.renew()
                self.state.withLock { $0.renewal = nil }
            }
            state.renewal = renewal
            return renewal
        }
        await renewal?.value
        return renewal != nil
    }

    public func run() async throws {
        try? await cancelWhenGracefulShutdown {
            var next = self.time.now + self.period
            while true {
                try await self.time.sleep(for: min(Self.tick, self.period))
                let isRequested = self.state.withLock { state in
                    defer { state.isRequested = false }
                    return state.isRequested
                }
                guard isRequested || self.time.now >= next else { continue }
                await self.renew()
                next = self.time.now + self.period
            }
        }
    }

    private func renew() async {
        do {
            let text = try await fetch()
            let isKnown = state.withLock { state in
                guard state.text == text else { return false }
                state.fetched = time.now
                state.complaint = nil
                return true
            }
            guard !isKnown else { return }
            let keys = try KeySet(text)
            state.withLock { state in
                state.keys = keys
                state.text = text
                state.fetched = time.now
                state.generation += 1
                state.complaint = nil
            }
            logger.info("Token keys were renewed.")
        } catch {
            let reason = "\(error)"
            let isNew = state.withLock { state in
                defer { state.complaint = reason }
                return state.complaint != reason
            }
            if isNew { logger.error("Token keys could not be renewed; those in use stay.", metadata: ["reason": "\(reason)"]) }
        }
    }
}
