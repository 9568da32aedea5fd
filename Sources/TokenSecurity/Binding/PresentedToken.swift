/// A token as it came with a request, and all that came with it to show that its bearer may use it.
public struct PresentedToken: Sendable {
    public enum Scheme: Sendable {
        case bearer
        /// `Authorization: DPoP <token>` (RFC 9449, section 7.1).
        case proofOfPossession
    }

    public var token: Secret
    public var scheme = Scheme.bearer
    /// Values of the header `DPoP`; more than one is refused.
    public var proofs: [Secret] = []
    /// The request's method and its URL without query and fragment, as the client knows them.
    public var method = ""
    public var url = ""
    /// Of the client's certificate, which the server has verified; nil where the connection has none.
    public var certificateThumbprint: String?

    public init(_ token: Secret, scheme: Scheme = .bearer) {
        self.token = token
        self.scheme = scheme
    }

    /// The token of an `Authorization` header; nil where it is of another scheme, or holds none.
    public init?(authorization header: String) {
        if let token = BearerToken.read(header, scheme: "bearer") {
            self.init(Secret(token))
        } else if let token = BearerToken.read(header, scheme: "dpop") {
            self.init(Secret(token), scheme: .proofOfPossession)
        } else {
            return nil
        }
    }
}
