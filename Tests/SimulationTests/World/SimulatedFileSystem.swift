import FaultInjection
import Foundation
import GRDBSQLite
import Synchronization

/// SQLite's way to simulated disks: what it opens below `SimulatedDisk.root` lies there, all else goes to the system's files as ever.
///
/// Source: sqlite.org, "The SQLite OS Interface or VFS".
enum SimulatedFileSystem {
    /// What SQLite keeps for an open file; C lays it out after its own part.
    struct Handle {
        var base: sqlite3_file
        /// An `OpenFile`, retained until `xClose`.
        var file: UnsafeMutableRawPointer?
    }

    /// Made once, and only read from then on.
    nonisolated(unsafe) private static let system: UnsafeMutablePointer<sqlite3_vfs> = sqlite3_vfs_find(nil)

    /// SQLite keeps these two as long as the process lives; nothing writes to them after they are made.
    nonisolated(unsafe) private static let methods: UnsafeMutablePointer<sqlite3_io_methods> = {
        let methods = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
        methods.initialize(to: OpenFile.methods)
        return methods
    }()

    nonisolated(unsafe) private static let ours: UnsafeMutablePointer<sqlite3_vfs> = {
        let vfs = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        vfs.initialize(to: system.pointee)
        vfs.pointee.szOsFile = max(system.pointee.szOsFile, Int32(MemoryLayout<Handle>.size))
        vfs.pointee.pNext = nil
        vfs.pointee.zName = UnsafePointer(strdup("simulated"))
        vfs.pointee.xOpen = { _, name, file, flags, opened in
            guard let name, let file, let disk = SimulatedDisk.disk(of: String(cString: name)) else { return system.pointee.xOpen(system, name, file, flags, opened) }
            return open(String(cString: name), on: disk, file, flags, opened)
        }
        vfs.pointee.xDelete = { _, name, synchronizes in
            guard let name, let disk = SimulatedDisk.disk(of: String(cString: name)) else { return system.pointee.xDelete(system, name, synchronizes) }
            return delete(String(cString: name), on: disk, synchronizes: synchronizes != 0)
        }
        vfs.pointee.xAccess = { _, name, flags, result in
            guard let name, let disk = SimulatedDisk.disk(of: String(cString: name)) else { return system.pointee.xAccess(system, name, flags, result) }
            // As the system's: a journal without a byte is none.
            result?.pointee = disk.size(of: String(cString: name)) > 0 ? 1 : 0
            return SQLITE_OK
        }
        vfs.pointee.xFullPathname = { _, name, size, full in
            guard let name, let full, SimulatedDisk.disk(of: String(cString: name)) != nil else { return system.pointee.xFullPathname(system, name, size, full) }
            strncpy(full, name, Int(size))
            return SQLITE_OK
        }
        return vfs
    }()

    private static let registration: Int32 = sqlite3_vfs_register(ours, 1)

    /// Makes SQLite come here first, once in a process.
    static func register() { precondition(registration == SQLITE_OK) }

    private static func open(
        _ name: String, on disk: SimulatedDisk, _ file: UnsafeMutablePointer<sqlite3_file>, _ flags: Int32, _ opened: UnsafeMutablePointer<Int32>?
    ) -> Int32 {
        file.pointee.pMethods = nil
        let mayBeNewJournal = flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL) != 0 && flags & SQLITE_OPEN_CREATE != 0
        let open = disk.state.withLock { state -> OpenFile? in
            let known = state.names[name]
            guard known != nil || flags & SQLITE_OPEN_CREATE != 0 && state.mayChange(state.process) else { return nil }
            return OpenFile(disk, file: known ?? state.make(name), name: name, process: state.process, forcesName: mayBeNewJournal)
        }
        guard let open else { return SQLITE_CANTOPEN }
        file.withMemoryRebound(to: Handle.self, capacity: 1) { $0.pointee.file = Unmanaged.passRetained(open).toOpaque() }
        file.pointee.pMethods = UnsafePointer(methods)
        opened?.pointee = flags
        return SQLITE_OK
    }

    private static func delete(_ name: String, on disk: SimulatedDisk, synchronizes: Bool) -> Int32 {
        disk.state.withLock { state in
            guard state.names[name] != nil else { return SQLITE_IOERR | (23 << 8) }
            guard state.mayChange(state.process) else { return SQLITE_IOERR }
            state.remove(name)
            if synchronizes { state.synchronizeNames() }
            return SQLITE_OK
        }
    }
}

