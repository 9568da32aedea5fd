/// Headers that say who somebody is. What comes from outside may say anything, so policies and other services never see them.
public struct IdentityHeaders: Sendable, Hashable {
    /// In small letters.
    private let names: Set<String>

    /// Those that proxies and services use between each other.
    public static let known = [
        "x-forwarded-user", "x-forwarded-email", "x-forwarded-groups", "x-forwarded-preferred-username", "x-forwarded-client-cert", "x-forwarded-access-token",
        "x-auth-request-user", "x-auth-request-email", "x-auth-request-groups", "x-auth-request-access-token", "x-remote-user", "remote-user", "x-user", "x-user-id",
        "x-authenticated-user", "x-authenticated-userid", "x-verdict-identity", "x-client-cert", "x-ssl-client-cert", "x-ssl-client-s-dn", "x-ssl-client-verify", "x-jwt-claims",
        "x-jwt-payload", "x-endpoint-api-userinfo", "x-goog-authenticated-user-email", "x-goog-authenticated-user-id",
    ]

    public init(_ names: [String] = known) { self.names = Set(names.map { $0.lowercased() }) }

    /// Servers that map `_` to `-`, as CGI does, take one for the other.
    public func contains(_ name: String) -> Bool { names.contains(name.lowercased().replacing("_", with: "-")) }

    public var isEmpty: Bool { names.isEmpty }
}
