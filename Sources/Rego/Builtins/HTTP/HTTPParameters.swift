import Foundation

/// The parameters of `http.send`, checked.
struct HTTPParameters {
    enum Decoding { case byContentType, json, yaml }

    var request: OutgoingRequest
    var decoding = Decoding.byContentType
    /// False where an error is a response of status 0 instead.
    var raisesErrors = true
    /// Whether the response may be kept for other queries.
    var caches = false
    /// How long the response is fresh whatever it says, in seconds.
    var forcedDuration: Int64?

    static let required = ["method", "url"]
    static let known: Set<String> = [
        "method", "url", "body", "enable_redirect", "force_json_decode", "force_yaml_decode", "headers", "raw_body", "tls_use_system_certs", "tls_ca_cert",
        "tls_ca_cert_file", "tls_ca_cert_env_variable", "tls_client_cert", "tls_client_cert_file", "tls_client_cert_env_variable", "tls_client_key",
        "tls_client_key_file", "tls_client_key_env_variable", "tls_insecure_skip_verify", "tls_server_name", "timeout", "cache", "force_cache",
        "force_cache_duration_seconds", "raise_error", "caching_mode", "max_retry_attempts", "cache_ignored_headers",
    ]

    private let fields: ObjectView

    init(_ fields: ObjectView) throws(BuiltinError) {
        self.fields = fields
        let names = fields.keys.map(\.text)
        try Self.refuse(names.filter { !Self.known.contains($0) }, "invalid")
        try Self.refuse(Self.required.filter { !names.contains($0) }, "missing required")
        request = OutgoingRequest(method: "", url: "")
        request.method = try text("method")?.uppercased() ?? ""
        request.url = try text("url") ?? ""
        try readContent()
        try readSecurity()
        raisesErrors = try flag("raise_error") ?? true
        request.isNeeded = raisesErrors
        caches = try flag("cache") ?? false
        if try flag("force_json_decode") == true { decoding = .json }
        if try flag("force_yaml_decode") == true { decoding = .yaml }
        request.followsRedirects = try flag("enable_redirect") ?? false
        if let retries = try integer("max_retry_attempts") { request.retries = Int(max(0, retries)) }
        try readDurations()
    }

    private static func refuse(_ names: [String], _ kind: String) throws(BuiltinError) {
        guard !names.isEmpty else { return }
        throw .type("operand 1 \(kind) request parameters(s): {\(names.sorted().map(\.quotedForRego).joined(separator: ", "))}")
    }

    // MARK: Kinds of parameters

    private func text(_ name: String) throws(BuiltinError) -> String? {
        guard let value = fields[name] else { return nil }
        guard value.tag == .string else { throw .failure("\(name.quotedForRego) must be a string") }
        return value.text
    }

    private func flag(_ name: String) throws(BuiltinError) -> Bool? {
        guard let value = fields[name] else { return nil }
        guard value.tag == .boolean else { throw .failure("\(name.quotedForRego) must be a boolean") }
        return value.booleanValue
    }

    private func integer(_ name: String) throws(BuiltinError) -> Int64? {
        guard let value = fields[name] else { return nil }
        guard value.isNumber, let integer = value.number.integer else { throw .failure("\(name.quotedForRego) must be an integer") }
        return integer
    }

    private mutating func readContent() throws(BuiltinError) {
        if let raw = try text("raw_body") {
            request.body = Array(raw.utf8)
        } else if let body = fields["body"] {
            request.body = Value(body).json()
        }
        guard let headers = fields["headers"] else { return }
        guard headers.tag == .object else { throw .failure("\"headers\" must be an object") }
        let view = ObjectView(headers)
        for position in 0..<view.count {
            let value = view.value(at: position)
            let values = value.tag == .array ? Array(value.elements) : [value]
            for value in values {
                guard value.tag == .string else { throw .failure("invalid type for header value \(view.keys[position].text.quotedForRego): must be a string") }
                request.headers.append(.init(name: view.keys[position].text, value: value.text))
            }
        }
    }

    private mutating func readDurations() throws(BuiltinError) {
        if let timeout = fields["timeout"] {
            if timeout.tag == .string, let duration = GoDuration.parse(timeout.text) {
                request.timeout = duration
            } else if timeout.isNumber, let nanoseconds = timeout.number.integer {
                request.timeout = nanoseconds
            } else {
                throw .failure("invalid timeout: must be nanoseconds or a duration such as \"5s\"")
            }
        }
        guard try flag("force_cache") == true else { return }
        guard let seconds = try integer("force_cache_duration_seconds") else { throw .failure("'force_cache' set but 'force_cache_duration_seconds' parameter is missing") }
        forcedDuration = seconds
        caches = true
    }

    // MARK: TLS

    private mutating func readSecurity() throws(BuiltinError) {
        request.security.skipsVerification = try flag("tls_insecure_skip_verify") ?? false
        request.security.serverName = try text("tls_server_name")
        request.security.authorities = try pem("tls_ca_cert")
        request.security.certificate = try pem("tls_client_cert")
        request.security.privateKey = try pem("tls_client_key")
        request.security.trustsSystem = try flag("tls_use_system_certs") ?? (request.security.authorities == nil)
        guard (request.security.certificate == nil) == (request.security.privateKey == nil) else {
            throw .failure("a client certificate needs its key: set tls_client_cert and tls_client_key, or the same with _file or _env_variable")
        }
    }

    /// PEM text given as it is, by file, or by environment variable.
    private func pem(_ name: String) throws(BuiltinError) -> String? {
        if let text = try text(name) { return text }
        if let path = try text("\(name)_file") {
            guard let data = FileManager.default.contents(atPath: path) else { throw .failure("\(name)_file: open \(path): no such file or directory") }
            return String(decoding: data, as: UTF8.self)
        }
        guard let variable = try text("\(name)_env_variable") else { return nil }
        guard let value = ProcessInfo.processInfo.environment[variable] else { throw .failure("\(name)_env_variable: environment variable \(variable) is not set") }
        return value
    }
}
