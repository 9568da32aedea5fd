extension Builtin {
    /// The web. The engine itself opens no connection: requests are checked here, and answered where `with` replaces the function.
    static let httpRequests: [Builtin] = [
        Builtin("http.send", ["request": .object(.string, .any)], returns: .object(.any, .any), "The response to an HTTP request.", traits: .nondeterministic) {
            (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let request = try call.object(0)
            let names = request.keys.map(\.text)
            let unknown = names.filter { !HTTPRequest.allowed.contains($0) }
            guard unknown.isEmpty else { throw .type("operand 1 invalid request parameters(s): \(HTTPRequest.list(unknown))") }
            let missing = HTTPRequest.required.filter { !names.contains($0) }
            guard missing.isEmpty else { throw .type("operand 1 missing required request parameters(s): \(HTTPRequest.list(missing))") }
            throw .failure("this host lets policies send no requests; replace the function in tests: with http.send as …")
        },
        Builtin("net.lookup_ip_addr", ["name": .string], returns: .set(of: .string), "The addresses of a host.", traits: .nondeterministic) {
            (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            _ = try call.string(0)
            throw .failure("this host lets policies look up no names; replace the function in tests: with net.lookup_ip_addr as …")
        },
    ]
}

/// The members that OPA knows in a request.
private enum HTTPRequest {
    static let required = ["method", "url"]
    static let allowed: Set<String> = [
        "method", "url", "body", "enable_redirect", "force_json_decode", "force_yaml_decode", "headers", "raw_body", "tls_use_system_certs", "tls_ca_cert",
        "tls_ca_cert_file", "tls_ca_cert_env_variable", "tls_client_cert", "tls_client_cert_file", "tls_client_cert_env_variable", "tls_client_key",
        "tls_client_key_file", "tls_client_key_env_variable", "tls_insecure_skip_verify", "tls_server_name", "timeout", "cache", "force_cache",
        "force_cache_duration_seconds", "raise_error", "caching_mode", "max_retry_attempts", "cache_ignored_headers",
    ]

    static func list(_ names: [String]) -> String { "{\(names.sorted().map(\.quotedForRego).joined(separator: ", "))}" }
}
