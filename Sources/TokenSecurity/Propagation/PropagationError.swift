/// Why the identity of a caller cannot be passed on. The request is then not sent. Holds nothing of any token.
public struct PropagationError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable, CaseIterable {
        /// None of the caller's scopes may be passed on, or the issuer gave more than was asked for.
        case scopes = "propagation_scopes_refused"
        /// The issuer refused the exchange.
        case exchange = "propagation_exchange_refused"
        /// The issuer could not be asked.
        case unavailable = "propagation_issuer_unavailable"
        /// The caller's token cannot be passed on as it is.
        case token = "propagation_token_refused"
    }

    public var code: Code
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { "\(code.rawValue): \(message)" }
}