/// A file that SQLite has open.
final class OpenFile {
    private let disk: SimulatedDisk
    private let file: Int
    private let name: String
    /// The process that opened it; after its end nothing can be done with the file.
    private let process: Int
    /// The name of what may be a new journal is forced to the disk together with its first bytes, as the system's files do it.
    private var hasUnforcedName: Bool
    private static let indexSize = 32 * 1024

    init(_ disk: SimulatedDisk, file: Int, name: String, process: Int, forcesName: Bool) {
        self.disk = disk
        self.file = file
        self.name = name
        self.process = process
        hasUnforcedName = forcesName
    }

    private var identity: Int { Int(bitPattern: Unmanaged.passUnretained(self).toOpaque()) }

    /// Works on the disk, unless the process has ended.
    private func working(_ body: (inout SimulatedDisk.State) -> Int32) -> Int32 {
        disk.state.withLock { state in state.process == process ? body(&state) : SQLITE_IOERR }
    }

    private func changing(_ body: (inout SimulatedDisk.State) -> Void) -> Int32 {
        disk.state.withLock { state in
            guard state.mayChange(process) else { return SQLITE_IOERR }
            body(&state)
            return SQLITE_OK
        }
    }

    // MARK: Bytes

    private func read(_ buffer: UnsafeMutableRawPointer, _ count: Int, at offset: Int) -> Int32 {
        working { state in
            let size = state.files[file]?.bytes.count ?? 0
            let there = max(0, min(count, size - offset))
            if there > 0 { state.files[file]?.bytes.withUnsafeBytes { buffer.copyMemory(from: $0.baseAddress! + offset, byteCount: there) } }
            guard there < count else { return SQLITE_OK }
            memset(buffer + there, 0, count - there)
            return SQLITE_IOERR | (2 << 8)
        }
    }

    private func write(_ bytes: [UInt8], at offset: Int) -> Int32 {
        let (written, result) = faulty(bytes)
        guard !written.isEmpty else { return result }
        let status = changing { $0.files[file]?.write(written, at: offset) }
        return status == SQLITE_OK ? result : status
    }

    /// What of the bytes reaches the file, and what SQLite is told.
    private func faulty(_ bytes: [UInt8]) -> ([UInt8], Int32) {
        guard let chaos = disk.chaos, chaos.isActive else { return (bytes, SQLITE_OK) }
        do {
            return (try chaos.writing(bytes, to: name), SQLITE_OK)
        } catch let torn as TornWrite {
            return (torn.written, SQLITE_IOERR | (3 << 8))
        } catch {
            return ([], SQLITE_FULL)
        }
    }

    private func synchronize() -> Int32 {
        if let chaos = disk.chaos, chaos.isActive {
            do {
                guard try chaos.operating(.synchronize, on: name) else { return SQLITE_OK }
            } catch {
                return SQLITE_IOERR | (4 << 8)
            }
        }
        return changing { state in
            state.synchronize(file)
            if hasUnforcedName { state.synchronizeNames() }
            hasUnforcedName = false
        }
    }

    // MARK: The index of a write-ahead log

    /// Memory that the connections to one file share.
    private func index(_ region: Int, extending: Bool) -> UnsafeMutableRawPointer? {
        disk.indices.withLock { indices in
            let key = SimulatedDisk.Region(process: process, file: file, number: region)
            if let known = indices[key] { return known.memory }
            guard extending else { return nil }
            let made = SimulatedDisk.Index(size: Self.indexSize)
            indices[key] = made
            return made.memory
        }
    }

