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
    /// The bearer token is a JSON Web Token, and its verified claims are the identity.
    case verifiedToken(TokenAuthenticator)

    /// What is known of who asks.
    struct Identity: Sendable {
        var value: Value?
        var certificates: Value?
    }

    /// - Parameters:
    ///   - authorization: the request's `Authorization` header.
    ///   - certificate: the client's certificate, where the connection has one.
    /// - Throws: `ServiceError` where there is a token that is not accepted.
    func identify(authorization: String?, certificate: ClientCertificate?) throws(ServiceError) -> Identity {
        let token = authorization.flatMap(BearerToken.read)
        switch self {
        case .off: return Identity()
        case .token: return Identity(value: token.map(Value.string))
        case .certificate: return Identity(value: (certificate?.subject).map(Value.string), certificates: certificate?.chain)
        case .verifiedToken(let authenticator):
            guard let token else { return Identity() }
            do {
                return Identity(value: try authenticator.claims(of: token, now: Date().timeIntervalSince1970))
            } catch {
                throw ServiceError(.unauthorized, "\(error)")
            }
        }
    }
}

/// What a verified client certificate says of its holder.
public struct ClientCertificate: Sendable {
    /// The subject as a sequence of relative distinguished names (RFC 4514).
    public var subject: String
    /// The certificates as `input.client_certificates` shows them.
    public var chain: Value

    /// Nil where the bytes are no certificate.
    init?(der bytes: [UInt8]) {
        guard let description = CertificateDescription(der: bytes) else { return nil }
        subject = description.subject
        chain = .array([description.document])
    }
}
