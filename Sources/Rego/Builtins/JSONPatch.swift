extension Builtin {
    static let jsonPatch: [Builtin] = [
        Builtin("json.patch", ["target": .any, "patches": .array(of: .object(["op": .string, "path": .any], keys: .any, values: .any))], returns: .any, "The document after the operations of a JSON Patch (RFC 6902).") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            var document = call.value(0)
            for operation in try call.array(1) {
                guard operation.tag == .object else { throw .failure("must be an array of JSON-Patch objects, but at least one element is not an object") }
                guard let patched = try JSONPatch(call, operation).apply(to: document) else { return .undefined }
                document = patched
            }
            return call.make(document)
        },
    ]
}

/// One operation of a JSON Patch.
private struct JSONPatch {
    private let operation: String
    private let path: [Value]
    private let from: [Value]?
    private let value: Value?

    init(_ call: BuiltinCall, _ datum: Datum) throws(BuiltinError) {
        let view = ObjectView(datum)
        guard let name = view["op"], name.tag == .string else { throw .failure("missing required attribute 'op'") }
        operation = name.text
        guard let target = view["path"] else { throw .failure("missing required attribute 'path'") }
        path = try Self.keys(call, target)
        from = if let source = view["from"] { try Self.keys(call, source) } else { nil }
        value = view["value"].map { Value($0) }
    }

    /// The keys of a path; none for the empty text, which means the whole document.
    private static func keys(_ call: BuiltinCall, _ path: Datum) throws(BuiltinError) -> [Value] {
        path.tag == .string && path.count == 0 ? [] : try call.keys(ofPath: path).map { Value($0) }
    }

    /// Nil where a path leads nowhere.
    func apply(to document: Value) throws(BuiltinError) -> Value? {
        func needed() throws(BuiltinError) -> Value {
            guard let value else { throw .failure("missing required attribute 'value'") }
            return value
        }
        switch operation {
        case "add":
            guard let changed = Self.change(document, path[...], .add(try needed())) else { throw Self.lost(path.dropLast(), in: document) }
            return changed
        case "replace":
            let value = try needed()
            guard Self.find(document, path[...]) != nil else { throw Self.lost(path, in: document, deletes: true) }
            return Self.change(document, path[...], .replace(value))
        case "remove":
            guard let changed = Self.change(document, path[...], .remove) else { throw Self.lost(path, in: document, deletes: true) }
            return changed
        case "test":
            let value = try needed()
            guard let found = Self.find(document, path[...]) else { throw Self.lost(path, in: document) }
            guard found == value else { throw .failure("value from EditTree != patch value.") }
            return document
        case "copy", "move":
            guard let from else { throw .failure("missing required attribute 'from'") }
            guard let moved = Self.find(document, from[...]) else { throw Self.lost(from, in: document) }
            var base = document
            if operation == "move" {
                guard !from.isEmpty else {
                    guard path.isEmpty else { throw .failure("deleted node encountered during insert operation") }
                    return document
                }
                guard let without = Self.change(document, from[...], .remove) else { return nil }
                base = without
            }
            guard let changed = Self.change(base, path[...], .add(moved)) else { throw Self.lost(path.dropLast(), in: base) }
            return changed
        default: throw .failure("unrecognized op: '\(operation)'")
        }
    }

    /// Says at which key a path leads nowhere.
    private static func lost(_ path: [Value], in document: Value, deletes: Bool = false) -> BuiltinError {
        var value = document
        for (number, key) in path.enumerated() {
            if let next = find(value, [key]) {
                value = next
                continue
            }
            switch value {
            case .object where deletes && number == path.count - 1: return .failure("cannot delete child key \(key.regoText) that does not exist")
            case .object: return .failure("path \(key.regoText) does not exist in object term \(value.regoText)")
            case .set: return .failure("path \(key.schemaText) does not exist in set term \(value.regoText)")
            case .array: return .failure(Int(key.schemaText) == nil ? "invalid string for indexing" : "index \(key.schemaText) out of range")
            default: return .failure("expected composite type for path \(key.regoText), found value: \(value.regoText)")
            }
        }
        return .failure("invalid string for indexing")
    }

    private enum Change {
        case add(Value)
        case replace(Value)
        case remove
    }

    private static func position(_ key: Value, count: Int) -> Int? {
        switch key {
        case .number(let number): return number.integer.flatMap { $0 >= 0 && $0 <= Int64(count) ? Int($0) : nil }
        case .string("-"): return count
        case .string(let text):
            guard let position = Int(text), position >= 0, position <= count, text == String(position) else { return nil }
            return position
        default: return nil
        }
    }

    private static func find(_ value: Value, _ path: ArraySlice<Value>) -> Value? {
        guard let key = path.first else { return value }
        switch value {
        case .object(let entries):
            guard let entry = entries.first(where: { $0.key == key }) else { return nil }
            return find(entry.value, path.dropFirst())
        case .array(let elements):
            guard let position = position(key, count: elements.count), position < elements.count else { return nil }
            return find(elements[position], path.dropFirst())
        case .set(let members):
            guard members.contains(key) else { return nil }
            return find(key, path.dropFirst())
        default: return nil
        }
    }

    private static func change(_ value: Value, _ path: ArraySlice<Value>, _ change: Change) -> Value? {
        guard let key = path.first else {
            switch change {
            case .add(let new), .replace(let new): return new
            case .remove: return nil
            }
        }
        let isLast = path.count == 1
        switch value {
        case .object(let entries):
            var pairs = entries.map { ($0.key, $0.value) }
            let known = pairs.firstIndex { $0.0 == key }
            if isLast {
                switch change {
                case .add(let new), .replace(let new):
                    if let known { pairs[known].1 = new } else { pairs.append((key, new)) }
                case .remove:
                    guard let known else { return nil }
                    pairs.remove(at: known)
                }
            } else {
                guard let known, let inner = self.change(pairs[known].1, path.dropFirst(), change) else { return nil }
                pairs[known].1 = inner
            }
            return .makeObject(pairs)
        case .array(var elements):
            guard let position = position(key, count: elements.count) else { return nil }
            if isLast {
                switch change {
                case .add(let new): elements.insert(new, at: position)
                case .replace(let new):
                    guard position < elements.count else { return nil }
                    elements[position] = new
                case .remove:
                    guard position < elements.count else { return nil }
                    elements.remove(at: position)
                }
            } else {
                guard position < elements.count, let inner = self.change(elements[position], path.dropFirst(), change) else { return nil }
                elements[position] = inner
            }
            return .array(elements)
        case .set(let members):
            if isLast {
                switch change {
                case .add(let new):
                    guard new == key else { return nil }
                    return .makeSet(members + [new])
                case .replace(let new):
                    guard members.contains(key) else { return nil }
                    return .makeSet(members.filter { $0 != key } + [new])
                case .remove:
                    guard members.contains(key) else { return nil }
                    return .set(members.filter { $0 != key })
                }
            }
            guard members.contains(key), let inner = self.change(key, path.dropFirst(), change) else { return nil }
            return .makeSet(members.filter { $0 != key } + [inner])
        default: return nil
        }
    }
}
