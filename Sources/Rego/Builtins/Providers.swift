import Crypto
import Foundation

extension Builtin {
    static let providers: [Builtin] = [
        Builtin(
            "providers.aws.sign_req", ["request": .object(.string, .any), "aws_config": .object(.string, .any), "time_ns": .number],
            returns: .object(.any, .any), "The HTTP request with the headers of an AWS Signature Version 4."
        ) { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            call.make(try AWSSignature(call).signedRequest())
        },
    ]
}

/// A signature of an HTTP request as AWS wants it (Signature Version 4).
private struct AWSSignature {
    private let request: Value
    private let method: String
    private let address: String
    private let accessKey: String
    private let secretKey: String
    private let service: String
    private let region: String
    private let sessionToken: String?
    private let signsPayload: Bool
    private let timestamp: String

    init(_ call: BuiltinCall) throws(BuiltinError) {
        request = Value(try call.object(0).datum)
        let configuration = Value(try call.object(1).datum)
        (method, address) = try Self.methodAndAddress(request)
        let needed = ["aws_access_key", "aws_secret_access_key", "aws_region", "aws_service"]
        try Self.check(configuration, 2, "required AWS config parameters(s)", needed)
        func text(_ name: String) throws(BuiltinError) -> String {
            guard case .string(let text)? = configuration[name] else { throw .type("operand 2 invalid values for required AWS config parameters(s): {\(name.quotedForRego)}") }
            return text
        }
        accessKey = try text("aws_access_key")
        secretKey = try text("aws_secret_access_key")
        region = try text("aws_region")
        service = try text("aws_service")
        sessionToken = if case .string(let token)? = configuration["aws_session_token"] { token } else { nil }
        switch configuration["disable_payload_signing"] {
        case nil: signsPayload = true
        case .boolean(let disabled): signsPayload = !disabled
        case .some: throw .type("operand 2 invalid value for 'disable_payload_signing' in AWS config")
        }
        let time = try call.number(2)
        // As in OPA, `1e3` is no integer here.
        guard !time.text.contains(where: { "eE".contains($0) }), let nanoseconds = time.integer else { throw .type("operand 3 could not convert time_ns value into a unix timestamp") }
        timestamp = TimeLayout("20060102T150405Z").format(CivilTime(nanoseconds: nanoseconds, in: nil))
    }

    private static func methodAndAddress(_ request: Value) throws(BuiltinError) -> (String, String) {
        try check(request, 1, "required request parameters(s)", ["method", "url"])
        if case .object(let entries) = request {
            let unknown = entries.map(\.key.schemaText).filter { !HTTPParameters.known.contains($0) }
            guard unknown.isEmpty else { throw .type("operand 1 invalid request parameters(s): {\(unknown.sorted().map(\.quotedForRego).joined(separator: ", "))}") }
        }
        guard case .string(let method)? = request["method"], case .string(let address)? = request["url"] else {
            throw .type("operand 1 invalid values for required request parameters(s): {\"method\", \"url\"}")
        }
        return (method, address)
    }

    private static func check(_ object: Value, _ operand: Int, _ kind: String, _ names: [String]) throws(BuiltinError) {
        func list(_ names: [String]) -> String { "{\(names.sorted().map(\.quotedForRego).joined(separator: ", "))}" }
        let missing = names.filter { object[$0] == nil }
        guard missing.isEmpty else { throw .type("operand \(operand) missing \(kind): \(list(missing))") }
        let wrong = names.filter { if case .string? = object[$0] { false } else { true } }
        guard wrong.isEmpty else { throw .type("operand \(operand) invalid values for \(kind): \(list(wrong))") }
    }

    // MARK: Parts of the signature

    /// The text that is sent as body.
    private var body: [UInt8] {
        if let raw = request["raw_body"] { return Array(Self.text(raw).utf8) }
        return request["body"]?.json() ?? []
    }

    /// As in OPA, what is no text counts as empty.
    private static func text(_ value: Value) -> String { if case .string(let text) = value { text } else { "" } }

    /// The headers that the request has.
    private func givenHeaders() throws(BuiltinError) -> [String: String] {
        guard let given = request["headers"] else { return [:] }
        guard case .object(let entries) = given else { throw .type("operand 0 must be object but got \(given.typeName)") }
        return Dictionary(entries.map { ($0.key.schemaText, Self.text($0.value)) }, uniquingKeysWith: { $1 })
    }

