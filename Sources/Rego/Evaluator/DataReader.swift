/// Brings documents into memory of base data.
struct DataReader {
    let arena: Arena
    let symbols: SymbolTable
    /// Whether new keys may still become symbols: only while the snapshot is made.
    let interns: Bool

    /// What a source holds, sorted and indexed.
    func read(_ source: DataSource) throws(JSONReader.JSONRefusal) -> Datum {
        let value: Datum
        switch source {
        case .empty: value = .object(Table.make(in: arena, capacity: 0, isObject: true))
        case .value(let plain): value = interns ? arena.datum(plain, symbols: symbols) : Linker(arena: arena, symbols: symbols, interns: false, data: .undefined).constant(plain)
        case .json(let bytes): value = try read(bytes)
        case .snapshot(let snapshot): value = copy(snapshot.program.data)
        }
        Linker.freeze(value)
        return value
    }

    private func read(_ bytes: [UInt8]) throws(JSONReader.JSONRefusal) -> Datum {
        if interns {
            return try bytes.withUnsafeBytes { text in
                Result { () throws(JSONReader.JSONRefusal) in try JSONReader.read(text, into: arena, symbols: symbols, interns: true) }
            }.get()
        }
        // Strings point into the text, so it must live as long as they do.
        let text = arena.string(bytes)
        return try JSONReader.read(UnsafeRawBufferPointer(text.bytes), into: arena, symbols: symbols)
    }

    /// A copy of a document of another snapshot, or of an earlier version.
    func copy(_ datum: Datum) -> Datum {
        switch datum.tag {
        case .undefined, .null, .boolean, .integer, .document: return datum
        case .number:
            var text = arena.string(datum.bytes)
            text.tag = .number
            text.flags = datum.flags
            return text
        case .string: return arena.string(datum.bytes)
        case .array:
            let elements = arena.data(Int(datum.count))
            for position in 0..<Int(datum.count) { elements[position] = copy(datum.elements[position]) }
            return .array(elements, count: Int(datum.count))
        case .set:
            let builder = SetBuilder(in: arena, capacity: datum.table.pointee.count)
            for member in SetView(datum).members { builder.insert(copy(member)) }
            return builder.datum
        case .object:
            let view = ObjectView(datum)
            let table = Table.make(in: arena, capacity: view.count, isObject: true)
            for position in view.keys.indices { table.pointee.appendNew(key(view.keys[position]), copy(view.value(at: position))) }
            return .object(table)
        }
    }

    /// A key: the symbol where there is one, else a string of its own.
    func key(_ datum: Datum) -> Datum {
        guard datum.tag == .string, let start = datum.bytes.baseAddress, datum.count > 0 else { return copy(datum) }
        if interns { return symbols.intern(start, Int(datum.count)) }
        return symbols.find(start, Int(datum.count)) ?? arena.string(datum.bytes)
    }
}
