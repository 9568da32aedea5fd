import Rego

/// Changes of documents at keys; array elements are named by their positions.
extension Value {
    func find(_ path: ArraySlice<String>) -> Value? {
        guard let key = path.first else { return self }
        switch self {
        case .object: return self[key]?.find(path.dropFirst())
        case .array(let elements):
            guard let index = Int(key), elements.indices.contains(index) else { return nil }
            return elements[index].find(path.dropFirst())
        default: return nil
        }
    }

    /// The member of an object with another value.
    func setting(_ key: String, _ value: Value) -> Value {
        guard case .object(let entries) = self else { return self }
        return .makeObject(entries.filter { $0.key != .string(key) }.map { ($0.key, $0.value) } + [(.string(key), value)])
    }

    /// The document with a value at a path, objects above it made where they are missing; nil where the path leads through something else.
    func upserting(_ value: Value, at path: ArraySlice<String>) -> Value? {
        guard let key = path.first else { return value }
        switch self {
        case .object:
            guard let changed = (self[key] ?? .object([])).upserting(value, at: path.dropFirst()) else { return nil }
            return setting(key, changed)
        case .array(var elements):
            guard let index = key == "-" ? elements.count : Int(key), (0...elements.count).contains(index) else { return nil }
            if index == elements.count {
                guard path.count == 1 else { return nil }
                elements.append(value)
            } else {
                guard let changed = elements[index].upserting(value, at: path.dropFirst()) else { return nil }
                elements[index] = changed
            }
            return .array(elements)
        default: return nil
        }
    }

    /// The document without what is at a path. Nothing happens where there is nothing.
    func removing(_ path: ArraySlice<String>) -> Value {
        guard let key = path.first else { return .object([]) }
        switch self {
        case .object(let entries):
            guard let child = self[key] else { return self }
            guard path.count > 1 else { return .object(entries.filter { $0.key != .string(key) }) }
            return setting(key, child.removing(path.dropFirst()))
        case .array(var elements):
            guard let index = Int(key), elements.indices.contains(index) else { return self }
            if path.count > 1 { elements[index] = elements[index].removing(path.dropFirst()) } else { elements.remove(at: index) }
            return .array(elements)
        default: return self
        }
    }

    /// Two objects in one; nil where both have a value at the same place.
    func merging(_ other: Value) -> Value? {
        guard case .object(let left) = self, case .object(let right) = other else { return nil }
        var merged = Dictionary(left.map { ($0.key, $0.value) }) { _, last in last }
        for entry in right {
            guard let known = merged[entry.key] else {
                merged[entry.key] = entry.value
                continue
            }
            guard let joined = known.merging(entry.value) else { return nil }
            merged[entry.key] = joined
        }
        return .makeObject(merged.map { ($0.key, $0.value) })
    }
}