    /// The headers that AWS wants.
    private func neededHeaders(_ host: String, payload: String) -> [String: String] {
        var headers = ["host": host, "x-amz-date": timestamp]
        if service == "s3" || service == "glacier" { headers["x-amz-content-sha256"] = payload }
        if let sessionToken { headers["x-amz-security-token"] = sessionToken }
        return headers
    }

    func signedRequest() throws(BuiltinError) -> Value {
        let url = RequestTarget(address)
        let payload = signsPayload ? Hexadecimal.text(SHA256.hash(data: body)) : "UNSIGNED-PAYLOAD"
        let given = try givenHeaders(), needed = neededHeaders(url.host, payload: payload)
        // Headers that proxies change are not signed.
        let unsigned: Set<String> = ["authorization", "user-agent", "x-amzn-trace-id"]
        let signed = needed.merging(given.map { ($0.key.lowercased(), $0.value) }.filter { !unsigned.contains($0.0) }, uniquingKeysWith: { $1 })
        let names = signed.keys.sorted()
        let lines = [method, url.path, url.query] + names.map { "\($0):\(signed[$0] ?? "")" } + ["", names.joined(separator: ";"), payload]
        let day = String(timestamp.prefix(8))
        let scope = "\(day)/\(region)/\(service)/aws4_request"
        let digest = Hexadecimal.text(SHA256.hash(data: Data(lines.joined(separator: "\n").utf8)))
        let signature = Hexadecimal.text(Self.authenticate("AWS4-HMAC-SHA256\n\(timestamp)\n\(scope)\n\(digest)", key: key(day)))
        let authorization = "AWS4-HMAC-SHA256 Credential=\(accessKey)/\(scope),SignedHeaders=\(names.joined(separator: ";")),Signature=\(signature)"
        return result(given.merging(needed, uniquingKeysWith: { $1 }), authorization)
    }

    private func result(_ headers: [String: String], _ authorization: String) -> Value {
        guard case .object(let entries) = request else { return request }
        var fields = headers
        fields["Authorization"] = authorization
        let kept = entries.filter { $0.key != "headers" }.map { ($0.key, $0.value) }
        return .makeObject(kept + [("headers", .makeObject(fields.map { (.string($0.key), .string($0.value)) }))])
    }

    private func key(_ day: String) -> SymmetricKey {
        var key = SymmetricKey(data: Data("AWS4\(secretKey)".utf8))
        for part in [day, region, service, "aws4_request"] { key = SymmetricKey(data: Data(Self.authenticate(part, key: key))) }
        return key
    }

    private static func authenticate(_ text: String, key: SymmetricKey) -> HashedAuthenticationCode<SHA256> {
        HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: key)
    }
}

/// Host, path and query of an address as they are sent.
private struct RequestTarget {
    let host: String
    let path: String
    let query: String

    init(_ address: String) {
        var rest = address.prefix { $0 != "#" }
        var host = Substring()
        if let start = rest.range(of: "://") {
            rest = rest[start.upperBound...]
            let authority = rest.prefix { $0 != "/" && $0 != "?" }
            host = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
            rest = rest.dropFirst(authority.count)
        }
        let path = rest.prefix { $0 != "?" }
        self.host = String(host)
        self.path = Self.escaped(path)
        query = String(rest.dropFirst(path.count + 1))
    }

    /// Escapes what may not stand in a path; what is escaped already stays so.
    private static func escaped(_ path: Substring) -> String {
        var result = ""
        for byte in path.utf8 {
            let isPlain = byte < 0x80 && (Character(Unicode.Scalar(byte)).isLetter || Character(Unicode.Scalar(byte)).isNumber || "-_.~$&+,/:;=@%!*'()[]".utf8.contains(byte))
            result += isPlain ? String(Unicode.Scalar(byte)) : "%" + Hexadecimal.text([byte]).uppercased()
        }
        return result
    }
}

extension Value {
    fileprivate var typeName: String {
        switch self {
        case .null: "null"
        case .boolean: "boolean"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .set: "set"
        case .object: "object"
        }
    }
}
