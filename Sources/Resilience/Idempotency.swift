/// Whether a request may be sent again although it may have been carried out.
///
/// Source: RFC 9110, section 9.2.2; draft-ietf-httpapi-idempotency-key-header.
public enum Idempotency {
    private static let methods: Set<String> = ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"]
    /// A request with this header is carried out once by its receiver, however often it comes.
    public static let keyHeader = "Idempotency-Key"

    public static func mayRepeat(method: String, hasKey: Bool) -> Bool { hasKey || methods.contains(method) }

    /// Whether the request only reads.
    public static func isRead(method: String) -> Bool { method == "GET" || method == "HEAD" }
}
