/// What `with` replaces: documents below `data`, and functions.
struct Overrides {
    enum Replacement {
        case function([String])
        case value(PartialTerm)
    }

    var functions: [[String]: Replacement] = [:]
    private var documents: [(path: [Value], value: Value)] = []
    /// Whether a `with` is in force.
    var isActive = false

    mutating func replace(_ path: [Value], with value: Value) {
        documents.removeAll { $0.path.starts(with: path) }
        documents.append((path, value))
    }

    /// Whether rules at a path do not count, because something stands in for them.
    func replaces(_ path: [Value]) -> Bool { documents.contains { path.starts(with: $0.path) } }

    /// Base data at a path, with what is replaced in it; `base` gives what is really there.
    func document(_ path: [Value], base: ([Value]) -> Value?) -> Value? {
        var value = base(path)
        for replaced in documents {
            if path.starts(with: replaced.path) {
                value = path.dropFirst(replaced.path.count).reduce(Optional(replaced.value)) { $0?.member($1) }
            } else if replaced.path.starts(with: path) {
                value = (value ?? .object([])).replacing(replaced.path.dropFirst(path.count), with: replaced.value)
            }
        }
        return value
    }

    /// What stands in for a function; nil where the target or the value is none.
    func replacement(for modifier: PartialModifier, arities: FunctionArities) -> Replacement? {
        if let name = modifier.replacement { return .function(name) }
        func name(_ parts: [PartialTerm]) -> [String]? {
            var names: [String] = []
            for part in parts {
                switch part {
                case .variable(let text) where names.isEmpty: names.append(text)
                case .value(.string(let text)): names.append(text)
                default: return nil
                }
            }
            return names
        }
        guard let target = name(modifier.target), target.first != "data" || (arities[target] ?? 0) > 0 else { return nil }
        if case .ref(let parts) = modifier.value, let function = name(parts), (arities[function] ?? 0) > 0 { return .function(function) }
        return .value(modifier.value)
    }
}
