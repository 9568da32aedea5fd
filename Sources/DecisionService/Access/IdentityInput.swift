import Rego

/// Puts the verified identity of who asks into the input of a decision, as `input.identity`, where the configuration wants that.
///
/// What a client put there itself is never left: the policy may rely on the member.
enum IdentityInput {
    private static let member = "identity"

    /// The text of a request with the identity in it.
    ///
    /// - Throws: `EvaluationError` where the text is not JSON.
    static func text(_ text: [UInt8], as form: Decisions.InputForm, identity: Value?) throws(EvaluationError) -> [UInt8] {
        guard !text.isEmpty else {
            guard let identity else { return text }
            let input = Value.makeObject([(.string(member), identity)])
            return (form == .envelope ? Value.makeObject([("input", input)]) : input).json(escapesHTML: false)
        }
        let document = try Value(json: text)
        let changed = form == .document ? input(document, identity) : request(document, identity)
        return changed.json(escapesHTML: false)
    }

    /// The request with a changed `input`, however the client spelled it.
    private static func request(_ request: Value, _ identity: Value?) -> Value {
        guard case .object(var entries) = request else { return request }
        let position = entries.firstIndex { $0.key == "input" } ?? entries.firstIndex { entry in
            if case .string(let name) = entry.key { name.lowercased() == "input" } else { false }
        }
        if let position {
            entries[position].value = input(entries[position].value, identity)
            return .object(entries)
        }
        guard let identity else { return request }
        return .makeObject(entries.map { ($0.key, $0.value) } + [("input", .makeObject([(.string(member), identity)]))])
    }

    private static func input(_ input: Value, _ identity: Value?) -> Value {
        switch input {
        case .object(let entries):
            let others = entries.filter { $0.key != .string(member) }.map { ($0.key, $0.value) }
            return .makeObject(others + (identity.map { [(.string(member), $0)] } ?? []))
        case .null: return identity.map { .makeObject([(.string(member), $0)]) } ?? .null
        default: return input
        }
    }
}
