/// One call of a built-in: its operands, the region results are made in, and the query it belongs to.
struct BuiltinCall {
    let operands: UnsafeBufferPointer<Datum>
    /// Where results are allocated; they live as long as the query.
    let arena: Arena
    /// What built-ins may know of and remember for the running query.
    /// INVARIANT call: the machine that makes the call holds the context for as long as the call lasts.
    unowned(unsafe) let context: BuiltinContext

    subscript(position: Int) -> Datum { operands[position] }
    var count: Int { operands.count }

    // MARK: Operands

    /// OPA's wording: `operand 2 must be string but got number`.
    func mismatch(_ position: Int, _ wanted: String) -> BuiltinError {
        .type("operand \(position + 1) must be \(wanted) but got \(self[position].typeName)")
    }

    /// The operand as text.
    func string(_ position: Int) throws(BuiltinError) -> String {
        guard self[position].tag == .string else { throw mismatch(position, "string") }
        return self[position].text
    }

    /// The operand's UTF-8 bytes, not copied.
    func utf8(_ position: Int) throws(BuiltinError) -> UnsafeBufferPointer<UInt8> {
        guard self[position].tag == .string else { throw mismatch(position, "string") }
        return self[position].bytes
    }

    func boolean(_ position: Int) throws(BuiltinError) -> Bool {
        guard self[position].tag == .boolean else { throw mismatch(position, "boolean") }
        return self[position].booleanValue
    }

    func number(_ position: Int) throws(BuiltinError) -> Number {
        guard self[position].isNumber else { throw mismatch(position, "number") }
        return self[position].number
    }

    /// A number that is an integer and fits 64 bits; `1.0` counts.
    func integer(_ position: Int) throws(BuiltinError) -> Int {
        let datum = self[position]
        if datum.tag == .integer { return Int(datum.integerValue) }
        guard datum.tag == .number else { throw mismatch(position, "number") }
        // Written with an exponent, it is none for OPA.
        guard let integer = datum.number.integer, !datum.text.contains(where: { $0 == "e" || $0 == "E" }) else {
            throw .type("operand \(position + 1) must be integer number but got floating-point number")
        }
        return Int(integer)
    }

    func array(_ position: Int) throws(BuiltinError) -> UnsafeBufferPointer<Datum> {
        guard self[position].tag == .array else { throw mismatch(position, "array") }
        return self[position].elements
    }

    /// The members of a set, in order.
    func set(_ position: Int) throws(BuiltinError) -> SetView {
        guard self[position].tag == .set else { throw mismatch(position, "set") }
        return SetView(self[position])
    }

    /// The entries of an object, in order of their keys.
    func object(_ position: Int) throws(BuiltinError) -> ObjectView {
        guard self[position].tag == .object else { throw mismatch(position, "object") }
        return ObjectView(self[position])
    }

    /// The elements of an array, or the members of a set in order.
    func elements(_ position: Int) throws(BuiltinError) -> UnsafeBufferPointer<Datum> {
        switch self[position].tag {
        case .array: return self[position].elements
        case .set: return SetView(self[position]).members
        default: throw mismatch(position, "one of {set, array}")
        }
    }

    /// The operand as an ordinary value, for built-ins whose work outweighs the conversion.
    func value(_ position: Int) -> Value { Value(self[position]) }

    // MARK: Results

    func make(_ text: String) -> Datum { arena.string(text) }
    func make(bytes: some Collection<UInt8>) -> Datum { arena.string(bytes) }
    /// A string that shares bytes of an operand; the range must end on character boundaries.
    func make(sharing bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Datum {
        guard let start = bytes.baseAddress, !range.isEmpty else { return arena.string([]) }
        return .string(start + range.lowerBound, count: range.count)
    }
    func make(_ number: Number) -> Datum { arena.number(number) }
    func make(_ integer: Int) -> Datum { .integer(integer) }
    func make(_ boolean: Bool) -> Datum { .boolean(boolean) }
    func make(array elements: some Collection<Datum>) -> Datum { arena.array(elements) }
    func make(_ value: Value) -> Datum { arena.datum(value) }

    /// A set to be filled; `Datum.set(_:)` makes it a value.
    func makeSet(capacity: Int = 4) -> SetBuilder { SetBuilder(in: arena, capacity: capacity) }
    func makeObject(capacity: Int = 4) -> ObjectBuilder { ObjectBuilder(in: arena, capacity: capacity) }
}
