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
    // As narrow as can be, and nothing twice: there is a table for each object of base data.
    /// In the 48 bits of an address the index, or one more than the patch: no table has both. Above it the index has two to the power of six bits slots;
    /// the highest bit says whether the keys are sorted.
    private var extra: UInt = 0
    private let arena: Arena
    private var storedCount: UInt32
    private var storedCapacity: UInt32

    private init(in arena: Arena, keys: UnsafeMutablePointer<Datum>, values: UnsafeMutablePointer<Datum>?, count: Int, capacity: Int, isSorted: Bool) {
        self.keys = keys
        self.values = values
        self.arena = arena
        storedCount = UInt32(truncatingIfNeeded: count)
        storedCapacity = UInt32(truncatingIfNeeded: capacity)
        self.isSorted = isSorted
    }

    private static let addressBits: UInt = 1 << 48 - 1
    private static let sortedBit: UInt = 1 << 63

    private mutating func putAddress(_ address: UInt) { extra = extra & ~Self.addressBits | address }

    private(set) var isSorted: Bool {
        @inline(__always) get { extra & Self.sortedBit != 0 }
        set { extra = newValue ? extra | Self.sortedBit : extra & ~Self.sortedBit }
    }

    /// Positions + 1 by hash, zero where empty; nil while the table is small or nothing has been looked up.
    private var index: UnsafeMutablePointer<UInt32>? {
        @inline(__always) get { extra & 1 == 0 ? UnsafeMutablePointer(bitPattern: extra & Self.addressBits) : nil }
        set { putAddress(UInt(bitPattern: newValue)) }
    }
    /// Where this is a version of a large object that differs in some entries: these. Then only `count` and `lookup` can be asked here (`Datum.stored`);
    /// `Datum.table` gives a table of all entries.
    private(set) var patch: UnsafeMutablePointer<TablePatch>? {
        @inline(__always) get { extra & 1 == 0 ? nil : UnsafeMutablePointer(bitPattern: extra & Self.addressBits - 1) }
        set { putAddress(newValue.map { UInt(bitPattern: $0) + 1 } ?? 0) }
    }
    private(set) var count: Int {
        @inline(__always) get { Int(storedCount) }
        set { storedCount = UInt32(truncatingIfNeeded: newValue) }
    }
    private var capacity: Int {
        @inline(__always) get { Int(storedCapacity) }
        set { storedCapacity = UInt32(truncatingIfNeeded: newValue) }
    }
    private var indexMask: Int {
        @inline(__always) get { 1 << Int(extra >> 48 & 63) - 1 }
        set { extra = extra & ~(63 << 48) | UInt((newValue + 1).trailingZeroBitCount) << 48 }
    }

    static let linearLimit = 8

    static func make(in arena: Arena, capacity: Int, isObject: Bool) -> UnsafeMutablePointer<Table> {
        let table = arena.allocate(MemoryLayout<Table>.stride).assumingMemoryBound(to: Table.self)
        let capacity = max(capacity, 4)
        table.initialize(to: Table(in: arena, keys: arena.data(capacity), values: isObject ? arena.data(capacity) : nil, count: 0, capacity: capacity, isSorted: true))
        return table
    }

    /// A table of entries that lie as key, value, key, value, …; of equal keys the last one counts.
    static func make(in arena: Arena, pairs: UnsafePointer<Datum>, count pairCount: Int) -> UnsafeMutablePointer<Table> {
        let table = make(in: arena, capacity: pairCount, isObject: true)
        if pairCount > Table.linearLimit { table.pointee.buildIndex() }
        for pair in 0..<pairCount { table.pointee.setUnordered(pairs[pair * 2], to: pairs[pair * 2 + 1]) }
        return table
    }

    /// A table of the same keys, which it shares, as is the index; values are to be initialised, each at its place.
    func withoutValues(in arena: Arena) -> UnsafeMutablePointer<Table> {
        let table = arena.allocate(MemoryLayout<Table>.stride).assumingMemoryBound(to: Table.self)
        table.initialize(to: self)
        table.pointee.values = arena.data(count)
        table.pointee.capacity = count
        return table
    }

    func initializeValue(at position: Int, to value: Datum) { (values.unsafelyUnwrapped + position).initialize(to: value) }

    /// As `set`, but leaves it to a later `sort` to find out whether the keys came in order, and hashes the key only once.
    private mutating func setUnordered(_ key: Datum, to value: Datum) {
        if let index {
            let indexMask = indexMask
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
        let index = self.index.unsafelyUnwrapped, indexMask = indexMask
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
        if count > Table.linearLimit, let patch { return patch.pointee.lookup(key) }
        guard let position = position(of: key) else { return .undefined }
        return value(at: position)
    }

    /// Slots that an index has at least. Of very many entries few are asked for, and memory counts more than a short way to them.
    private static func leastSlots(for entries: Int) -> Int { entries < 1 << 16 ? entries * 2 : entries + entries / 3 }

    private mutating func buildIndex() {
        var size = 32
        while size < Self.leastSlots(for: capacity) { size *= 2 }
        index = arena.allocate(size * 4).assumingMemoryBound(to: UInt32.self)
        indexMask = size - 1
        fillIndex()
    }

    private func fillIndex() {
        index.unsafelyUnwrapped.initialize(repeating: 0, count: indexMask + 1)
        for position in 0..<count { insertIntoIndex(position) }
    }

    private func insertIntoIndex(_ position: Int) {
        let index = self.index.unsafelyUnwrapped, indexMask = indexMask
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

    /// Adds entries of a sorted table that come after all that are here.
    mutating func appendSorted(_ other: Table, _ range: Range<Int>) {
        (keys + count).update(from: other.keys + range.lowerBound, count: range.count)
        if let values, let others = other.values { (values + count).update(from: others + range.lowerBound, count: range.count) }
        count += range.count
    }

    /// Where a key stands in a sorted table, or would stand.
    mutating func place(of key: Datum) -> (position: Int, isThere: Bool) {
        if let position = position(of: key) { return (position, true) }
        return (insertionPoint(of: key, among: count), false)
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
            // Nothing of this outlives the sorting, so it takes no room in the arena.
            withUnsafeTemporaryAllocation(of: Place.self, capacity: count) { places in
                sortPlaces(places)
                withUnsafeTemporaryAllocation(of: Datum.self, capacity: count) { before in
                    for data in [keys, values].compactMap(\.self) {
                        _ = before.initialize(from: UnsafeBufferPointer(start: data, count: count))
                        for position in 0..<count { data[position] = before[places[position].position] }
                    }
                }
            }
        }
        if index != nil { fillIndex() }
        isSorted = true
    }

    private struct Place: BitwiseCopyable {
        /// Ordered as the keys are, as far as a word can tell.
        var prefix: UInt64
        var position: Int
    }

    /// Where the keys stand, in their order. Most comparisons are of one word, because most keys differ in type or in their first bytes.
    private func sortPlaces(_ places: UnsafeMutableBufferPointer<Place>) {
        for position in 0..<count { places.initializeElement(at: position, to: Place(prefix: keys[position].orderingPrefix, position: position)) }
        var sorted = places
        let keys = keys
        sorted.sort { $0.prefix != $1.prefix ? $0.prefix < $1.prefix : Datum.compare(keys[$0.position], keys[$1.position]) < 0 }
    }

    /// Sorts and indexes, so that no later look-up writes (see INVARIANT shared).
    mutating func freeze() {
        sort()
        if count > Table.linearLimit && index == nil { buildIndex() }
    }
}

