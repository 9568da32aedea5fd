import Rego

/// Tokens that their issuer has taken back before their end: single ones by `jti`, and all that a subject was given up to a time.
///
/// A value. The document is `{"revoked": [{"jti": "…"}, {"sub": "…", "issued_before": seconds since 1970}]}`.
public struct Revocations: Sendable, Hashable {
    private var identifiers: Set<String> = []
    /// Seconds since 1970 by subject; tokens that were issued before do not count any more.
    private var subjects: [String: Double] = [:]
    public static let sizeLimit = 16 * 1024 * 1024

    public init() {}

    /// - Throws: `TokenError` where the text is no such document. Nothing of it counts then: a list that is half read would let tokens through.
    public init(_ text: String) throws(TokenError) {
        guard text.utf8.count <= Self.sizeLimit else { throw TokenError(.revoked, "the revocation list may have \(Self.sizeLimit) bytes") }
        guard let document = try? Value(json: Array(text.utf8)), case .array(let entries)? = document["revoked"] else {
            throw TokenError(.revoked, "the revocation list must be an object with the member revoked, an array")
        }
        for entry in entries {
            switch (entry["jti"], entry["sub"], entry["issued_before"]) {
            case (.string(let identifier)?, nil, nil): identifiers.insert(identifier)
            case (nil, .string(let subject)?, .number(let time)?): subjects[subject] = max(subjects[subject] ?? 0, time.double)
            case (nil, .string(let subject)?, nil): subjects[subject] = .infinity
            default: throw TokenError(.revoked, "an entry of the revocation list must have jti, or sub and issued_before")
            }
        }
    }

    public var count: Int { identifiers.count + subjects.count }

    public mutating func insert(identifier: String) { identifiers.insert(identifier) }

    /// Whether a token with these claims does not count any more. A token that does not say when it was issued is as old as can be.
    public func contains(_ claims: Value) -> Bool {
        if case .string(let identifier)? = claims["jti"], identifiers.contains(identifier) { return true }
        guard case .string(let subject)? = claims["sub"], let end = subjects[subject] else { return false }
        guard case .number(let issued)? = claims["iat"] else { return true }
        return issued.double < end
    }
}
