extension Builtin {
    static let jsonPatch: [Builtin] = [
        Builtin("json.patch", ["target": .any, "patches": .array(of: .object(["op": .string, "path": .any], keys: .any, values: .any))], returns: .any, "The document after the operations of a JSON Patch (RFC 6902).") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            var document = call[0]
            for operation in try call.array(1) {
                guard operation.tag == .object else { throw .failure("must be an array of JSON-Patch objects, but at least one element is not an object") }
                guard let patched = try JSONPatch(call, operation).apply(to: document) else { return .undefined }
                document = patched
            }
            return document
        },
    ]
}

/// One operation of a JSON Patch. What it changes is copied along its path; all else is shared with the document before.
private struct JSONPatch {
    private let call: BuiltinCall
    private let operation: String
    private let path: [Datum]
    private let from: [Datum]?
    private let value: Datum?

    init(_ call: BuiltinCall, _ datum: Datum) throws(BuiltinError) {
        self.call = call
        let view = ObjectView(datum)
        guard let name = view["op"], name.tag == .string else { throw .failure("missing required attribute 'op'") }
        operation = name.text
        guard let target = view["path"] else { throw .failure("missing required attribute 'path'") }
        path = try Self.keys(call, target)
        from = if let source = view["from"] { try Self.keys(call, source) } else { nil }
        value = view["value"]
    }

    /// The keys of a path; none for the empty text, which means the whole document.
    private static func keys(_ call: BuiltinCall, _ path: Datum) throws(BuiltinError) -> [Datum] {
        path.tag == .string && path.count == 0 ? [] : try call.keys(ofPath: path)
    }

