import Synchronization

/// Whether who sends a token is whom it was given to: the certificate or the key that it is bound to was shown.
public final class TokenBinding: Sendable {
    public struct Settings: Sendable, Hashable {
        /// How far the clock of a client may be away that makes proofs, in seconds.
        public var proofWindow: Duration = .seconds(60)
        /// Whether proofs must contain a nonce of this service.
        public var requiresNonce = false
        /// Proofs that are remembered so that none is used twice.
        public var replayCapacity = 100_000

        public init() {}
    }

    private let settings: Settings
    private let proofs: ProofOfPossession
    private let nonces: ProofNonces
    private let used: Mutex<ReplayCache>

    public init(_ settings: Settings = .init()) {
        self.settings = settings
        let window = settings.proofWindow / .seconds(1)
        proofs = ProofOfPossession(settings: .init(window: window))
        nonces = ProofNonces(period: max(window, 1))
        // A proof is accepted from one window before the time that it says to one after it.
        used = Mutex(ReplayCache(lifetime: 2 * window, capacity: settings.replayCapacity))
    }

    /// Proofs that are remembered now.
    public var rememberedProofs: Int { used.withLock { $0.count } }

    /// The nonce for the next proof; nil where none is asked for.
    func nonce(now: Double) -> String? { settings.requiresNonce ? nonces.nonce(now: now) : nil }

    /// - Parameter now: seconds since 1970.
    /// - Throws: `TokenError` where the client did not show what the token is bound to, or showed it in a way that cannot be trusted.
    func check(_ confirmation: Confirmation?, of presented: PresentedToken, now: Double) throws(TokenError) {
        if let thumbprint = confirmation?.certificateThumbprint {
            guard let shown = presented.certificateThumbprint, shown.utf8.elementsEqual(thumbprint.utf8) else {
                throw TokenError(.binding, "the token is bound to a client certificate that this connection does not have")
            }
        }
        switch (presented.scheme, confirmation?.keyThumbprint) {
        case (.bearer, nil): return
        case (.bearer, .some): throw TokenError(.binding, "the token is bound to a key: send it with the scheme DPoP and a proof")
        case (.proofOfPossession, nil): throw TokenError(.binding, "the token is bound to no key, which the scheme DPoP asks for")
        case (.proofOfPossession, let thumbprint?): try checkProof(presented, thumbprint, now)
        }
    }

    private func checkProof(_ presented: PresentedToken, _ thumbprint: String, _ now: Double) throws(TokenError) {
        guard presented.proofs.count == 1 else { throw TokenError(.proof, "exactly one header DPoP is needed") }
        let proof = try proofs.verify(presented.proofs[0], for: presented.token, method: presented.method, url: presented.url, now: now)
        guard proof.keyThumbprint.utf8.elementsEqual(thumbprint.utf8) else { throw TokenError(.binding, "the proof was made with another key than the token is bound to") }
        if settings.requiresNonce, !(proof.nonce.map { nonces.accepts($0, now: now) } ?? false) {
            var error = TokenError(.nonce, "the proof needs the nonce of the header DPoP-Nonce")
            error.nonce = nonces.nonce(now: now)
            throw error
        }
        switch used.withLock({ $0.insert(proof.identifier, now: now) }) {
        case .new: return
        case .replayed: throw TokenError(.replay, "the proof was used before")
        case .full: throw TokenError(.replay, "too many proofs are remembered to tell whether this one was used before; ask again later")
        }
    }
}
