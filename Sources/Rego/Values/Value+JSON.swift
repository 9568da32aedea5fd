extension Value {
    /// Reads JSON text.
    public init(json bytes: [UInt8]) throws(EvaluationError) {
        let region = Region()
        let result = bytes.withUnsafeBytes { text in
            Result { () throws(JSONReader.JSONRefusal) in Value(try JSONReader.read(text, into: region.arena, symbols: nil)) }
        }
        switch result {
        case .success(let value): self = value
        case .failure(let refusal): throw EvaluationError(.invalidInput, "not valid JSON: \(JSONReason.describe(bytes, offset: refusal.offset))")
        }
        _ = region
    }

    /// Canonical JSON: keys in order, sets as arrays; `<`, `>` and `&` escaped as Go's encoder does.
    public func json(escapesHTML: Bool = true) -> [UInt8] {
        let region = Region()
        var output: [UInt8] = []
        JSONWriter.write(region.arena.datum(self), to: &output, escapesHTML: escapesHTML)
        return output
    }

    /// JSON over several lines, two spaces a level.
    public func prettyJSON(escapesHTML: Bool = true) -> String {
        var text = ""
        withTextKeys.write(to: &text, indent: "", step: "  ", escapesHTML: escapesHTML)
        return text
    }

    /// JSON over several lines; every line but the first begins with the prefix.
    func indentedJSON(indent: String, prefix: String) -> String {
        var text = ""
        withTextKeys.write(to: &text, indent: prefix, step: indent, escapesHTML: true)
        return text
    }

    /// With arrays in place of sets, also in keys.
    var withoutSets: Value {
        switch self {
        case .array(let elements), .set(let elements): .array(elements.map(\.withoutSets))
        case .object(let entries): .makeObject(entries.map { ($0.key.withoutSets, $0.value.withoutSets) })
        default: self
        }
    }

    /// The value as JSON can say it: sets are arrays, and keys that are no text become their JSON text, which changes their order.
    var withTextKeys: Value {
        switch self {
        case .array(let elements), .set(let elements): .array(elements.map(\.withTextKeys))
        case .object(let entries): .makeObject(entries.map { (.string($0.key.schemaText), $0.value.withTextKeys) })
        default: self
        }
    }

    private func write(to text: inout String, indent: String, step: String, escapesHTML: Bool) {
        let inner = indent + step
        switch self {
        case .array(let elements), .set(let elements):
            if elements.isEmpty {
                text += "[]"
                return
            }
            text += "[\n"
            for (position, element) in elements.enumerated() {
                text += inner
                element.write(to: &text, indent: inner, step: step, escapesHTML: escapesHTML)
                text += position == elements.count - 1 ? "\n" : ",\n"
            }
            text += indent + "]"
        case .object(let entries):
            if entries.isEmpty {
                text += "{}"
                return
            }
            text += "{\n"
            for (position, entry) in entries.enumerated() {
                text += inner + String(decoding: entry.key.json(escapesHTML: escapesHTML), as: UTF8.self) + ": "
                entry.value.write(to: &text, indent: inner, step: step, escapesHTML: escapesHTML)
                text += position == entries.count - 1 ? "\n" : ",\n"
            }
            text += indent + "}"
        default: text += String(decoding: json(escapesHTML: escapesHTML), as: UTF8.self)
        }
    }
}
