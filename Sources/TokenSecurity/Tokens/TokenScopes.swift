import Rego

/// What a token lets its bearer do (RFC 6749, section 3.3). On the way from service to service scopes only become fewer.
public struct TokenScopes: Sendable, Hashable {
    public private(set) var names: Set<String>

    public init(_ names: Set<String>) { self.names = names }

    /// - Parameter text: names with spaces between them.
    public init(text: String) { names = Set(text.split(separator: " ").map(String.init)) }

    /// The scopes that claims name: `scope`, a text (RFC 8693, section 4.2), or `scp`, an array or a text. Nil where they name none at all.
    public init?(claims: Value) {
        switch claims["scope"] ?? claims["scp"] {
        case .string(let text)?: self.init(text: text)
        case .array(let elements)?: self.init(Set(elements.compactMap { if case .string(let name) = $0 { name } else { nil } }))
        default: return nil
        }
    }

    /// The scopes that are left where only some are passed on.
    ///
    /// - Parameter allowed: nil for all that there are.
    public func narrowed(to allowed: TokenScopes?) -> TokenScopes { allowed.map { TokenScopes(names.intersection($0.names)) } ?? self }

    public func isWithin(_ other: TokenScopes) -> Bool { names.isSubset(of: other.names) }

    public var isEmpty: Bool { names.isEmpty }

    /// Names with spaces between them, in order.
    public var text: String { names.sorted().joined(separator: " ") }
}