    private func close() { disk.state.withLock { if $0.process == process { $0.locks.forget(file, identity) } } }

    // MARK: What SQLite calls

    private static func at(_ handle: UnsafeMutablePointer<sqlite3_file>?) -> OpenFile? {
        handle?.withMemoryRebound(to: SimulatedFileSystem.Handle.self, capacity: 1) { $0.pointee.file }
            .map { Unmanaged<OpenFile>.fromOpaque($0).takeUnretainedValue() }
    }

    static let methods: sqlite3_io_methods = {
        var methods = sqlite3_io_methods()
        methods.iVersion = 2
        methods.xClose = { handle in
            guard let open = at(handle) else { return SQLITE_OK }
            open.close()
            Unmanaged.passUnretained(open).release()
            return SQLITE_OK
        }
        methods.xRead = { handle, buffer, count, offset in buffer.flatMap { at(handle)?.read($0, Int(count), at: Int(offset)) } ?? SQLITE_IOERR }
        methods.xWrite = { handle, bytes, count, offset in
            at(handle)?.write(Array(UnsafeRawBufferPointer(start: bytes, count: Int(count))), at: Int(offset)) ?? SQLITE_IOERR
        }
        methods.xTruncate = { handle, size in
            guard let open = at(handle) else { return SQLITE_IOERR }
            return open.changing { $0.files[open.file]?.truncate(to: Int(size)) }
        }
        methods.xSync = { handle, _ in at(handle)?.synchronize() ?? SQLITE_IOERR }
        methods.xFileSize = { handle, size in
            guard let open = at(handle) else { return SQLITE_IOERR }
            return open.working { state in
                size?.pointee = Int64(state.files[open.file]?.bytes.count ?? 0)
                return SQLITE_OK
            }
        }
        methods.xLock = { handle, level in
            guard let open = at(handle) else { return SQLITE_IOERR }
            return open.working { $0.locks.lock(open.file, open.identity, to: level) ? SQLITE_OK : SQLITE_BUSY }
        }
        methods.xUnlock = { handle, level in
            guard let open = at(handle) else { return SQLITE_IOERR }
            return open.working { state in
                state.locks.unlock(open.file, open.identity, to: level)
                return SQLITE_OK
            }
        }
        methods.xCheckReservedLock = { handle, result in
            guard let open = at(handle) else { return SQLITE_IOERR }
            return open.working { state in
                result?.pointee = state.locks.isReserved(open.file) ? 1 : 0
                return SQLITE_OK
            }
        }
        methods.xFileControl = { _, _, _ in SQLITE_NOTFOUND }
        methods.xSectorSize = { _ in 4096 }
        methods.xDeviceCharacteristics = { _ in SQLITE_IOCAP_POWERSAFE_OVERWRITE }
        methods.xShmMap = { handle, region, _, extends, memory in
            memory?.pointee = at(handle)?.index(Int(region), extending: extends != 0)
            return SQLITE_OK
        }
        methods.xShmLock = { handle, offset, count, flags in
            guard let open = at(handle) else { return SQLITE_IOERR }
            return open.working { $0.locks.change(open.file, open.identity, slots: Int(offset)..<Int(offset + count), flags: flags) ? SQLITE_OK : SQLITE_BUSY }
        }
        methods.xShmBarrier = { _ in }
        methods.xShmUnmap = { _, _ in SQLITE_OK }
        return methods
    }()
}

extension SimulatedDisk {
    struct Region: Hashable {
        var process: Int
        var file: Int
        var number: Int
    }

    /// Zeroed memory that lies still.
    final class Index: @unchecked Sendable {
        // `@unchecked`: the pointer never changes, and what it points to is SQLite's, which guards it with the locks above.
        let memory: UnsafeMutableRawPointer

        init(size: Int) {
            memory = .allocate(byteCount: size, alignment: 8)
            memset(memory, 0, size)
        }

        deinit { memory.deallocate() }
    }
}