/// Changing a copy of a table, for a new version of base data.
///
/// The receiver is a copy that nobody else sees yet; `settle` ends the changes.
extension Table {
    /// Bytes that a copy of the values takes.
    var valueBytes: Int { count * MemoryLayout<Datum>.stride }
    /// Bytes that a copy of everything takes, with room for a few more entries.
    var copyBytes: Int { (count + Self.copyRoom) * 2 * MemoryLayout<Datum>.stride + (indexMask + 1) * 4 }
    private static let copyRoom = 8

    /// A table that differs from another in some entries: none yet, or as many as an earlier version of it differs in.
    ///
    /// - Parameter whole: what keeps the table of all entries.
    static func makePatched(_ table: UnsafeMutablePointer<Table>, in arena: Arena, whole: WholeTable) -> UnsafeMutablePointer<Table> {
        let changes = table.pointee.patch.map { $0.pointee.changes.pointee.copy(in: arena) } ?? make(in: arena, capacity: copyRoom, isObject: true)
        let patch = arena.allocate(MemoryLayout<TablePatch>.stride).assumingMemoryBound(to: TablePatch.self)
        patch.initialize(to: TablePatch(base: table.pointee.patch?.pointee.base ?? table, changes: changes, whole: Unmanaged.passUnretained(whole)))
        let patched = arena.allocate(MemoryLayout<Table>.stride).assumingMemoryBound(to: Table.self)
        patched.initialize(to: table.pointee)
        patched.pointee.patch = patch
        return patched
    }

