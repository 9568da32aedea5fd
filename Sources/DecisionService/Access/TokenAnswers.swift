import Rego
import TokenSecurity

extension AuthorizationRequest {
    /// The value of `Authorization`; nil where there is none.
    var authorization: String? { headers.first { $0.name.lowercased() == "authorization" }?.value }

    /// The request's token with what came to show that it is the client's; nil where there is none.
    ///
    /// - Throws: `TokenError` where there is more than one: two readers could take different ones.
    func presentedToken(certificate: ClientCertificate?) throws(TokenError) -> PresentedToken? {
        guard let authorization, var presented = PresentedToken(authorization: authorization) else { return nil }
        guard headers.count(where: { $0.name.lowercased() == "authorization" }) == 1 else { throw TokenError(.malformed, "there is more than one header Authorization") }
        presented.certificateThumbprint = certificate?.thumbprint
        guard presented.scheme == .proofOfPossession else { return presented }
        presented.proofs = headers.filter { $0.name.lowercased() == "dpop" }.map { Secret($0.value) }
        presented.method = method
        presented.url = address
        return presented
    }

    /// The address that the client asked, as far as the service knows it.
    private var address: String {
        let host = headers.first { $0.name.lowercased() == "host" }?.value ?? ""
        return (origin ?? "\(isSecure ? "https" : "http")://\(host)") + (checkPrefix.flatMap { ExternalAuthorization.path(path, below: $0) } ?? path)
    }
}

extension ServiceError {
    /// What a request is answered with whose token is not accepted (RFC 6750, section 3; RFC 9449, section 7.1). The answer holds nothing of it.
    init(_ error: TokenError) {
        self.init(error.code == .unavailable ? .identityUnavailable : .unauthorized, "\(error)")
        if error.code == .unavailable {
            retryAfter = 1
            return
        }
        switch error.code {
        case .nonce: headers.append(("WWW-Authenticate", "DPoP error=\"use_dpop_nonce\""))
        case .proof, .replay: headers.append(("WWW-Authenticate", "DPoP error=\"invalid_dpop_proof\""))
        default: headers.append(("WWW-Authenticate", "Bearer error=\"invalid_token\""))
        }
        if let nonce = error.nonce { headers.append(("DPoP-Nonce", nonce)) }
    }
}
