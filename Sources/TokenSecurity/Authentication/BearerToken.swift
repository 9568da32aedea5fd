/// The token of an `Authorization` header (RFC 6750 section 2.1).
public enum BearerToken {
    /// Nil where the header is of another scheme, or holds no token.
    public static func read(_ header: String) -> String? { read(header, scheme: "bearer") }

    /// - Parameter scheme: in small letters.
    static func read(_ header: String, scheme: String) -> String? {
        let parts = header.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == scheme else { return nil }
        let token = parts[1].drop { $0 == " " }
        return token.isEmpty ? nil : String(token)
    }
}
