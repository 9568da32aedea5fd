/// Positions in a collection by what its members have at a path: what a hash join builds for its inner side.
///
/// INVARIANT join index: the collection does not change while the index is used. Arrays never do; tables are sorted before they are indexed,
/// and what loops run over is no longer being filled.
struct JoinIndex: BitwiseCopyable {
    private let keys: UnsafeMutablePointer<Datum>
    /// First position + 1 by hash of the key; zero where empty.
    private let slots: UnsafeMutablePointer<UInt32>
    private let mask: Int
    /// For each position the next one + 1 with an equal key; zero after the last.
    let following: UnsafeMutablePointer<UInt32>

    static func make(of source: Datum, size: Int, by path: JoinIndexes.Path, in arena: Arena) -> UnsafeMutablePointer<JoinIndex> {
        var slotCount = 16
        while slotCount < size * 2 { slotCount *= 2 }
        let keys = arena.data(size)
        let slots = arena.allocate(slotCount * 4).assumingMemoryBound(to: UInt32.self)
        slots.initialize(repeating: 0, count: slotCount)
        let following = arena.allocate(size * 4).assumingMemoryBound(to: UInt32.self)
        let index = arena.allocate(MemoryLayout<JoinIndex>.stride).assumingMemoryBound(to: JoinIndex.self)
        index.initialize(to: JoinIndex(keys: keys, slots: slots, mask: slotCount - 1, following: following))
        // From the end, so that each chain leads upwards.
        for position in stride(from: size - 1, through: 0, by: -1) {
            keys[position] = path.value(from: JoinIndexes.member(of: source, at: position))
            following[position] = keys[position].isUndefined ? 0 : index.pointee.insert(position)
        }
        return index
    }

    /// Makes a position the first of its key; gives what was first before.
    private func insert(_ position: Int) -> UInt32 {
        let slot = self.slot(of: keys[position])
        defer { slots[slot] = UInt32(truncatingIfNeeded: position + 1) }
        return slots[slot]
    }

    private func slot(of key: Datum) -> Int {
        var slot = Int(truncatingIfNeeded: key.hash) & mask
        while slots[slot] != 0, !Datum.equals(keys[Int(slots[slot]) - 1], key) { slot = (slot + 1) & mask }
        return slot
    }

    /// The first position + 1 with a key, not before `start`; zero where there is none.
    func first(_ key: Datum, from start: Int) -> UInt32 {
        var next = slots[slot(of: key)]
        while next > 0, Int(next) - 1 < start { next = following[Int(next) - 1] }
        return next
    }
}

/// The indexes that a machine has built, and what it was asked for once.
///
/// An index pays from the second loop on, so the first request for one is only noted. Indexes of base data stay as long as the machine; others
/// belong to the query (epoch) in which they were built.
///
/// A small table of four-entry sets; an entry that is pushed out costs time, never a wrong result.
struct JoinIndexes: BitwiseCopyable {
    /// Smaller collections are searched as fast without.
    static let worthwhileSize = 8
    private static let setCount = 64
    private static let ways = 4
    /// Bytes of base data's indexes that one machine keeps.
    private static let persistentLimit = 256 * 1024 * 1024

    /// Constant keys from a member to what is compared.
    struct Path {
        let number: Int32
        let unit: Int
        let keys: UnsafePointer<Int32>
        let keyCount: Int
        let constants: UnsafePointer<Datum>

        @inline(__always)
        func value(from member: Datum) -> Datum {
            var value = member
            for position in 0..<keyCount {
                value = Machine.member(value, constants[Int(~keys[position])])
                if value.isUndefined { return value }
            }
            return value
        }
    }

    private struct Entry: BitwiseCopyable {
        var epoch: UInt64 = 0
        var source: UInt64 = 0
        var size = 0
        var path: Int32 = -1
        var unit: Int32 = 0
        var index: UnsafeMutablePointer<JoinIndex>?
        /// The epoch of the last request, to choose what is pushed out.
        var lastUse: UInt64 = 0
    }

    private struct State: BitwiseCopyable {
        var epoch: UInt64 = 1
    }

    private let entries: UnsafeMutablePointer<Entry>
    private let state: UnsafeMutablePointer<State>
    /// Outlives the machine (INVARIANT program).
    private let snapshot: Unmanaged<SnapshotProgram>
    /// Where indexes of base data lie.
    private let persistent: Arena
    private static let always = UInt64.max

    init(snapshot: SnapshotProgram, persistent: Arena) {
        entries = .allocate(capacity: Self.setCount * Self.ways)
        entries.initialize(repeating: Entry(), count: Self.setCount * Self.ways)
        state = .allocate(capacity: 1)
        state.initialize(to: State())
        self.snapshot = .passUnretained(snapshot)
        self.persistent = persistent
    }

    func free() {
        entries.deallocate()
        state.deallocate()
    }

    /// Begins another query.
    func forget() { state.pointee.epoch += 1 }

    /// How many members a collection has; nil where it is none.
    @inline(__always)
    static func size(of source: Datum) -> Int? {
        switch source.tag {
        case .array: Int(source.count)
        case .object, .set: source.table.pointee.count
        default: nil
        }
    }

    @inline(__always)
    static func member(of source: Datum, at position: Int) -> Datum {
        if source.tag == .array { return source.elements[position] }
        let table = source.table
        return table.pointee.values.map { $0[position] } ?? table.pointee.keys[position]
    }

    /// The index of a collection by a path; nil at the first request.
    func index(of source: Datum, size: Int, by path: Path, in arena: Arena) -> UnsafeMutablePointer<JoinIndex>? {
        let epoch = state.pointee.epoch
        let set = entries + Int(Hashing.mix(source.payload ^ UInt64(path.number), 0x9e37_79b9_7f4a_7c15) % UInt64(Self.setCount)) * Self.ways
        var oldest = set
        for way in 0..<Self.ways {
            let entry = set + way
            if entry.pointee.lastUse < oldest.pointee.lastUse { oldest = entry }
            guard entry.pointee.epoch == epoch || entry.pointee.epoch == Self.always, entry.pointee.source == source.payload, entry.pointee.size == size,
                entry.pointee.path == path.number, entry.pointee.unit == Int32(truncatingIfNeeded: path.unit)
            else { continue }
            entry.pointee.lastUse = epoch
            if let index = entry.pointee.index { return index }
            let target = entry.pointee.epoch == Self.always ? persistent : arena
            let index = JoinIndex.make(of: source, size: size, by: path, in: target)
            entry.pointee.index = index
            return index
        }
        // Paths of a query's own code are numbered for that query alone, so its indexes are too.
        let isLasting = path.unit == 0 && persistent.reservedBytes < Self.persistentLimit && snapshot.takeUnretainedValue().contains(source)
        oldest.initialize(to: Entry(
            epoch: isLasting ? Self.always : epoch, source: source.payload, size: size, path: path.number, unit: Int32(truncatingIfNeeded: path.unit), lastUse: epoch))
        return nil
    }
}
