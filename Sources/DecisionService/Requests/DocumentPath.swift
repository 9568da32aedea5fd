import Foundation
import Rego

/// The keys below `data` that a request's path names.
struct DocumentPath: Sendable, Hashable {
    let keys: [String]
    /// The queries to try in turn. A key that looks like an integer is an index first, and a string where that finds nothing.
    let queries: [String]
    /// The keys with slashes between them, as the log has them.
    let text: String

    init(keys: [String]) {
        self.keys = keys
        text = keys.joined(separator: "/")
        queries = Self.queries(keys)
    }

    /// Splits what follows a prefix such as `/v1/data` into keys; each is percent-decoded by itself, so `a%2Fb` is one key.
    ///
    /// - Throws: `invalidParameter` where a segment does not decode to UTF-8.
    init(_ path: some StringProtocol, after prefix: String) throws(ServiceError) {
        var keys: [String] = []
        for segment in path.dropFirst(prefix.count).split(separator: "/") {
            guard let key = String(segment).removingPercentEncoding else {
                throw ServiceError(.invalidParameter, "the path segment \(segment) is not percent-encoded UTF-8")
            }
            keys.append(key)
        }
        self.init(keys: keys)
    }

    /// Refuses what OPA cannot write as a reference: a key with a quotation mark.
    func checkedForReading() throws(ServiceError) -> DocumentPath {
        guard let key = keys.first(where: { $0.contains("\"") }) else { return self }
        throw ServiceError(.evaluation, "invalid_parameter: invalid path: invalid ref term '\(key)'")
    }

    private static func queries(_ keys: [String]) -> [String] {
        let text = reference(keys.map { Value.string($0) })
        guard keys.contains(where: { Int($0) != nil }) else { return [text] }
        return [reference(keys.map { key in Int(key).map { .number(Number($0)) } ?? .string(key) }), text]
    }

    private static func reference(_ keys: [Value]) -> String {
        "data" + keys.map { "[\(String(decoding: $0.json(escapesHTML: false), as: UTF8.self))]" }.joined()
    }

    /// As OPA's messages name a document: `data.a.b`.
    var description: String { (["data"] + keys).joined(separator: ".") }
}
