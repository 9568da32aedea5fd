import Synchronization

/// What makes a large object of base data another one without copying it: some entries that are new, replaced or gone.
///
/// INVARIANT shared: a patch and its tables are not written after the version they were made for is complete. What is asked for a key looks at the
/// changes and then at the base; everything else asks for `whole`, which is made once, by whoever needs it first.
struct TablePatch: BitwiseCopyable {
    /// Sorted and indexed; no patch itself.
    let base: UnsafeMutablePointer<Table>
    /// In no order; undefined stands for a key that is gone.
    let changes: UnsafeMutablePointer<Table>
    /// Lives as long as the version's memory (see `BaseData.CopiedMemory`).
    let whole: Unmanaged<WholeTable>

    /// The value of a key; undefined where there is none.
    func lookup(_ key: Datum) -> Datum {
        if let position = changes.pointee.position(of: key) { return changes.pointee.value(at: position) }
        return base.pointee.lookup(key)
    }

    /// All entries in one table, sorted and indexed.
    func merged(in arena: Arena) -> UnsafeMutablePointer<Table> {
        let order = (0..<changes.pointee.count).map { (key: changes.pointee.keys[$0], value: changes.pointee.value(at: $0)) }.sorted { Datum.compare($0.key, $1.key) < 0 }
        let merged = Table.make(in: arena, capacity: base.pointee.count + order.count, isObject: true)
        var next = 0
        for change in order {
            let place = base.pointee.place(of: change.key)
            merged.pointee.appendSorted(base.pointee, next..<place.position)
            if !change.value.isUndefined { merged.pointee.appendNew(change.key, change.value) }
            next = place.position + (place.isThere ? 1 : 0)
        }
        merged.pointee.appendSorted(base.pointee, next..<base.pointee.count)
        merged.pointee.freeze()
        return merged
    }
}

/// All entries of a patched table, put together when they are first needed.
// @unchecked because the region is only used inside `making`'s lock, and what it holds is not written any more once `address` says where it is.
final class WholeTable: @unchecked Sendable {
    private let region = Region(blockSize: 4096)
    private let making = Mutex<Void>(())
    private let address = Atomic<UInt>(0)
    private let size = Atomic<Int>(0)

    func table(of patch: TablePatch) -> UnsafeMutablePointer<Table> {
        var known = address.load(ordering: .acquiring)
        if known == 0 { known = make(patch) }
        return UnsafeMutablePointer(bitPattern: known).unsafelyUnwrapped
    }

    private func make(_ patch: TablePatch) -> UInt {
        making.withLock { _ in
            var made = address.load(ordering: .acquiring)
            guard made == 0 else { return made }
            made = UInt(bitPattern: patch.merged(in: region.arena))
            size.store(region.arena.reservedBytes, ordering: .relaxed)
            address.store(made, ordering: .releasing)
            return made
        }
    }

    /// Bytes that it takes; zero until it was made. Each change of data asks, and waits for nobody who makes it.
    var reservedBytes: Int { size.load(ordering: .relaxed) }
}
