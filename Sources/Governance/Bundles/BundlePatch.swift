import Rego

/// A change that a delta bundle's `patch.json` asks for.
public struct BundlePatch: Sendable, Equatable {
    public enum Operation: String, Sendable {
        /// Puts a value there, with the objects above it where they are missing.
        case upsert
        case replace
        case remove
    }

    public var operation: Operation
    public var path: [String]
    public var value: Value

    /// Reads the text of `patch.json`.
    static func read(_ json: [UInt8]) throws(BundleError) -> [BundlePatch] {
        let document: Value
        do throws(EvaluationError) { document = try Value(json: json) } catch { throw BundleError(.malformed, "bundle load failed on patch decode: \(error.message)") }
        switch document["data"] {
        case nil, .null: return []
        case .array(let elements):
            var patches: [BundlePatch] = []
            for element in elements { patches.append(try BundlePatch(element)) }
            return patches
        default: throw BundleError(.malformed, "bundle load failed on patch decode: data must be an array")
        }
    }

    private init(_ value: Value) throws(BundleError) {
        guard case .string(let name)? = value["op"], let operation = Operation(rawValue: name) else {
            throw BundleError(.malformed, "bundle load failed on patch decode: op must be upsert, replace or remove")
        }
        guard case .string(let path)? = value["path"] else { throw BundleError(.malformed, "bundle load failed on patch decode: path is missing") }
        self.operation = operation
        self.path = path.split(separator: "/").map { String($0).replacing("~1", with: "/").replacing("~0", with: "~") }
        self.value = value["value"] ?? .null
    }

    func apply(to data: Value) throws(BundleError) -> Value {
        switch operation {
        case .upsert:
            guard let changed = data.upserting(value, at: path[...]) else { throw missing }
            return changed
        case .replace:
            guard data.find(path[...]) != nil, let changed = data.upserting(value, at: path[...]) else { throw missing }
            return changed
        case .remove:
            guard data.find(path[...]) != nil else { throw missing }
            return data.removing(path[...])
        }
    }

    private var missing: BundleError {
        BundleError(.delta, "storage_not_found_error: /\(path.joined(separator: "/")): document does not exist")
    }
}
