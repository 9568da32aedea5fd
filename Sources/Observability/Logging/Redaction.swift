/// Takes secrets out of what is logged: members whose names say that they hold one, and tokens and passwords within text.
public enum Redaction {
    /// What stands for a secret.
    public static let mark = "***"

    private static let names: Set<String> = [
        "authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "api_key", "apikey", "token", "access_token", "subject_token", "actor_token", "dpop", "x-forwarded-access-token", "refresh_token", "id_token",
        "password", "passwd", "secret", "client_secret", "private_key", "key_passphrase", "client_assertion",
    ]

    /// The value to log under a name.
    public static func value(_ value: String, of name: String) -> String {
        names.contains(name.lowercased()) ? mark : text(value)
    }

    /// A text without bearer tokens, JSON Web Tokens, and passwords in addresses.
    public static func text(_ text: String) -> String {
        var result = text
        if result.contains("eyJ") { result = result.replacing(#/eyJ[A-Za-z0-9_\-]+\.[A-Za-z0-9_\-]+\.[A-Za-z0-9_\-]*/#, with: mark) }
        if result.contains("earer ") || result.contains("EARER ") {
            result = result.replacing(#/(?i)(?<scheme>bearer)\s+[A-Za-z0-9\-._~+\/]+=*/#) { "\($0.scheme) \(mark)" }
        }
        if result.contains("@") { result = result.replacing(#/:\/\/[^\/\s@"]+@/#, with: "://\(mark)@") }
        return result
    }
}
