import Crypto
import Foundation

/// What `io.jwt.decode_verify` does: signature, then claims, under given constraints.
struct TokenVerification {
    private let call: BuiltinCall
    private var certificate: String?
    private var secret: Datum?
    private var algorithm: String?
    private var issuer: String?
    private var audience: String?
    private var time: Number

    init(_ call: BuiltinCall) throws(BuiltinError) {
        self.call = call
        time = Number(call.context.now)
        let constraints = try call.object(1)
        for entry in constraints.keys.indices {
            let value = constraints.value(at: entry)
            func text() throws(BuiltinError) -> String {
                guard value.tag == .string else { throw .failure("\(constraints.keys[entry].text) constraint: must be a string") }
                return value.text
            }
            switch constraints.keys[entry].text {
            case "cert": certificate = try text()
            case "secret":
                _ = try text()
                secret = value
            case "alg": algorithm = try text()
            case "iss": issuer = try text()
            case "aud": audience = try text()
            case "time":
                guard value.isNumber else { throw .failure("time constraint: must be a number") }
                time = value.number
            default: throw .failure("unknown token validation constraint: \(constraints.keys[entry].text)")
            }
        }
        guard (certificate == nil) != (secret == nil) else {
            throw .failure(certificate == nil ? "no public key or secret constraint" : "duplicate key constraints")
        }
    }

    private var invalid: Datum {
        call.make(array: [.false, call.makeObject().datum, call.makeObject().datum])
    }

    func run() throws(BuiltinError) -> Datum {
        var text = try call.utf8(0)
        for _ in 0..<16 {
            let token = try JSONWebToken(text)
            let header = try token.header(call)
            guard try isSigned(token, header) else { return invalid }
            if let content = header["cty"], content.text.uppercased() == "JWT" {
                text = call.make(bytes: try token.payloadText()).bytes
                continue
            }
            let payload = try JSONWebToken.read(try token.payloadText(), "JWT payload", call)
            guard payload.tag == .object else { throw .failure("JWT payload is not an object") }
            guard try areValid(ObjectView(payload)) else { return invalid }
            return call.make(array: [.true, header.datum, payload])
        }
        throw .failure("JWT is nested too deeply")
    }

    private func isSigned(_ token: JSONWebToken, _ header: ObjectView) throws(BuiltinError) -> Bool {
        // Critical extensions that are not understood make a token invalid (RFC 7515, 4.1.11).
        guard header["crit"] == nil else { return false }
        guard let name = header["alg"], let algorithm = SignatureAlgorithm(rawValue: name.text) else { return false }
        if let wanted = self.algorithm, wanted != algorithm.rawValue { return false }
        if let secret {
            guard algorithm.isSymmetric else { return false }
            return algorithm.verifies(try token.signature(), of: token.signedText, with: .secret(SymmetricKey(data: Data(secret.bytes))))
        }
        guard !algorithm.isSymmetric, let certificate else { return false }
        let keys = try call.verificationKeys(certificate), signature = try token.signature()
        return keys.candidates(for: header).contains { algorithm.verifies(signature, of: token.signedText, with: $0) }
    }

    private func areValid(_ claims: ObjectView) throws(BuiltinError) -> Bool {
        if let issuer {
            guard let claim = claims["iss"], claim.tag == .string, claim.text == issuer else { return false }
        }
        if let claim = claims["aud"] {
            guard let audience else { return false }
            let isNamed: Bool =
                switch claim.tag {
                case .string: claim.text == audience
                case .array: claim.elements.contains { $0.tag == .string && $0.text == audience }
                default: false
                }
            guard isNamed else { return false }
        } else if audience != nil {
            return false
        }
        if let expiry = try seconds(claims, "exp"), !(time < expiry) { return false }
        if let start = try seconds(claims, "nbf"), time < start { return false }
        return true
    }

    /// A claim's time in nanoseconds.
    private func seconds(_ claims: ObjectView, _ name: String) throws(BuiltinError) -> Number? {
        guard let claim = claims[name] else { return nil }
        guard claim.isNumber else { throw .failure("\(name) value must be a number") }
        return claim.number.multiplying(Number(1_000_000_000))
    }
}
