import Foundation

extension Builtin {
    /// The network, as far as the host lets policies use it.
    static let httpRequests: [Builtin] = [
        Builtin("http.send", ["request": .object(.string, .any)], returns: .object(.any, .any), "The response to an HTTP request.", traits: .nondeterministic) {
            (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let fields = try call.object(0)
            let parameters = try HTTPParameters(fields)
            try call.beginWaiting()
            do throws(NetworkProblem) {
                return call.make(try HTTPExchange(parameters, Value(fields.datum), call.context).response().document(decoding: parameters.decoding))
            } catch {
                guard !parameters.raisesErrors else { throw .failure(error.message) }
                return call.make(["status_code": 0, "error": ["code": "eval_http_send_network_error", "message": .string(error.message)]])
            }
        },
        Builtin("net.lookup_ip_addr", ["name": .string], returns: .set(of: .string), "The addresses that a host name stands for.", traits: .nondeterministic) {
            (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let name = try call.string(0)
            let key = "net.lookup_ip_addr \(name)"
            if let known = call.context.memory[key] { return call.make(known) }
            var addresses = InternetAddress(name).map { _ in [name] }
            if addresses == nil {
                guard call.context.capabilities.allows(host: name, port: nil) else { throw .failure("unallowed host: \(name)") }
                try call.beginWaiting()
                guard let network = call.context.network else {
                    throw .failure("this host lets policies look up no names; replace the function in tests: with net.lookup_ip_addr as …")
                }
                do throws(NetworkProblem) { addresses = try network.addresses(of: name) } catch { throw .failure(error.message) }
            }
            let result = Value.makeSet((addresses ?? []).map { .string($0) })
            call.context.memory[key] = result
            return call.make(result)
        },
    ]
}

extension BuiltinCall {
    /// Ends the query where it must not wait.
    fileprivate func beginWaiting() throws(BuiltinError) {
        guard !context.mayWait else { return }
        let reason = EvaluationError(.cancel, "the query would wait for the network; evaluate it where it may (EvaluationOptions.mayWait)")
        throw BuiltinError(kind: .halt(reason), message: reason.message)
    }
}

/// One request of a policy: from the caches, or sent.
private struct HTTPExchange {
    private let parameters: HTTPParameters
    private let key: Value
    private let context: BuiltinContext

    init(_ parameters: HTTPParameters, _ request: Value, _ context: BuiltinContext) {
        self.parameters = parameters
        self.context = context
        key = Self.key(request)
    }

    /// What tells requests apart: all of the request but the headers that it says to ignore.
    private static func key(_ request: Value) -> Value {
        guard case .object(let fields) = request, case .array(let ignored)? = request["cache_ignored_headers"], case .object(let headers)? = request["headers"] else { return request }
        let kept = headers.filter { header in !ignored.contains(header.key) }
        let rest = fields.filter { $0.key != "headers" && $0.key != "cache_ignored_headers" }.map { ($0.key, $0.value) }
        return .makeObject(rest + [("headers", .makeObject(kept.map { ($0.key, $0.value) }))])
    }

    func response() throws(NetworkProblem) -> IncomingResponse {
        if let known = context.responses[key] { return try known.get() }
        let kept = parameters.caches ? context.responseCache?.response(to: key) : nil
        if let kept, kept.expiry > context.now { return kept.response }
        let result: Result<IncomingResponse, NetworkProblem>
        do throws(NetworkProblem) { result = .success(try send(after: kept?.response)) } catch { result = .failure(error) }
        context.responses[key] = result
        return try result.get()
    }

    /// - Parameter kept: a response that is no longer fresh; the server may say that it still holds (RFC 9111, 4.3).
    private func send(after kept: IncomingResponse?) throws(NetworkProblem) -> IncomingResponse {
        guard let url = URLComponents(string: parameters.request.url), let host = url.host, !host.isEmpty else {
            throw NetworkProblem("\(parameters.request.url.quotedForRego): unsupported URL: it needs a scheme and a host")
        }
        guard context.capabilities.allows(host: host, port: url.port) else { throw NetworkProblem("unallowed host: \(host)") }
        guard let network = context.network else { throw NetworkProblem("this host lets policies send no requests; replace the function in tests: with http.send as …") }
        var request = parameters.request
        request.headers += kept?.conditions ?? []
        var response = try network.send(request)
        if response.status == 304, let kept { response = kept.refreshed(by: response) }
        if parameters.caches, response.isCacheable, let seconds = parameters.forcedDuration ?? response.freshness {
            let (expiry, overflows) = context.now.addingReportingOverflow(seconds.multipliedReportingOverflow(by: 1_000_000_000).partialValue)
            if !overflows { context.responseCache?.keep(response, for: key, until: expiry, now: context.now) }
        }
        return response
    }
}

extension IncomingResponse {
    /// The response as policies see it. A body that cannot be decoded is null.
    fileprivate func document(decoding: HTTPParameters.Decoding) -> Value {
        let type = header("content-type")?.lowercased() ?? ""
        var decoded: Value?
        if decoding == .json || (decoding == .byContentType && type.hasPrefix("application/json")) {
            decoded = try? Value(json: body)
        } else if decoding == .yaml || type.hasPrefix("application/yaml") || type.hasPrefix("application/x-yaml") {
            decoded = try? Value(yaml: String(decoding: body, as: UTF8.self))
        }
        let names = Dictionary(grouping: headers) { $0.name.lowercased() }
        return [
            "status": .string("\(status) \(reason)"), "status_code": .number(Number(status)), "body": decoded ?? .null,
            "raw_body": .string(String(decoding: body, as: UTF8.self)),
            "headers": .makeObject(names.map { (.string($0.key), .array($0.value.map { .string($0.value) })) }),
        ]
    }
}
