import Hummingbird
import Rego
import TokenSecurity

/// The key that the service signs internal identities with, for those who receive them (RFC 7517).
struct IdentityKeyRoutes {
    let signer: IdentitySigner?

    func add(to router: Router<ServiceContext>) {
        router.get("/.well-known/jwks.json") { request, _ -> Response in
            guard let signer else { throw ServiceError(.notFound, "the service signs no identities: propagation.identity is not configured") }
            return .json(.value(signer.keySet), pretty: request.parameters.isOn("pretty"))
        }
    }
}