    /// Sets a key's value in a patched table, or with undefined takes the key away.
    mutating func change(_ key: Datum, to value: Datum) {
        guard let patch else { return }
        let isThere = !lookup(key).isUndefined
        patch.pointee.changes.pointee.set(key, to: value)
        count += (value.isUndefined ? 0 : 1) - (isThere ? 1 : 0)
    }

    /// How many entries differ from the base.
    var changeCount: Int { patch?.pointee.changes.pointee.count ?? 0 }
    /// Bytes that a patched version of this takes.
    var patchBytes: Int { (patch?.pointee.changes.pointee.copyBytes ?? 0) + 2 * MemoryLayout<Table>.stride + MemoryLayout<TablePatch>.stride + 4 * Self.copyRoom * MemoryLayout<Datum>.stride }

    /// Ends the changes of a patched table: they are indexed, as other threads need it.
    func settleChanges() {
        guard let changes = patch?.pointee.changes, changes.pointee.count > Table.linearLimit, changes.pointee.index == nil else { return }
        changes.pointee.buildIndex()
    }

    /// A table of the same keys whose values can be replaced; keys and index are shared.
    func copyOfValues(in arena: Arena) -> UnsafeMutablePointer<Table> {
        let copy = arena.allocate(MemoryLayout<Table>.stride).assumingMemoryBound(to: Table.self)
        copy.initialize(to: self)
        if let values {
            let own = arena.data(count)
            own.initialize(from: values, count: count)
            copy.pointee.values = own
        }
        return copy
    }

    /// A table of the same entries that shares nothing.
    func copy(in arena: Arena) -> UnsafeMutablePointer<Table> {
        let room = count + Self.copyRoom
        let table = arena.allocate(MemoryLayout<Table>.stride).assumingMemoryBound(to: Table.self)
        let ownKeys = arena.data(room)
        ownKeys.initialize(from: keys, count: count)
        var ownValues: UnsafeMutablePointer<Datum>?
        if let values {
            let own = arena.data(room)
            own.initialize(from: values, count: count)
            ownValues = own
        }
        var ownIndex: UnsafeMutablePointer<UInt32>?
        if let index {
            let own = arena.allocate((indexMask + 1) * 4).assumingMemoryBound(to: UInt32.self)
            own.initialize(from: index, count: indexMask + 1)
            ownIndex = own
        }
        // An index that is fuller would make probing slow, so the copy makes a new one when it is asked.
        if Self.leastSlots(for: room) > indexMask + 1 { ownIndex = nil }
        table.initialize(to: Table(in: arena, keys: ownKeys, values: ownValues, count: count, capacity: room, isSorted: isSorted))
        table.pointee.index = ownIndex
        table.pointee.indexMask = indexMask
        return table
    }

    mutating func replaceValue(at position: Int, with value: Datum) { values.unsafelyUnwrapped[position] = value }

