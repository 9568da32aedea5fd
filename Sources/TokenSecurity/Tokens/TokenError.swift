/// Why a token was refused. Holds nothing of the token, so that it may be logged.
public struct TokenError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable, CaseIterable {
        /// Not a token in compact form, or its parts are not what they must be.
        case malformed = "token_malformed"
        case tooLarge = "token_too_large"
        /// A header parameter that is not accepted.
        case header = "token_header_refused"
        /// An algorithm that is not on the list.
        case algorithm = "token_algorithm_refused"
        /// No key fits.
        case key = "token_key_unknown"
        case signature = "token_signature_invalid"
        /// A claim is missing, or not what is required.
        case claim = "token_claim_refused"
        case expired = "token_expired"
        /// Used before its time.
        case early = "token_not_yet_valid"
        /// Bound to a key or certificate that the client did not show.
        case binding = "token_binding_refused"
        /// A proof of possession that is not right (RFC 9449).
        case proof = "dpop_proof_invalid"
        /// A proof that was used before.
        case replay = "dpop_proof_replayed"
        /// A proof without the nonce that the service asks for; `nonce` has it.
        case nonce = "dpop_nonce_required"
        /// Taken back by its issuer before its end.
        case revoked = "token_revoked"
        /// The issuer says that it does not count (RFC 7662).
        case inactive = "token_inactive"
        /// The issuer could not be asked; nothing is accepted unseen.
        case unavailable = "token_issuer_unavailable"
    }

    public var code: Code
    public var message: String
    /// For the client's next proof; the header `DPoP-Nonce` of the answer.
    public var nonce: String?

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { "\(code.rawValue): \(message)" }
}
