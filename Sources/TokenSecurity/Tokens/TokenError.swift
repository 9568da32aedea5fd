/// Why a token was refused. Holds nothing of the token, so that it may be logged.
public struct TokenError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
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
    }

    public var code: Code
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { "\(code.rawValue): \(message)" }
}
