import Foundation
import Hummingbird
import Rego

/// The parameters of a request's query string, read as OPA reads them.
struct RequestParameters {
    private let items: [(name: String, value: String)]

    init(_ request: Request) {
        items = (request.uri.query ?? "").split(separator: "&").map { item in
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { Self.decoded($0) }
            return (parts[0], parts.count > 1 ? parts[1] : "")
        }
    }

    private static func decoded(_ text: Substring) -> String {
        let spaced = text.replacing("+", with: " ")
        return spaced.removingPercentEncoding ?? String(spaced)
    }

    /// The last value of a parameter.
    subscript(name: String) -> String? { items.last { $0.name == name }?.value }

    /// True where the parameter is there without a value or with the value true.
    func isOn(_ name: String) -> Bool {
        guard let value = self[name] else { return false }
        return value.isEmpty || value.lowercased() == "true"
    }
}

/// The keys below `data` that a request's path names.
struct DocumentPath {
    let keys: [String]

    /// Splits what follows a prefix such as `/v1/data` into keys; each is percent-decoded by itself, so `a%2Fb` is one key.
    init(_ request: Request, after prefix: String) throws(ServiceError) {
        var keys: [String] = []
        for segment in request.uri.path.dropFirst(prefix.count).split(separator: "/") {
            guard let key = segment.removingPercentEncoding else {
                throw ServiceError(.invalidParameter, "the path segment \(segment) is not percent-encoded UTF-8")
            }
            keys.append(key)
        }
        self.keys = keys
    }

    init(keys: [String]) { self.keys = keys }

    /// The queries to try in turn. A key that looks like an integer is an index first, and a string where that finds nothing.
    var queries: [String] {
        let text = Self.reference(keys.map { Value.string($0) })
        guard keys.contains(where: { Int($0) != nil }) else { return [text] }
        return [Self.reference(keys.map { key in Int(key).map { .number(Number($0)) } ?? .string(key) }), text]
    }

    private static func reference(_ keys: [Value]) -> String {
        "data" + keys.map { "[\(String(decoding: $0.json(escapesHTML: false), as: UTF8.self))]" }.joined()
    }

    /// As OPA's messages name a document: `data.a.b`.
    var description: String { (["data"] + keys).joined(separator: ".") }
}
