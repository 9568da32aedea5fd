import Crypto
import FaultInjection
import Rego
import Synchronization

/// Says who sends a request, by the token in its `Authorization` header. Safe on an event loop.
public final class TokenAuthenticator: Sendable {
    private struct Known {
        var claims: Value
        var expiry: Double
        var generation: Int
    }

    private let verifier: TokenVerifier
    private let keys: KeySetStore
    /// Tokens that were verified, by their digest: the same token comes with every request of a client.
    private let known = Mutex<[SHA256Digest: Known]>([:])
    private static let limit = 10_000

    public init(_ verifier: TokenVerifier, keys: KeySetStore) {
        self.verifier = verifier
        self.keys = keys
    }

    /// The claims of a token.
    ///
    /// - Parameter now: seconds since 1970.
    /// - Throws: `TokenError` where the token is not accepted.
    public func claims(of token: String, now: Double) throws(TokenError) -> Value {
        let (keys, generation) = try self.keys.current()
        let now = now + (Chaos.installed?.clockSkew ?? .zero) / .seconds(1)
        let text = Array(token.utf8)
        guard text.count <= CompactToken.sizeLimit else { throw TokenError(.tooLarge, "a token may have \(CompactToken.sizeLimit) bytes") }
        let digest = SHA256.hash(data: text)
        if let entry = known.withLock({ $0[digest] }), entry.generation == generation, now < entry.expiry { return entry.claims }
        do {
            let verified = try verifier.verify(text, with: keys, now: now)
            known.withLock { known in
                if known.count >= Self.limit { known.removeAll() }
                known[digest] = Known(claims: verified.claims, expiry: verified.expiry, generation: generation)
            }
            return verified.claims
        } catch {
            if error.code == .key { self.keys.request() }
            throw error
        }
    }
}