    /// Nil where a path leads nowhere.
    func apply(to document: Datum) throws(BuiltinError) -> Datum? {
        func needed() throws(BuiltinError) -> Datum {
            guard let value else { throw .failure("missing required attribute 'value'") }
            return value
        }
        switch operation {
        case "add":
            let value = try needed()
            guard let changed = change(document, path[...], .add(value)) else { throw refusal(of: value, in: document) }
            return changed
        case "replace":
            let value = try needed()
            guard Self.find(document, path[...]) != nil else { throw Self.lost(path, in: document, deletes: true) }
            guard let changed = change(document, path[...], .replace(value)) else { throw refusal(of: value, in: document) }
            return changed
        case "remove":
            guard let changed = change(document, path[...], .remove) else { throw Self.lost(path, in: document, deletes: true) }
            return changed
        case "test":
            let value = try needed()
            guard let found = Self.find(document, path[...]) else { throw Self.lost(path, in: document) }
            guard Datum.equals(found, value) else { throw .failure("value from EditTree != patch value.") }
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
                guard let without = change(document, from[...], .remove) else { return nil }
                base = without
            }
            guard let changed = change(base, path[...], .add(moved)) else { throw refusal(of: moved, in: base) }
            return changed
        default: throw .failure("unrecognized op: '\(operation)'")
        }
    }

    /// Why a value cannot be put where the path leads: a member of a set is its own key.
    private func refusal(of value: Datum, in document: Datum) -> BuiltinError {
        guard let key = path.last, Self.find(document, path.dropLast())?.tag == .set else { return Self.lost(path.dropLast(), in: document) }
        return .failure("set key \(Value(key).regoText) does not equal value to be inserted \(Value(value).regoText)")
    }

    /// Says at which key a path leads nowhere.
    private static func lost(_ path: [Datum], in document: Datum, deletes: Bool = false) -> BuiltinError {
        var value = document
        for (number, key) in path.enumerated() {
            if let next = find(value, [key]) {
                value = next
                continue
            }
            let key = Value(key), found = Value(value)
            switch value.tag {
            case .object where deletes && number == path.count - 1: return .failure("cannot delete child key \(key.regoText) that does not exist")
            case .object: return .failure("path \(key.regoText) does not exist in object term \(found.regoText)")
            case .set: return .failure("path \(key.schemaText) does not exist in set term \(found.regoText)")
            case .array: return .failure(Int(key.schemaText) == nil ? "invalid string for indexing" : "index \(key.schemaText) out of range")
            default: return .failure("expected composite type for path \(key.regoText), found value: \(found.regoText)")
            }
        }
        return .failure("invalid string for indexing")
    }

    private enum Change {
        case add(Datum)
        case replace(Datum)
        case remove
    }

    private static func position(_ key: Datum, count: Int) -> Int? {
        switch key.tag {
        case .integer, .number: return key.number.integer.flatMap { $0 >= 0 && $0 <= Int64(count) ? Int($0) : nil }
        case .string:
            let text = key.text
            if text == "-" { return count }
            guard let position = Int(text), position >= 0, position <= count, text == String(position) else { return nil }
            return position
        default: return nil
        }
    }

    private static func find(_ value: Datum, _ path: ArraySlice<Datum>) -> Datum? {
        guard let key = path.first else { return value }
        switch value.tag {
        case .object: return ObjectView(value)[key].flatMap { find($0, path.dropFirst()) }
        case .array:
            let elements = value.elements
            guard let position = position(key, count: elements.count), position < elements.count else { return nil }
            return find(elements[position], path.dropFirst())
        case .set: return SetView(value).contains(key) ? find(key, path.dropFirst()) : nil
        default: return nil
        }
    }

    private func change(_ value: Datum, _ path: ArraySlice<Datum>, _ change: Change) -> Datum? {
        guard let key = path.first else {
            switch change {
            case .add(let new), .replace(let new): return new
            case .remove: return nil
            }
        }
        return switch value.tag {
        case .object: self.change(object: ObjectView(value), key, path.dropFirst(), change)
        case .array: self.change(array: value.elements, key, path.dropFirst(), change)
        case .set: self.change(set: SetView(value), key, path.dropFirst(), change)
        default: nil
        }
    }

    private func change(object view: ObjectView, _ key: Datum, _ rest: ArraySlice<Datum>, _ change: Change) -> Datum? {
        let before = view[key]
        let after: Datum?
        switch (change, rest.isEmpty) {
        case (.add(let new), true), (.replace(let new), true): after = new
        case (.remove, true):
            guard before != nil else { return nil }
            after = nil
        case (_, false):
            guard let before, let inner = self.change(before, rest, change) else { return nil }
            after = inner
        }
        let result = call.makeObject(capacity: view.count + 1)
        for entry in view.keys.indices where after != nil || !Datum.equals(view.keys[entry], key) { result.set(view.keys[entry], to: view.value(at: entry)) }
        if let after { result.set(key, to: after) }
        return result.datum
    }

    private func change(array: UnsafeBufferPointer<Datum>, _ key: Datum, _ rest: ArraySlice<Datum>, _ change: Change) -> Datum? {
        guard let position = Self.position(key, count: array.count) else { return nil }
        var elements = Array(array)
        if rest.isEmpty, case .add(let new) = change {
            elements.insert(new, at: position)
            return call.make(array: elements)
        }
        guard position < elements.count else { return nil }
        switch (change, rest.isEmpty) {
        case (.remove, true): elements.remove(at: position)
        case (.add(let new), true), (.replace(let new), true): elements[position] = new
        case (_, false):
            guard let inner = self.change(elements[position], rest, change) else { return nil }
            elements[position] = inner
        }
        return call.make(array: elements)
    }

    private func change(set view: SetView, _ key: Datum, _ rest: ArraySlice<Datum>, _ change: Change) -> Datum? {
        let after: Datum?
        switch (change, rest.isEmpty) {
        case (.add(let new), true), (.replace(let new), true):
            guard Datum.equals(new, key) else { return nil }
            after = new
        case (.remove, true):
            guard view.contains(key) else { return nil }
            after = nil
        case (_, false):
            guard view.contains(key), let inner = self.change(key, rest, change) else { return nil }
            after = inner
        }
        let result = call.makeSet(capacity: view.count + 1)
        for member in view.members where !Datum.equals(member, key) { result.insert(member) }
        if let after { result.insert(after) }
        return result.datum
    }
}
