import Foundation
import Rego

/// A request to the API as `system.authz` sees it.
struct AuthorizationRequest {
    /// As it was sent.
    var method: String
    /// Percent-encoded, without the query.
    var path: String
    var query: String?
    var headers: [(name: String, value: String)]
    var isSecure = false
    /// Scheme, host and port that clients know the service by, where these are not the connection's own.
    var origin: String?
    /// Below which paths are those that a proxy's client asked.
    var checkPrefix: String?
    var body: Value?
    var identity: Value?
    /// The client's certificates, its own first.
    var certificates: Value?

    /// The methods and paths whose body the policy sees: those that ask for decisions.
    static func showsBody(method: String, path: String) -> Bool {
        method == "POST" && (path == "/" || ["/v0/data", "/v1/data"].contains { path == $0 || path.hasPrefix($0 + "/") })
    }

    /// A body as the policy sees it; nil where it is empty.
    ///
    /// - Throws: `ServiceError` where it cannot be read.
    static func document(_ body: [UInt8], isYAML: Bool) throws(ServiceError) -> Value? {
        guard !body.isEmpty else { return nil }
        do {
            return try isYAML ? Value(yaml: String(decoding: body, as: UTF8.self)) : Value(json: body)
        } catch {
            throw ServiceError(.invalidParameter, "\(error)")
        }
    }

    /// The input document of OPA's API authorization.
    ///
    /// - Throws: `ServiceError` where the path is not percent-encoded UTF-8.
    func input() throws(ServiceError) -> Value {
        var segments: [Value] = []
        for segment in path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let text = segment.removingPercentEncoding else {
                throw ServiceError(.invalidParameter, "the path segment \(segment) is not percent-encoded UTF-8")
            }
            segments.append(.string(text))
        }
        var members: [(Value, Value)] = [
            ("path", .array(segments)), ("method", .string(method.uppercased())),
            ("params", Self.grouped(parameters)), ("headers", Self.grouped(headers.map { (Self.canonical($0.name), $0.value) })),
        ]
        if let body { members.append(("body", body)) }
        if let identity { members.append(("identity", identity)) }
        if let certificates { members.append(("client_certificates", certificates)) }
        return .makeObject(members)
    }

    private var parameters: [(name: String, value: String)] {
        (query ?? "").split(separator: "&").map { item in
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { part in
                let spaced = part.replacing("+", with: " ")
                return spaced.removingPercentEncoding ?? String(spaced)
            }
            return (parts[0], parts.count > 1 ? parts[1] : "")
        }
    }

    /// `{name: [values…]}`.
    private static func grouped(_ items: [(name: String, value: String)]) -> Value {
        var values: [String: [Value]] = [:]
        for item in items { values[item.name, default: []].append(.string(item.value)) }
        return .makeObject(values.map { (.string($0.key), .array($0.value)) })
    }

    /// A header's name as Go spells it: `content-type` is `Content-Type`.
    static func canonical(_ name: String) -> String {
        name.split(separator: "-", omittingEmptySubsequences: false).map { $0.prefix(1).uppercased() + $0.dropFirst().lowercased() }.joined(separator: "-")
    }
}