    /// Takes an entry out and closes the gap.
    mutating func remove(at position: Int) {
        removeFromIndex(position)
        count -= 1
        let behind = count - position
        (keys + position).update(from: keys + position + 1, count: behind)
        if let values { (values + position).update(from: values + position + 1, count: behind) }
        guard let index, behind > 0 else { return }
        let gap = UInt32(truncatingIfNeeded: position + 1)
        for slot in 0...indexMask { index[slot] -= index[slot] > gap ? 1 : 0 }
    }

    /// Takes an entry out; the last one takes its place. Quicker than closing the gap, but the order is lost.
    mutating func removeOutOfOrder(at position: Int) {
        removeFromIndex(position)
        count -= 1
        guard position < count else { return }
        keys[position] = keys[count]
        if let values { values[position] = values[count] }
        if index != nil { renumber(from: count, to: position) }
        isSorted = false
    }

    /// The slot that leads to a position.
    private func slot(of position: Int) -> Int {
        let index = self.index.unsafelyUnwrapped, indexMask = indexMask
        var slot = Int(truncatingIfNeeded: keys[position].hash) & indexMask
        while Int(index[slot]) != position + 1 { slot = (slot + 1) & indexMask }
        return slot
    }

    private func renumber(from old: Int, to new: Int) {
        let index = self.index.unsafelyUnwrapped
        var slot = Int(truncatingIfNeeded: keys[new].hash) & indexMask
        while Int(index[slot]) != old + 1 { slot = (slot + 1) & indexMask }
        index[slot] = UInt32(truncatingIfNeeded: new + 1)
    }

    /// Empties a slot, and moves up what would no longer be found behind it.
    private func removeFromIndex(_ position: Int) {
        guard let index else { return }
        var hole = slot(of: position)
        var slot = hole
        while true {
            slot = (slot + 1) & indexMask
            guard index[slot] != 0 else { break }
            let home = Int(truncatingIfNeeded: keys[Int(index[slot]) - 1].hash) & indexMask
            if (slot - home) & indexMask >= (slot - hole) & indexMask {
                index[hole] = index[slot]
                hole = slot
            }
        }
        index[hole] = 0
    }

    /// Ends the changes: sorted and indexed, as other threads need it (see INVARIANT shared).
    ///
    /// - Parameter ordered: how many entries at the beginning are in order still; those behind were added.
    mutating func settle(ordered: Int) {
        if !isSorted, ordered > Self.linearLimit {
            if index == nil { buildIndex() }
            merge(ordered: ordered)
        }
        freeze()
    }

    /// Brings the entries behind the ordered ones to their places: blocks of ordered entries move up as a whole.
    private mutating func merge(ordered: Int) {
        let values = self.values.unsafelyUnwrapped
        let added = (ordered..<count).map { (key: keys[$0], value: values[$0], position: $0) }.sorted { Datum.compare($0.key, $1.key) < 0 }
        let moved = UnsafeMutablePointer<UInt32>.allocate(capacity: count)
        defer { moved.deallocate() }
        var end = ordered
        for (before, entry) in added.enumerated().reversed() {
            let start = insertionPoint(of: entry.key, among: end)
            let block = end - start, target = start + before + 1
            (keys + target).update(from: keys + start, count: block)
            (values + target).update(from: values + start, count: block)
            for position in 0..<block { moved[start + position] = UInt32(truncatingIfNeeded: target + position) }
            keys[target - 1] = entry.key
            values[target - 1] = entry.value
            moved[entry.position] = UInt32(truncatingIfNeeded: target - 1)
            end = start
        }
        for position in 0..<end { moved[position] = UInt32(truncatingIfNeeded: position) }
        let index = self.index.unsafelyUnwrapped
        for slot in 0...indexMask where index[slot] != 0 { index[slot] = moved[Int(index[slot]) - 1] + 1 }
        isSorted = true
    }

    /// Where a key belongs among the first keys, which are in order.
    private func insertionPoint(of key: Datum, among count: Int) -> Int {
        var low = 0, high = count
        while low < high {
            let middle = (low + high) / 2
            if Datum.compare(keys[middle], key) < 0 { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
