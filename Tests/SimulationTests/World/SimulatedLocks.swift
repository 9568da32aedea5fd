import GRDBSQLite

/// Who holds which lock of SQLite's on which file: the locks of files, and those of the index of a write-ahead log.
///
/// Source: sqlite.org, "File Locking And Concurrency In SQLite Version 3"; `sqlite3_io_methods`.
struct SimulatedLocks {
    private struct Slot: Hashable {
        var file: Int
        var number: Int
    }

    /// By file and handle, the level; those without a lock are not there.
    private var levels: [Int: [Int: Int32]] = [:]
    private var sharing: [Slot: Set<Int>] = [:]
    private var exclusive: [Slot: Int] = [:]

    /// Raises a handle's lock; false where others are in the way.
    mutating func lock(_ file: Int, _ handle: Int, to level: Int32) -> Bool {
        let others = levels[file, default: [:]].filter { $0.key != handle }.values
        let isFree =
            switch level {
            case SQLITE_LOCK_SHARED: !others.contains { $0 >= SQLITE_LOCK_PENDING }
            case SQLITE_LOCK_RESERVED: !others.contains { $0 >= SQLITE_LOCK_RESERVED }
            default: others.isEmpty
            }
        if isFree { levels[file, default: [:]][handle] = max(level, levels[file]?[handle] ?? SQLITE_LOCK_NONE) }
        return isFree
    }

    mutating func unlock(_ file: Int, _ handle: Int, to level: Int32) {
        levels[file, default: [:]][handle] = level == SQLITE_LOCK_NONE ? nil : min(level, levels[file]?[handle] ?? SQLITE_LOCK_NONE)
    }

    func isReserved(_ file: Int) -> Bool { levels[file, default: [:]].values.contains { $0 >= SQLITE_LOCK_RESERVED } }

    mutating func change(_ file: Int, _ handle: Int, slots: Range<Int>, flags: Int32) -> Bool {
        let slots = slots.map { Slot(file: file, number: $0) }
        if flags & SQLITE_SHM_UNLOCK != 0 {
            for slot in slots { release(slot, handle) }
            return true
        }
        let isExclusive = flags & SQLITE_SHM_EXCLUSIVE != 0
        let isFree = slots.allSatisfy { slot in
            (exclusive[slot] ?? handle) == handle && (!isExclusive || sharing[slot, default: []].subtracting([handle]).isEmpty)
        }
        guard isFree else { return false }
        for slot in slots { if isExclusive { exclusive[slot] = handle } else { sharing[slot, default: []].insert(handle) } }
        return true
    }

    private mutating func release(_ slot: Slot, _ handle: Int) {
        if exclusive[slot] == handle { exclusive[slot] = nil }
        sharing[slot]?.remove(handle)
    }

    /// A handle was closed.
    mutating func forget(_ file: Int, _ handle: Int) {
        levels[file]?[handle] = nil
        for slot in Array(sharing.keys) + Array(exclusive.keys) where slot.file == file { release(slot, handle) }
    }
}
