/// What is checked of a JSON Web Key (RFC 7517, RFC 7518) in a policy before it is used: one that is malformed is refused, with all keys of its set.
struct JSONWebKeyCheck {
    let key: Value

    private static let curveSizes = ["P-256": 32, "P-384": 48, "P-521": 66]

    func run() throws(BuiltinError) {
        guard case .string(let kind)? = key["kty"] else { throw problem("missing kty") }
        for name in ["kid", "use", "alg", "x5t", "x5t#S256", "x5u"] { _ = try text(name) }
        if let operations = key["key_ops"] { guard case .array = operations else { throw problem("member \"key_ops\" is not an array") } }
        try checkCertificates()
        switch kind {
        case "RSA": try checkRSA()
        case "EC": try checkCurve()
        case "OKP": try checkPair()
        case "oct": guard try !needed("k").isEmpty else { throw problem("missing \"k\" field") }
        default: throw problem("invalid key type from JSON (\(kind))")
        }
    }

    private func checkCertificates() throws(BuiltinError) {
        guard let chain = key["x5c"] else { return }
        guard case .array(let certificates) = chain else { throw problem("member \"x5c\" is not an array") }
        for certificate in certificates {
            guard case .string(let text) = certificate, Base64.decode(Array(text.utf8), urlSafe: false) != nil else { throw problem("a certificate of \"x5c\" is not base64") }
        }
    }

    private func checkRSA() throws(BuiltinError) {
        guard try needed("n").contains(where: { $0 != 0 }) else { throw problem("missing \"n\" value") }
        let exponent = try needed("e").drop { $0 == 0 }
        guard let last = exponent.last else { throw problem("missing \"e\" value") }
        guard last & 1 == 1 else { throw problem("invalid rsa public exponent: must be a positive odd integer") }
        guard exponent.count < 8 || (exponent.count == 8 && exponent[exponent.startIndex] < 0x80) else { throw problem("rsa public exponent too large: more than 63 bits") }
        if try bytes("d") != nil { for part in ["p", "q"] { _ = try needed(part) } }
    }

    private func checkCurve() throws(BuiltinError) {
        let curve = try text("crv") ?? ""
        guard let size = Self.curveSizes[curve] else { throw problem("unknown elliptic curve \(curve.quotedForRego)") }
        for part in ["x", "y"] { guard try needed(part).count == size else { throw problem("invalid \(part.quotedForRego) length for curve \(curve.quotedForRego)") } }
        if let secret = try bytes("d"), secret.count != size { throw problem("invalid \"d\" length for curve \(curve.quotedForRego)") }
    }

    private func checkPair() throws(BuiltinError) {
        let curve = try text("crv") ?? ""
        guard curve == "Ed25519" || curve == "X25519" else { throw problem("invalid curve algorithm \(curve.quotedForRego)") }
        guard try needed("x").count == 32 else { throw problem("wrong public key size") }
    }

    private func text(_ name: String) throws(BuiltinError) -> String? {
        guard let value = key[name] else { return nil }
        guard case .string(let text) = value else { throw problem("member \(name.quotedForRego) is not a string") }
        return text
    }

    private func bytes(_ name: String) throws(BuiltinError) -> [UInt8]? {
        guard let text = try text(name) else { return nil }
        guard let bytes = Base64.decode(Array(text.utf8), urlSafe: true) else { throw problem("member \(name.quotedForRego) is not base64url") }
        return bytes
    }

    private func needed(_ name: String) throws(BuiltinError) -> [UInt8] {
        guard let bytes = try bytes(name) else { throw problem("required field \(name) is missing") }
        return bytes
    }

    private func problem(_ text: String) -> BuiltinError { .failure("failed to parse a JWK key (set): \(text)") }
}
