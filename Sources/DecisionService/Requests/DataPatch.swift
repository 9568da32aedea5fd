import Foundation
import Rego

/// A list of operations as a PATCH request has it: those of JSON Patch (RFC 6902) that OPA knows.
struct DataPatch {
    let operations: [DataOperation]

    /// - Parameter base: the path of the request, below which the operations' paths lie.
    /// - Throws: `invalidParameter` where the body is not such a list.
    init(json: [UInt8], at base: [String]) throws(ServiceError) {
        let document: Value
        do {
            document = try Value(json: json)
        } catch {
            throw ServiceError(.invalidParameter, "body contains malformed JSON: \(error.message)")
        }
        guard case .array(let items) = document else { throw ServiceError(.invalidParameter, "body must be an array of patch operations") }
        var operations: [DataOperation] = []
        for item in items { operations.append(try Self.operation(item, base)) }
        self.operations = operations
    }

    private static func operation(_ item: Value, _ base: [String]) throws(ServiceError) -> DataOperation {
        guard case .object = item else { throw ServiceError(.invalidParameter, "a patch operation must be an object with the members \"op\", \"path\" and \"value\"") }
        let name = text(item["op"])
        let kind: DataOperation.Kind
        switch name {
        case "add": kind = .add
        case "remove": kind = .remove
        case "replace": kind = .replace
        default: throw ServiceError(.invalidParameter, "bad patch operation: \(name)")
        }
        let path = text(item["path"])
        guard case .string? = item["path"], let keys = keys(path) else { throw ServiceError(.invalidParameter, "bad patch path: \(path)") }
        return DataOperation(kind, at: base + keys, .value(item["value"] ?? .null))
    }

    private static func text(_ value: Value?) -> String {
        switch value {
        case .string(let text): text
        case nil, .null: ""
        case let other?: String(decoding: other.json(escapesHTML: false), as: UTF8.self)
        }
    }

    /// The keys of a JSON pointer (RFC 6901) that may be percent-encoded besides; nil where it does not begin with a slash or cannot be decoded.
    private static func keys(_ pointer: String) -> [String]? {
        if pointer.isEmpty || pointer == "/" { return [] }
        guard pointer.hasPrefix("/") else { return nil }
        var keys: [String] = []
        for segment in pointer.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let decoded = String(segment).removingPercentEncoding else { return nil }
            keys.append(decoded.replacing("~1", with: "/").replacing("~0", with: "~"))
        }
        return keys
    }
}
