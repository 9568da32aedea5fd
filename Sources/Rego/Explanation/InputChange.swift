/// Another value at one place of an input document, or none there.
public struct InputChange: Sendable, Hashable {
    /// Keys and indices below `input`.
    public var path: [Value]
    /// What is there; nil where nothing is.
    public var before: Value?
    /// What would be there; nil for nothing.
    public var after: Value?
    /// Whether the values may not be shown, because they are masked in the decision log.
    public var isMasked = false

    /// The place as a reference, such as `input.user.roles[0]`.
    public var reference: String { Ref(head: Term(.variable("input")), path: path.map { Term(value: $0) }).description }
}

/// An input document with changes on it.
struct ChangedInput: Sendable, Hashable {
    /// Nil where there is none.
    let original: Value?
    private(set) var document: Value?
    /// The places that were changed; none lies in another.
    private(set) var places: [[Value]] = []
    private(set) var maskedPlaces: Set<[Value]> = []

    init(_ document: Value?) {
        original = document
        self.document = document
    }

    /// The input with another value at a place; nil where that is not possible, or changes nothing.
    func setting(_ path: [Value], to value: Value?, isMasked: Bool) -> ChangedInput? {
        guard document?.at(path) != value else { return nil }
        var result = self
        if path.isEmpty {
            result.document = value
        } else {
            guard let changed = (document ?? .object([])).setting(path[...], to: value) else { return nil }
            result.document = changed
        }
        if !result.places.contains(where: { path.starts(with: $0) }) {
            result.places.removeAll { $0.starts(with: path) }
            result.places.append(path)
        }
        if isMasked, let place = result.places.first(where: { path.starts(with: $0) }) { result.maskedPlaces.insert(place) }
        return result
    }

    var changes: [InputChange] {
        places.map { InputChange(path: $0, before: original?.at($0), after: document?.at($0), isMasked: maskedPlaces.contains($0)) }.filter { $0.before != $0.after }
    }
}

extension Value {
    /// The value at keys and indices below this one; nil where nothing is.
    func at(_ path: some Collection<Value>) -> Value? {
        guard let key = path.first else { return self }
        return entry(at: key)?.at(path.dropFirst())
    }

    private func entry(at key: Value) -> Value? {
        switch self {
        case .object(let entries): return entries.first { $0.key == key }?.value
        case .array(let elements):
            guard case .number(let number) = key, let index = number.integer, elements.indices.contains(Int(index)) else { return nil }
            return elements[Int(index)]
        case .set(let members): return members.contains(key) ? key : nil
        default: return nil
        }
    }

    /// With another value at a path, or none, and objects on the way where nothing is; nil where something else stands in the way.
    fileprivate func setting(_ path: ArraySlice<Value>, to value: Value?) -> Value? {
        guard let key = path.first else { return value }
        let rest = path.dropFirst()
        switch self {
        case .object(let entries):
            let others = entries.filter { $0.key != key }.map { ($0.key, $0.value) }
            guard !rest.isEmpty || value != nil else { return .makeObject(others) }
            guard let inner = (entry(at: key) ?? .object([])).setting(rest, to: value) else { return nil }
            return .makeObject(others + [(key, inner)])
        case .array(var elements):
            guard case .number(let number) = key, let position = number.integer, elements.indices.contains(Int(position)) else { return nil }
            if rest.isEmpty, value == nil {
                elements.remove(at: Int(position))
            } else {
                guard let inner = elements[Int(position)].setting(rest, to: value) else { return nil }
                elements[Int(position)] = inner
            }
            return .array(elements)
        default: return nil
        }
    }

    /// The keys or indices of a collection, in order.
    var memberKeys: [Value] {
        switch self {
        case .object(let entries): entries.map(\.key)
        case .array(let elements): elements.indices.map { .number(Number($0)) }
        case .set(let members): members
        default: []
        }
    }

    /// The elements of a collection, in order.
    var memberValues: [Value] {
        switch self {
        case .object(let entries): entries.map(\.value)
        case .array(let elements), .set(let elements): elements
        default: []
        }
    }
}
