import ArgumentParser

/// Who may use the service's API.
struct AccessOptions: ParsableArguments {
    enum Authentication: String, ExpressibleByArgument, CaseIterable {
        case off, token, tls, jwt
    }

    enum Authorization: String, ExpressibleByArgument, CaseIterable {
        case off, basic
    }

    @Option(name: .long, help: "How the service learns who asks: off; token for the bearer token; tls for the client's certificate; jwt for the claims of a verified token.")
    var authentication = Authentication.off
    @Option(name: .long, help: "Whether the policy system.authz decides about every request: off or basic.")
    var authorization = Authorization.off
}
