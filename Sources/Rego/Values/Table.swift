/// The entries of an object, or the members of a set.
///
/// Keys lie in one array, values in a second (none for a set). Up to eight keys are searched one after the other; more are found through an
/// open-addressing hash index. Order is made on demand: a table that is only probed is never sorted.
///
/// INVARIANT keys: no two keys are equal.
/// INVARIANT shared: a table in the snapshot's region is sorted and indexed before another thread sees it, and never written again.
struct Table: BitwiseCopyable {
    private(set) var keys: UnsafeMutablePointer<Datum>
    private(set) var values: UnsafeMutablePointer<Datum>?
    private(set) var count: Int
    private var capacity: Int
    /// Positions + 1 by hash, zero where empty; nil while the table is small or nothing has been looked up.
    private var index: UnsafeMutablePointer<UInt32>?
    private var indexMask: Int
    private let arena: Arena
    private(set) var isSorted: Bool

    static let linearLimit = 8

    static func make(in arena: Arena, capacity: Int, isObject: Bool) -> UnsafeMutablePointer<Table> {
        let table = arena.allocate(MemoryLayout<Table>.stride).assumingMemoryBound(to: Table.self)
        let capacity = max(capacity, 4)
        table.initialize(to: Table(
            keys: arena.data(capacity), values: isObject ? arena.data(capacity) : nil, count: 0, capacity: capacity,
            index: nil, indexMask: 0, arena: arena, isSorted: true))
        return table
    }

    /// A table of entries that lie as key, value, key, value, …; of equal keys the last one counts.
    static func make(in arena: Arena, pairs: UnsafePointer<Datum>, count pairCount: Int) -> UnsafeMutablePointer<Table> {
        let table = make(in: arena, capacity: pairCount, isObject: true)
        if pairCount > Table.linearLimit { table.pointee.buildIndex() }
        for pair in 0..<pairCount { table.pointee.setUnordered(pairs[pair * 2], to: pairs[pair * 2 + 1]) }
        return table
    }

    /// As `set`, but leaves it to a later `sort` to find out whether the keys came in order, and hashes the key only once.
    private mutating func setUnordered(_ key: Datum, to value: Datum) {
        if let index {
            var slot = Int(truncatingIfNeeded: key.hash) & indexMask
            while index[slot] != 0 {
                let position = Int(index[slot]) - 1
                if Datum.equals(keys[position], key) {
                    values.unsafelyUnwrapped[position] = value
                    return
                }
                slot = (slot + 1) & indexMask
            }
            index[slot] = UInt32(truncatingIfNeeded: count + 1)
        } else if let position = position(of: key) {
            values.unsafelyUnwrapped[position] = value
            return
        }
        keys[count] = key
        values.unsafelyUnwrapped[count] = value
        count += 1
        if count > 1 { isSorted = false }
    }

    @inline(__always)
    func value(at position: Int) -> Datum { values.unsafelyUnwrapped[position] }

    /// The position of a key, or nil.
    @inline(__always)
    mutating func position(of key: Datum) -> Int? {
        if count <= Table.linearLimit {
            if key.isSymbol {
                for position in 0..<count where keys[position].payload == key.payload && keys[position].tag == .string { return position }
            }
            for position in 0..<count where Datum.equals(keys[position], key) { return position }
            return nil
        }
        return indexedPosition(of: key)
    }

    private mutating func indexedPosition(of key: Datum) -> Int? {
        if index == nil { buildIndex() }
        let index = self.index.unsafelyUnwrapped
        var slot = Int(truncatingIfNeeded: key.hash) & indexMask
        while true {
            let entry = Int(index[slot])
            if entry == 0 { return nil }
            if Datum.equals(keys[entry - 1], key) { return entry - 1 }
            slot = (slot + 1) & indexMask
        }
    }

    /// The value of a key; undefined where there is none.
    @inline(__always)
    mutating func lookup(_ key: Datum) -> Datum {
        guard let position = position(of: key) else { return .undefined }
        return value(at: position)
    }

