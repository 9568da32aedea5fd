/// Loops over collections.
///
/// A loop's state lies in three registers: where it stands, the current key, the current value. Where it stands is an integer, the position of the
/// next entry; or, in a loop that follows an index, a `document` whose payload is the `JoinIndex` and whose count is the next position + 1.
extension Machine {
    /// Takes the next entry of a collection into the loop's registers; false where there is none left.
    @inline(__always)
    func scan(_ source: Datum, _ state: UnsafeMutablePointer<Datum>, flags: UInt8) -> Bool {
        let position = Int(state[0].payload)
        if source.tag == .array {
            guard position < Int(source.count) else { return false }
            if flags & 1 != 0 { state[1] = .integer(position) }
            if flags & 2 != 0 { state[2] = source.elements[position] }
        } else {
            guard source.tag == .object || source.tag == .set else { return false }
            let table = source.table
            if position == 0 { table.pointee.sort() }
            guard position < table.pointee.count else { return false }
            Machine.take(position, of: table, state)
        }
        state[0].payload = UInt64(position + 1)
        return true
    }

    @inline(__always)
    private static func take(_ position: Int, of table: UnsafeMutablePointer<Table>, _ state: UnsafeMutablePointer<Datum>) {
        let key = table.pointee.keys[position]
        state[1] = key
        state[2] = table.pointee.values.map { $0[position] } ?? key
    }

    /// As `scan`, but leaves out entries that an index knows not to match.
    func scanMatching(
        _ source: Datum, _ state: UnsafeMutablePointer<Datum>, _ instruction: UnsafePointer<Instruction>, _ procedure: UnsafePointer<LinkedProcedure>,
        _ frame: UnsafeMutablePointer<Datum>
    ) -> Bool {
        if state[0].tag == .integer {
            guard let index = index(for: source, state, instruction, procedure, frame) else { return scan(source, state, flags: 3) }
            let known = procedure.pointee.pool[Int(instruction.pointee.c)]
            let first = index.pointee.first(known >= 0 ? frame[Int(known)] : procedure.pointee.constants[Int(~known)], from: Int(state[0].payload))
            state[0] = Datum(.document, payload: UInt64(UInt(bitPattern: index)), count: first)
        }
        let next = state[0].count
        guard next > 0, let index = UnsafeMutablePointer<JoinIndex>(bitPattern: UInt(state[0].payload)) else { return false }
        let position = Int(next) - 1
        state[0].count = index.pointee.following[position]
        if source.tag == .array {
            state[1] = .integer(position)
            state[2] = source.elements[position]
        } else {
            Machine.take(position, of: source.table, state)
        }
        return true
    }

    /// The index that a loop may follow from here; nil where it goes on as it is.
    @inline(__always)
    private func index(
        for source: Datum, _ state: UnsafeMutablePointer<Datum>, _ instruction: UnsafePointer<Instruction>, _ procedure: UnsafePointer<LinkedProcedure>,
        _ frame: UnsafeMutablePointer<Datum>
    ) -> UnsafeMutablePointer<JoinIndex>? {
        // A loop that was denied an index once does not ask again.
        if state[0].flags != 0 { return nil }
        let list = procedure.pointee.pool + Int(instruction.pointee.c)
        let known = list[0], isLate = list[1] != 0
        if isLate {
            if state[0].payload == 0 { frame[Int(known)] = .undefined }
            // Undefined as long as no turn has come as far as evaluating it.
            if frame[Int(known)].isUndefined { return nil }
        }
        guard !strictBuiltinErrors, let size = JoinIndexes.size(of: source), size - Int(state[0].payload) >= JoinIndexes.worthwhileSize else {
            state[0].flags = 1
            return nil
        }
        if source.tag != .array { source.table.pointee.sort() }
        let path = JoinIndexes.Path(number: list[2], unit: procedure.pointee.unit, keys: list + 4, keyCount: Int(list[3]), constants: procedure.pointee.constants)
        guard let index = joinIndexes.index(of: source, size: size, by: path, in: arena) else {
            state[0].flags = 1
            return nil
        }
        return index
    }
}
