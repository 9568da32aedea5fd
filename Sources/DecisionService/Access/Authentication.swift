import Foundation
import Rego
import TokenSecurity

/// How the service learns who sends a request.
public enum Authentication: Sendable {
    case off
    /// The bearer token is the identity, as it is; a policy says what it is worth.
    case token
    /// The subject of the client's certificate is the identity. The server has verified it.
    case certificate
    /// The token of the request is verified, and its claims are the identity.
    case verifiedToken(TokenAuthenticator)

    /// What is known of who asks.
    struct Identity: Sendable {
        var value: Value?
        var certificates: Value?
        /// The token behind the claims, which may be passed on.
        var token: CallerToken?
    }

    /// Says who sends a request, without waiting for anybody.
    ///
    /// - Parameter certificate: the client's certificate, where the connection has one.
    /// - Returns: nil where `identify` is needed, which may wait.
    /// - Throws: `ServiceError` where there is a token that is not accepted.
    func identifyAtOnce(_ request: AuthorizationRequest, certificate: ClientCertificate?) throws -> Identity? {
        switch self {
        case .off: return Identity()
        case .token: return Identity(value: (request.authorization.flatMap(BearerToken.read)).map(Value.string))
        case .certificate: return Identity(value: (certificate?.subject).map(Value.string), certificates: certificate?.chain)
        case .verifiedToken(let authenticator):
            guard let presented = try request.presentedToken(certificate: certificate) else { return Identity(certificates: certificate?.chain) }
            guard let verified = try authenticator.authenticateAtOnce(presented, now: Date().timeIntervalSince1970) else { return nil }
            return Identity(presented, verified, certificate)
        }
    }

    /// Like `identifyAtOnce`, and asks the token's issuer where that is needed.
    func identify(_ request: AuthorizationRequest, certificate: ClientCertificate?) async throws -> Identity {
        guard case .verifiedToken(let authenticator) = self, let presented = try request.presentedToken(certificate: certificate) else {
            return try identifyAtOnce(request, certificate: certificate) ?? Identity()
        }
        return Identity(presented, try await authenticator.authenticate(presented, now: Date().timeIntervalSince1970), certificate)
    }
}

extension Authentication.Identity {
    fileprivate init(_ presented: PresentedToken, _ verified: VerifiedToken, _ certificate: ClientCertificate?) {
        self.init(value: verified.claims, certificates: certificate?.chain, token: CallerToken(token: presented.token, verified))
    }
}

/// What a verified client certificate says of its holder.
public struct ClientCertificate: Sendable {
    /// The subject as a sequence of relative distinguished names (RFC 4514).
    public var subject: String
    /// The certificates as `input.client_certificates` shows them.
    public var chain: Value
    /// What tokens that are bound to it know it by (RFC 8705).
    public var thumbprint: String

    /// Nil where the bytes are no certificate.
    init?(der bytes: [UInt8]) {
        guard let description = CertificateDescription(der: bytes) else { return nil }
        subject = description.subject
        chain = .array([description.document])
        thumbprint = KeyThumbprint.of(certificate: bytes)
    }
}
