import Foundation
import Rego

/// A request that is to be let through or not, as policies see it: the input document of OPA's plugin for Envoy.
///
/// Source: Envoy's `CheckRequest` (v3) as protobuf JSON, and OPA-Envoy's members `parsed_path`, `parsed_query`, `parsed_body`, `truncated_body`.
public struct CheckRequest: Sendable {
    public var method: String
    /// As the client sent it, with its query.
    public var path: String
    public var headers: [(name: String, value: String)]
    public var host = ""
    public var scheme = "http"
    public var version = "HTTP/1.1"
    /// What is shown of the body; empty where nothing is.
    public var body: [UInt8] = []
    /// Whether there is more of the body than is shown.
    public var isTruncated = false
    /// IP and port of the client.
    public var source: String?
    /// Who asks, where that was verified.
    public var identity: Value?

    /// A request of which no input can be made.
    public struct Problem: Error, Sendable, CustomStringConvertible {
        public var description: String
    }

    public init(method: String, path: String, headers: [(name: String, value: String)]) {
        self.method = method
        self.path = path
        self.headers = headers
    }

    /// - Throws: `Problem` where the path is not percent-encoded UTF-8: two readers could then see different ones.
    public func input() throws(Problem) -> Value {
        let parts = path.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let decoded = parts.first.map(String.init)?.removingPercentEncoding else { throw Problem(description: "the path is not percent-encoded UTF-8") }
        // As OPA-Envoy: leading slashes go, then the decoded path is split.
        let segments = decoded.drop { $0 == "/" }.split(separator: "/", omittingEmptySubsequences: false).map { Value.string(String($0)) }
        var members: [(Value, Value)] = [
            ("attributes", attributes), ("parsed_path", .array(segments)), ("parsed_query", Self.query(parts.count > 1 ? parts[1] : "")),
            ("truncated_body", .boolean(isTruncated)), ("version", ["ext_authz": "v3", "encoding": "protojson"]),
        ]
        if let parsed = parsedBody { members.append(("parsed_body", parsed)) }
        if let identity { members.append(("identity", identity)) }
        return .makeObject(members)
    }

    private var attributes: Value {
        var http: [(Value, Value)] = [
            ("method", .string(method)), ("path", .string(path)), ("host", .string(host)), ("scheme", .string(scheme)), ("protocol", .string(version)), ("headers", headerDocument),
        ]
        if !body.isEmpty { http.append(("body", .string(String(decoding: body, as: UTF8.self)))) }
        var members: [(Value, Value)] = [("request", ["http": .makeObject(http)])]
        if let address = source.flatMap(Self.address) { members.append(("source", ["address": ["socketAddress": address]])) }
        return .makeObject(members)
    }

    /// Names in small letters; several values of one name are joined, as Envoy does it.
    private var headerDocument: Value {
        var values: [String: [String]] = [:]
        for header in headers { values[header.name.lowercased(), default: []].append(header.value) }
        return .makeObject(values.map { (.string($0.key), .string($0.value.joined(separator: ","))) })
    }

    private var parsedBody: Value? {
        guard !body.isEmpty, !isTruncated, headers.contains(where: { $0.name.lowercased() == "content-type" && $0.value.lowercased().contains("application/json") }) else { return nil }
        return try? Value(json: body)
    }

    private static func query(_ text: Substring) -> Value {
        var values: [String: [Value]] = [:]
        for item in text.split(separator: "&") {
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { part in
                let spaced = part.replacing("+", with: " ")
                return spaced.removingPercentEncoding ?? String(spaced)
            }
            values[parts[0], default: []].append(.string(parts.count > 1 ? parts[1] : ""))
        }
        return .makeObject(values.map { (.string($0.key), .array($0.value)) })
    }

    private static func address(_ text: String) -> Value? {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]) else { return nil }
        let host = text[..<colon].filter { $0 != "[" && $0 != "]" }
        return ["address": .string(host), "portValue": .number(Number(port))]
    }
}
