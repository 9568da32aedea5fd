import Synchronization

/// The documents below `data` of one snapshot, with the memory that they lie in.
///
/// A changed version shares with the one before what did not change, and the memory of both lives until the last snapshot that uses it is gone.
/// Nothing that a version points to is written after it was made; that is why sharing it between threads is safe (INVARIANT shared).
// @unchecked because its data point into regions: those are kept alive by what is stored here, and are not written after `init` (INVARIANT shared).
struct BaseData: @unchecked Sendable {
    let root: Datum
    /// What was read when the policies were compiled, or gathered by `compacted`.
    private let origin: Region
    private let written: WrittenMemory
    /// The memory of large collections that were copied to change them, by the address of the copy: an earlier copy is freed with the last
    /// version that uses it.
    private let copies: [UInt: CopiedMemory]

    /// Memory of a large collection; that of its keys may be shared with the next copy.
    struct CopiedMemory {
        var keys: Region?
        var values: Region
        /// All entries of a patched table.
        var whole: WholeTable?

        var reservedBytes: Int { values.arena.reservedBytes + (keys?.arena.reservedBytes ?? 0) + (whole?.reservedBytes ?? 0) }
    }

    private init(root: Datum, origin: Region, written: WrittenMemory, copies: [UInt: CopiedMemory]) {
        self.root = root
        self.origin = origin
        self.written = written
        self.copies = copies
    }

    /// Reads base data. `interns` is set only while a snapshot's symbols are still being gathered: keys then become symbols.
    init(_ source: DataSource, symbols: SymbolTable, interns: Bool) throws(JSONReader.JSONRefusal) {
        let origin = Region(blockSize: 64 * 1024)
        let root = try DataReader(arena: origin.arena, symbols: symbols, interns: interns).read(source)
        self.init(root: root, origin: origin, written: WrittenMemory(), copies: [:])
    }

    /// The same documents in memory of their own, without what earlier versions left behind.
    private func compacted(symbols: SymbolTable) -> BaseData {
        let origin = Region(blockSize: 1024 * 1024)
        let root = DataReader(arena: origin.arena, symbols: symbols, interns: false).copy(self.root)
        Linker.freeze(root)
        return BaseData(root: root, origin: origin, written: WrittenMemory(), copies: [:])
    }

    /// Whether changed versions hold so much memory that is not used any more that a fresh copy costs less.
    private var wantsCompaction: Bool {
        changedBytes > origin.arena.reservedBytes + 64 * 1024 * 1024
    }

    private var changedBytes: Int {
        written.reservedBytes + copies.values.reduce(0) { $0 + $1.reservedBytes }
    }

    /// Memory reserved for this version and those that it shares with.
    var reservedBytes: Int { origin.arena.reservedBytes + changedBytes }

    /// Whether a value's memory is base data's.
    func contains(_ datum: Datum) -> Bool {
        origin.arena.contains(datum) || written.contains(datum)
            || copies.values.contains { $0.values.arena.contains(datum) || ($0.keys?.arena.contains(datum) ?? false) }
    }

    /// Whether something stands at keys below `data`.
    func exists(_ path: some Sequence<String>) -> Bool { !lookup(path).isUndefined }

    /// All of it as a value of its own.
    var document: Value { withExtendedLifetime(self) { Value(root) } }

    private func lookup(_ path: some Sequence<String>) -> Datum {
        var value = root
        for key in path {
            var key = key
            value = key.withUTF8 { bytes in
                guard let start = bytes.baseAddress else { return Machine.member(value, Datum(.string)) }
                return Machine.step(value, .string(start, count: bytes.count))
            }
            if value.isUndefined { return value }
        }
        return value
    }

    /// The documents after some operations: all of them, or none.
    func applying(_ operations: [DataOperation], symbols: SymbolTable) throws(DataChangeFailure) -> BaseData {
        let base = wantsCompaction ? compacted(symbols: symbols) : self
        return try base.applied(operations, symbols)
    }

    private func applied(_ operations: [DataOperation], _ symbols: SymbolTable) throws(DataChangeFailure) -> BaseData {
        let result = written.withArena { arena in
            Result { () throws(DataChangeFailure) in
                var editor = DataEditor(root: root, arena: arena, symbols: symbols, copies: copies)
                for operation in operations { try editor.apply(operation) }
                editor.settle()
                return Edited(root: editor.root, copies: editor.copies)
            }
        }
        let edited = try result.get()
        return BaseData(root: edited.root, origin: origin, written: written, copies: edited.copies)
    }

    private struct Edited {
        let root: Datum
        let copies: [UInt: CopiedMemory]
    }
}

/// Why an operation failed: it was not possible, or its value is not JSON.
enum DataChangeFailure: Error {
    case operation(DataOperationError)
    case value(DataSource, JSONReader.JSONRefusal)
}

/// Memory for small things that are written to base data after it was read; all versions share it.
///
/// INVARIANT written: memory is given out only inside `withArena`, by one thread at a time, and is not written any more once the version it
/// was made for is complete.
// @unchecked because the region is only ever touched inside `writing`'s lock.
private final class WrittenMemory: @unchecked Sendable {
    private let region = Region(blockSize: 4096)
    private let writing = Mutex<Void>(())

    var reservedBytes: Int { writing.withLock { _ in region.arena.reservedBytes } }

    func contains(_ datum: Datum) -> Bool { writing.withLock { _ in region.arena.contains(datum) } }

    func withArena<Result>(_ body: (Arena) -> Result) -> Result { writing.withLock { _ in body(region.arena) } }
}
