import Crypto
import FaultInjection
import Rego
import Synchronization

/// Says who sends a request, by the token that comes with it and by what shows that the token is theirs.
public final class TokenAuthenticator: Sendable {
    private struct Known {
        var token: VerifiedToken
        var generation: Int
    }

    private let verifier: TokenVerifier
    /// Nil where the issuer is asked about all tokens.
    private let keys: KeySetStore?
    private let introspection: TokenIntrospection?
    private let revocations: RevocationStore?
    private let binding: TokenBinding
    private let chaos: Chaos?
    /// Tokens that were verified, by their digest: the same token comes with every request of a client.
    private let known = Mutex<[SHA256Digest: Known]>([:])
    private static let limit = 10_000

    /// - Parameter chaos: faults to inject; nil for those that the process was started with, if any.
    public init(
        _ verifier: TokenVerifier, keys: KeySetStore?, introspection: TokenIntrospection? = nil, revocations: RevocationStore? = nil, binding: TokenBinding = .init(),
        chaos: Chaos? = nil
    ) {
        self.chaos = chaos
        self.verifier = verifier
        self.keys = keys
        self.introspection = introspection
        self.revocations = revocations
        self.binding = binding
    }

    /// The claims of a bearer token that is verified here. Safe on an event loop.
    ///
    /// - Parameter now: seconds since 1970.
    /// - Throws: `TokenError` where the token is not accepted.
    public func claims(of token: String, now: Double) throws(TokenError) -> Value {
        if let verified = try authenticateAtOnce(PresentedToken(Secret(token)), now: now) { return verified.claims }
        keys?.request()
        throw TokenError(.unavailable, "the issuer must be asked about the token or its key")
    }

    /// What a token says, where nobody needs to be asked about it. Safe on an event loop, and may be called again for the same request.
    ///
    /// - Parameter now: seconds since 1970.
    /// - Returns: nil where `authenticate` is needed: the issuer must be asked, or a proof counted as used.
    /// - Throws: `TokenError` where the token is not accepted.
    public func authenticateAtOnce(_ presented: PresentedToken, now: Double) throws(TokenError) -> VerifiedToken? {
        guard presented.scheme == .bearer else { return nil }
        let now = skewed(now)
        let isOpaque = !CompactToken.isCompact(presented.token.reveal())
        if let introspection, isOpaque || introspection.settings.scope == .all {
            guard let answered = try introspection.known(presented.token, now: now) else { return nil }
            guard let token = isOpaque ? answered : try verifiedAtOnce(presented.token, now: now) else { return nil }
            return try accepted(token, presented, now)
        }
        guard let token = try verifiedAtOnce(presented.token, now: now) else { return nil }
        return try accepted(token, presented, now)
    }

    /// Nil where the token's key may be in a set that is yet to be fetched.
    private func verifiedAtOnce(_ token: Secret, now: Double) throws(TokenError) -> VerifiedToken? {
        let judgedBy = try keys?.current().generation
        do throws(TokenError) {
            return try verified(token, now: now)
        } catch {
            guard error.code == .key, let keys else { throw error }
            let generation = try keys.current().generation
            if keys.mayRenew || generation != judgedBy { return nil }
            throw error
        }
    }

    /// What a token says. Waits for the issuer where it must be asked; once for each request, because a proof counts once.
    ///
    /// - Parameter now: seconds since 1970.
    /// - Throws: `TokenError` where the token is not accepted.
    public func authenticate(_ presented: PresentedToken, now: Double) async throws(TokenError) -> VerifiedToken {
        let now = skewed(now)
        let isOpaque = !CompactToken.isCompact(presented.token.reveal())
        guard let introspection, isOpaque || introspection.settings.scope == .all else { return try accepted(try await verifiedWaiting(presented.token, now: now), presented, now) }
        // What can be refused here is not asked about.
        let own = isOpaque ? nil : try await verifiedWaiting(presented.token, now: now)
        do throws(TokenError) {
            let answered = try await introspection.verify(presented.token, now: now)
            return try accepted(own ?? answered, presented, now)
        } catch {
            if error.code == .inactive, case .string(let identifier)? = own?.claims["jti"] { revocations?.learn(identifier: identifier) }
            throw error
        }
    }

    /// The nonce that the next proof needs; nil where none is asked for.
    public func nonce(now: Double) -> String? { binding.nonce(now: skewed(now)) }

    private func skewed(_ now: Double) -> Double { now + ((chaos ?? Chaos.installed)?.clockSkew ?? .zero) / .seconds(1) }

    /// What must hold each time a token is used, also where it is known already.
    private func accepted(_ token: VerifiedToken, _ presented: PresentedToken, _ now: Double) throws(TokenError) -> VerifiedToken {
        try revocations?.check(token)
        try binding.check(try Confirmation(claims: token.claims), of: presented, now: now)
        return token
    }

    /// Waits for a new set of keys where the token names an unknown one: so an issuer may change its key at any time.
    private func verifiedWaiting(_ token: Secret, now: Double) async throws(TokenError) -> VerifiedToken {
        let judgedBy = try keys?.current().generation
        do throws(TokenError) {
            return try verified(token, now: now)
        } catch {
            guard error.code == .key, let keys else { throw error }
            let isRenewed = await keys.renewForUnknownKey()
            // Another token may have brought a new set just now.
            let generation = try keys.current().generation
            guard isRenewed || generation != judgedBy else { throw error }
            return try verified(token, now: now)
        }
    }

    private func verified(_ token: Secret, now: Double) throws(TokenError) -> VerifiedToken {
        guard let store = keys else { throw TokenError(.malformed, "only opaque tokens are accepted") }
        let (keys, generation) = try store.current()
        let text = Array(token.reveal().utf8)
        guard text.count <= CompactToken.sizeLimit else { throw TokenError(.tooLarge, "a token may have \(CompactToken.sizeLimit) bytes") }
        let digest = SHA256.hash(data: text)
        if let entry = known.withLock({ $0[digest] }), entry.generation == generation, now < entry.token.expiry { return entry.token }
        let verified = try verifier.verify(text, with: keys, now: now)
        known.withLock { known in
            if known.count >= Self.limit { known.removeAll() }
            known[digest] = Known(token: verified, generation: generation)
        }
        return verified
    }
}
