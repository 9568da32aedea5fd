import Crypto
import Foundation

extension Builtin {
    static let jsonWebTokens: [Builtin] = [
        Builtin("io.jwt.decode", ["jwt": .string], returns: .array(.object(), .object(), .string), "Header, payload and signature of a token; nothing is verified.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            try decoded(call, try call.utf8(0), depth: 0)
        },
        Builtin("io.jwt.decode_verify", ["jwt": .string, "constraints": .object(.string, .any)], returns: .array(.boolean, .object(), .object()), "Verifies a token and its claims; gives whether it is valid, its header and payload.", traits: .nondeterministic) { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            try TokenVerification(call).run()
        },
        Builtin("io.jwt.encode_sign", ["headers": .object(.string, .any), "payload": .object(.string, .any), "key": .object(.string, .any)], returns: .string, "A signed token.", traits: .nondeterministic) { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let header = Value(try call.object(0).datum), payload = Value(try call.object(1).datum), key = Value(try call.object(2).datum)
            return try signed(call, header: header.json(escapesHTML: false), payload: payload.json(escapesHTML: false), key: key)
        },
        Builtin("io.jwt.encode_sign_raw", ["headers": .string, "payload": .string, "key": .string], returns: .string, "A signed token of parts given as text.", traits: .nondeterministic) { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let keyText = Array(try call.utf8(2))
            let key: Value
            do throws(EvaluationError) { key = try Value(json: keyText) } catch { throw .failure("failed to parse JWK key: \(error.message)") }
            return try signed(call, header: Array(try call.utf8(0)), payload: Array(try call.utf8(1)), key: key)
        },
    ] + SignatureAlgorithm.allCases.map(verification)

    private static func verification(_ algorithm: SignatureAlgorithm) -> Builtin {
        let name = "io.jwt.verify_\(algorithm.rawValue.lowercased())"
        let keyName = algorithm.isSymmetric ? "secret" : "certificate"
        return Builtin(name, ["jwt": .string, keyName: .string], returns: .boolean, "True where the token's \(algorithm.rawValue) signature is right.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let text = try call.utf8(0)
            // As in OPA, a secret is looked at before the token, a key after it.
            if algorithm.isSymmetric { _ = try call.utf8(1) }
            let token = try JSONWebToken(text)
            if algorithm.isSymmetric {
                let secret = VerificationKey.secret(SymmetricKey(data: Data(try call.utf8(1))))
                return .boolean(algorithm.verifies(try token.signature(), of: token.signedText, with: secret))
            }
            let keys = try call.verificationKeys(try call.string(1)), signature = try token.signature(), header = try token.header(call)
            return .boolean(keys.candidates(for: header).contains { algorithm.verifies(signature, of: token.signedText, with: $0) })
        }
    }

    /// A token within a token is decoded too, as `cty` says.
    private static func decoded(_ call: BuiltinCall, _ text: UnsafeBufferPointer<UInt8>, depth: Int) throws(BuiltinError) -> Datum {
        let token = try JSONWebToken(text)
        let header = try token.decodedHeader(call)
        if let content = header["cty"], content.tag == .string, content.text.uppercased() == "JWT" {
            guard depth < 16 else { throw .failure("JWT is nested too deeply") }
            let inner = call.make(bytes: try token.payloadText())
            var bytes = inner.bytes
            // The inner token may be a JSON string.
            if bytes.first == UInt8(ascii: "\""), bytes.last == UInt8(ascii: "\""), bytes.count >= 2 { bytes = UnsafeBufferPointer(rebasing: bytes[1..<(bytes.count - 1)]) }
            return try decoded(call, bytes, depth: depth + 1)
        }
        let payload = try JSONWebToken.read(try token.payloadText(), "JWT payload", call)
        guard payload.tag == .object else { throw .failure("decoded JSON type was not an Object") }
        return call.make(array: [header.datum, payload, call.make(Hexadecimal.text(try token.signature()))])
    }

    private static func signed(_ call: BuiltinCall, header: [UInt8], payload: [UInt8], key: Value) throws(BuiltinError) -> Datum {
        guard !header.isEmpty else { throw .failure("missing or invalid 'alg' header: cannot parse JSON: cannot parse empty string") }
        let fields: Value
        do throws(EvaluationError) { fields = try Value(json: header) } catch { throw .failure("missing or invalid 'alg' header: cannot parse JSON: \(error.message)") }
        guard case .string(let name)? = fields["alg"] else { throw .failure("missing or invalid 'alg' header") }
        guard let algorithm = SignatureAlgorithm(rawValue: name) else { throw .failure("unknown signature algorithm: \(name)") }
        let type: String? = if case .string(let text)? = fields["typ"] { text } else { nil }
        if type == nil || type == "JWT" {
            guard (try? Value(json: payload)) != nil else { throw .failure("type is JWT but payload is not JSON") }
        }
        let message = Array("\(Base64.urlSafe(Data(header), padded: false)).\(Base64.urlSafe(Data(payload), padded: false))".utf8)
        let signature = try algorithm.sign(message, with: key)
        return call.make(bytes: message + [UInt8(ascii: ".")] + Array(Base64.urlSafe(Data(signature), padded: false).utf8))
    }
}

extension BuiltinCall {
    /// Keys read from text, remembered by the snapshot.
    func verificationKeys(_ text: String) throws(BuiltinError) -> [VerificationKey.Named] {
        try context.cache.value(kind: "key", source: text) { () throws(BuiltinError) in KeySet(keys: try VerificationKey.read(text)) }.keys
    }

    private struct KeySet: Sendable {
        let keys: [VerificationKey.Named]
    }
}

extension [VerificationKey.Named] {
    /// The key that the header names; where none has the name, those that are not for another algorithm.
    func candidates(for header: ObjectView) -> [VerificationKey] {
        if let id = header["kid"]?.text, !id.isEmpty, let named = first(where: { $0.id == id }) { return named.key.map { [$0] } ?? [] }
        let algorithm = header["alg"]?.text
        return filter { $0.algorithm == nil || $0.algorithm == algorithm }.compactMap(\.key)
    }
}
