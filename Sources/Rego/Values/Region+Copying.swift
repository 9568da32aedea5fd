extension Arena {
    /// A copy of a value that needs no other memory than this arena's and that of symbols.
    func copy(_ datum: Datum) -> Datum {
        switch datum.tag {
        case .undefined, .null, .boolean, .integer, .document: return datum
        case .number, .string:
            guard !datum.isSymbol, datum.count > 0 else { return datum }
            var copy = string(datum.bytes)
            copy.tag = datum.tag
            copy.flags = datum.flags
            return copy
        case .array:
            let elements = data(Int(datum.count))
            for (position, element) in datum.elements.enumerated() { elements[position] = copy(element) }
            return .array(elements, count: Int(datum.count))
        case .object, .set:
            let source = datum.table
            let table = Table.make(in: self, capacity: source.pointee.count, isObject: datum.tag == .object)
            for position in 0..<source.pointee.count {
                table.pointee.appendNew(copy(source.pointee.keys[position]), source.pointee.values.map { copy($0[position]) } ?? .undefined)
            }
            return datum.tag == .object ? .object(table) : .set(table)
        }
    }
}
