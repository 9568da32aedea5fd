/// `keys.<id>`: a key that signatures are verified with.
public struct KeySettings: Sendable, Equatable {
    public enum Algorithm: String, Sendable, CaseIterable {
        case rs256 = "RS256"
        case rs384 = "RS384"
        case rs512 = "RS512"
        case ps256 = "PS256"
        case ps384 = "PS384"
        case ps512 = "PS512"
        case es256 = "ES256"
        case es384 = "ES384"
        case es512 = "ES512"
        case hs256 = "HS256"
        case hs384 = "HS384"
        case hs512 = "HS512"
    }

    public var id: String
    /// A public key or certificate in PEM, or a shared secret.
    public var key: String
    /// In PEM; for signing.
    public var privateKey: String
    public var algorithm: Algorithm
    public var scope: String

    public init(id: String, key: String, privateKey: String = "", algorithm: Algorithm = .rs256, scope: String = "") {
        self.id = id
        self.key = key
        self.privateKey = privateKey
        self.algorithm = algorithm
        self.scope = scope
    }

    static func read(_ id: String, _ section: ConfigurationSection) -> KeySettings {
        let settings = KeySettings(
            id: id, key: section.string("key") ?? "", privateKey: section.string("private_key") ?? "",
            algorithm: section.choice("algorithm", Algorithm.self) ?? .rs256, scope: section.string("scope") ?? "")
        if settings.key.isEmpty && settings.privateKey.isEmpty { section.refuse("", "key or private_key is needed") }
        return settings
    }
}
