import Foundation
import Rego

/// One change that a masking policy asks for (OPA: "Masking Sensitive Data").
struct MaskOperation {
    enum Change {
        case remove
        case upsert(Value)
    }

    /// The part of an event that may be masked.
    enum Part: String {
        case input, result, nondeterminism = "nd_builtin_cache"
    }

    let change: Change
    let part: Part
    /// Keys and indices below the part.
    let segments: [String]
    /// As the event's `erased` and `masked` list it.
    let path: String

    /// Reads what the policy gave: `"/input/password"`, or `{"op": "upsert", "path": "/input/password", "value": "***"}`.
    init(_ value: Value) throws(DecisionLogError) {
        switch value {
        case .string(let path): try self.init(path: path, change: .remove)
        case .object:
            guard case .string(let path)? = value["path"] else { throw DecisionLogError(.mask, "a rule has no path: \(Self.text(value))") }
            switch value["op"] {
            case .string("remove"): try self.init(path: path, change: .remove)
            case .string("upsert"): try self.init(path: path, change: .upsert(value["value"] ?? .null))
            default: throw DecisionLogError(.mask, "the op of \(path) must be \"remove\" or \"upsert\"")
            }
        default: throw DecisionLogError(.mask, "a rule must be a path or an object, not \(Self.text(value))")
        }
    }

    private init(path: String, change: Change) throws(DecisionLogError) {
        guard path.hasPrefix("/") else { throw DecisionLogError(.mask, "the path \(path) must begin with a slash") }
        let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard let part = Part(rawValue: segments[0]) else {
            throw DecisionLogError(.mask, "mask prefix not allowed: \(segments[0]); a path begins with /input, /result or /nd_builtin_cache")
        }
        guard segments.allSatisfy({ $0.removingPercentEncoding != nil }) else { throw DecisionLogError(.mask, "the path \(path) is not percent-encoded") }
        self.change = change
        self.part = part
        self.segments = Array(segments.dropFirst())
        self.path = path
    }

    private static func text(_ value: Value) -> String { String(decoding: value.json(escapesHTML: false), as: UTF8.self) }

    /// Changes a document; false where it does not have the path.
    func apply(to document: inout Value?) -> Bool {
        switch change {
        case .remove:
            guard document != nil else { return false }
            guard !segments.isEmpty else {
                document = nil
                return true
            }
            return document.map { Self.remove(segments[...], from: $0) }.flatMap { changed in
                changed.map {
                    document = $0
                    return true
                }
            } ?? false
        case .upsert(let value):
            guard !segments.isEmpty else {
                document = value
                return true
            }
            guard let changed = Self.upsert(segments[...], value, into: document ?? .object([])) else { return false }
            document = changed
            return true
        }
    }

    private static func remove(_ path: ArraySlice<String>, from value: Value) -> Value? {
        guard let segment = path.first else { return nil }
        let rest = path.dropFirst()
        switch value {
        case .object(var entries):
            guard let position = entries.firstIndex(where: { matches($0.key, segment) }) else { return nil }
            if rest.isEmpty {
                entries.remove(at: position)
            } else {
                guard let changed = remove(rest, from: entries[position].value) else { return nil }
                entries[position].value = changed
            }
            return .object(entries)
        case .array(var elements):
            guard let index = Int(segment), elements.indices.contains(index) else { return nil }
            if rest.isEmpty {
                elements.remove(at: index)
            } else {
                guard let changed = remove(rest, from: elements[index]) else { return nil }
                elements[index] = changed
            }
            return .array(elements)
        default: return nil
        }
    }

    private static func upsert(_ path: ArraySlice<String>, _ value: Value, into document: Value) -> Value? {
        guard let segment = path.first else { return value }
        let rest = path.dropFirst()
        switch document {
        case .object(var entries):
            if let position = entries.firstIndex(where: { matches($0.key, segment) }) {
                guard let changed = upsert(rest, value, into: entries[position].value) else { return nil }
                entries[position].value = changed
                return .object(entries)
            }
            guard let changed = upsert(rest, value, into: .object([])) else { return nil }
            return .makeObject(entries.map { ($0.key, $0.value) } + [(.string(segment.removingPercentEncoding ?? segment), changed)])
        case .array(var elements):
            guard let index = Int(segment), elements.indices.contains(index), let changed = upsert(rest, value, into: elements[index]) else { return nil }
            elements[index] = changed
            return .array(elements)
        default: return nil
        }
    }

    /// A key as it stands, or what it stands for when percent-decoded: hiding too much is the safe side.
    private static func matches(_ key: Value, _ segment: String) -> Bool {
        guard case .string(let text) = key else { return false }
        return text == segment || text == segment.removingPercentEncoding
    }
}
