/// The boundary between region values and the public `Value`.
extension Value {
    init(_ datum: Datum) {
        switch datum.tag {
        case .undefined, .null, .document: self = .null
        case .boolean: self = .boolean(datum.booleanValue)
        case .integer, .number: self = .number(datum.number)
        case .string: self = .string(datum.text)
        case .array: self = .array(datum.elements.map { Value($0) })
        case .set: self = .set(SetView(datum).members.map { Value($0) })
        case .object:
            let view = ObjectView(datum)
            self = .object(view.keys.indices.map { ObjectEntry(key: Value(view.keys[$0]), value: Value(view.value(at: $0))) })
        }
    }
}

extension Arena {
    /// Copies a value into the region.
    func datum(_ value: Value, symbols: SymbolTable? = nil) -> Datum {
        switch value {
        case .null: return .null
        case .boolean(let boolean): return .boolean(boolean)
        case .number(let number): return self.number(number)
        case .string(let text):
            if let symbols { return symbols.intern(text) }
            return string(text)
        case .array(let elements):
            let target = data(elements.count)
            for (position, element) in elements.enumerated() { target[position] = datum(element, symbols: symbols) }
            return .array(target, count: elements.count)
        case .set(let members):
            let builder = SetBuilder(in: self, capacity: members.count)
            for member in members { builder.insert(datum(member, symbols: symbols)) }
            return builder.datum
        case .object(let entries):
            let builder = ObjectBuilder(in: self, capacity: entries.count)
            for entry in entries { builder.set(datum(entry.key, symbols: symbols), to: datum(entry.value, symbols: symbols)) }
            return builder.datum
        }
    }
}