    private mutating func buildIndex() {
        var size = 32
        while size < capacity * 2 { size *= 2 }
        let index = arena.allocate(size * 4).assumingMemoryBound(to: UInt32.self)
        index.initialize(repeating: 0, count: size)
        indexMask = size - 1
        self.index = index
        for position in 0..<count { insertIntoIndex(position) }
    }

    private func insertIntoIndex(_ position: Int) {
        let index = self.index.unsafelyUnwrapped
        var slot = Int(truncatingIfNeeded: keys[position].hash) & indexMask
        while index[slot] != 0 { slot = (slot + 1) & indexMask }
        index[slot] = UInt32(truncatingIfNeeded: position + 1)
    }

    private mutating func grow() {
        let larger = capacity * 2
        let newKeys = arena.data(larger)
        newKeys.update(from: keys, count: count)
        keys = newKeys
        if let values {
            let newValues = arena.data(larger)
            newValues.update(from: values, count: count)
            self.values = newValues
        }
        capacity = larger
        index = nil
    }

    private mutating func append(_ key: Datum) {
        if count == capacity { grow() }
        keys[count] = key
        if isSorted && count > 0 && Datum.compare(keys[count - 1], key) > 0 { isSorted = false }
        count += 1
        if index != nil { insertIntoIndex(count - 1) }
    }

    /// Adds a member to a set; false where it was there already.
    @discardableResult
    mutating func insert(_ member: Datum) -> Bool {
        if position(of: member) != nil { return false }
        append(member)
        return true
    }

    /// Sets a key's value, replacing an earlier one.
    mutating func set(_ key: Datum, to value: Datum) {
        if let position = position(of: key) {
            values.unsafelyUnwrapped[position] = value
        } else {
            append(key)
            values.unsafelyUnwrapped[count - 1] = value
        }
    }

    /// Adds an element to an array that is being made: a table used as a list, in order and with repetitions.
    @inline(__always)
    mutating func appendElement(_ element: Datum) {
        if count == capacity { grow() }
        keys[count] = element
        count += 1
    }

    /// Adds an entry whose key the caller knows to be new.
    mutating func appendNew(_ key: Datum, _ value: Datum) {
        append(key)
        if let values { values[count - 1] = value }
    }

    /// Brings keys into Rego's order.
    @inline(__always)
    mutating func sort() {
        if !isSorted { sortSlowly() }
    }

    private mutating func sortSlowly() {
        if count <= 16 {
            for next in 1..<count {
                let key = keys[next], value = values?[next]
                var hole = next
                while hole > 0 && Datum.compare(keys[hole - 1], key) > 0 {
                    keys[hole] = keys[hole - 1]
                    if let values { values[hole] = values[hole - 1] }
                    hole -= 1
                }
                keys[hole] = key
                if let values, let value { values[hole] = value }
            }
        } else {
            let order = sortedPositions()
            let sortedKeys = arena.data(capacity)
            for position in 0..<count { sortedKeys[position] = keys[order[position].position] }
            if let values {
                let sortedValues = arena.data(capacity)
                for position in 0..<count { sortedValues[position] = values[order[position].position] }
                self.values = sortedValues
            }
            keys = sortedKeys
        }
        index = nil
        isSorted = true
    }

    private struct Place: BitwiseCopyable {
        /// Ordered as the keys are, as far as a word can tell.
        var prefix: UInt64
        var position: Int
    }

    /// Where the keys stand, in their order. Most comparisons are of one word, because most keys differ in type or in their first bytes.
    private func sortedPositions() -> UnsafeMutableBufferPointer<Place> {
        let places = UnsafeMutableBufferPointer(start: arena.allocate(count * MemoryLayout<Place>.stride).assumingMemoryBound(to: Place.self), count: count)
        for position in 0..<count { places.initializeElement(at: position, to: Place(prefix: keys[position].orderingPrefix, position: position)) }
        var sorted = places
        let keys = keys
        sorted.sort { $0.prefix != $1.prefix ? $0.prefix < $1.prefix : Datum.compare(keys[$0.position], keys[$1.position]) < 0 }
        return places
    }

    /// Sorts and indexes, so that no later look-up writes (see INVARIANT shared).
    mutating func freeze() {
        sort()
        if count > Table.linearLimit && index == nil { buildIndex() }
    }
}
