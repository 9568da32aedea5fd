import FaultInjection
import Foundation

/// Where the files of an event log lie, beside what SQLite does with them by itself. The system's disk, or a simulated one that can lose power.
///
/// As on any disk, only what was forced to it is there after a loss of power: bytes by `synchronize`, names by `synchronizeFolder`.
package protocol Disk: Sendable {
    /// Faults to inject; nil for none.
    var chaos: Chaos? { get }

    /// Makes a folder, and those above it, that only its owner may use.
    func makeFolder(_ folder: URL) throws
    func files(in folder: URL) throws -> [URL]
    func exists(_ file: URL) -> Bool
    /// Nil where the file cannot be read.
    func contents(of file: URL) -> [UInt8]?
    /// Bytes; nil where there is no such file.
    func size(of file: URL) -> Int?
    /// What stays the same while a file is written and renamed; nil where there is no such file.
    func number(of file: URL) -> Int?
    /// Makes a file that only its owner may use, with these bytes.
    func write(_ bytes: [UInt8], to file: URL) throws
    /// Gives what overwrites the beginning of a file, which is made where there is none, again and again.
    func overwriter(of file: URL) throws -> @Sendable ([UInt8]) throws -> Void
    func synchronize(_ file: URL) throws
    func synchronizeFolder(_ folder: URL) throws
    /// Gives a file another name, whose file it replaces.
    func rename(_ file: URL, to other: URL) throws
    func copy(_ file: URL, to other: URL) throws
    func remove(_ file: URL) throws
    /// Keeps other processes from writing to a folder.
    ///
    /// - Throws: `EventLogError` with the code `closed` where another process does.
    func lock(_ folder: URL) throws(EventLogError) -> FolderLock?
}

extension Disk {
    /// Puts bytes in the place of a file's in one step: afterwards, whatever happens, they are there.
    func replace(_ file: URL, with bytes: [UInt8]) throws {
        let next = file.appendingPathExtension("new")
        try write(bytes, to: next)
        try synchronize(next)
        try rename(next, to: file)
        try synchronizeFolder(file.deletingLastPathComponent())
    }
}

/// The disk of the system.
package struct SystemDisk: Disk {
    package init() {}

    package var chaos: Chaos? { .installed }

    package func makeFolder(_ folder: URL) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    package func files(in folder: URL) throws -> [URL] { try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) }

    package func exists(_ file: URL) -> Bool { FileManager.default.fileExists(atPath: file.path) }

    package func contents(of file: URL) -> [UInt8]? { FileManager.default.contents(atPath: file.path).map(Array.init) }

    package func size(of file: URL) -> Int? { try? FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int }

    package func number(of file: URL) -> Int? { try? FileManager.default.attributesOfItem(atPath: file.path)[.systemFileNumber] as? Int }

    package func write(_ bytes: [UInt8], to file: URL) throws {
        guard FileManager.default.createFile(atPath: file.path, contents: Data(bytes), attributes: [.posixPermissions: 0o600]) else { throw CocoaError(.fileWriteUnknown) }
    }

    package func overwriter(of file: URL) throws -> @Sendable ([UInt8]) throws -> Void {
        if !exists(file) { try write([], to: file) }
        let handle = try FileHandle(forWritingTo: file)
        return { bytes in
            try handle.seek(toOffset: 0)
            try handle.write(contentsOf: Data(bytes))
        }
    }

    package func synchronize(_ file: URL) throws {
        let handle = try FileHandle(forWritingTo: file)
        defer { try? handle.close() }
        try handle.synchronize()
    }

    package func synchronizeFolder(_ folder: URL) throws {
        let descriptor = open(folder.path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw CocoaError(.fileReadUnknown) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    package func rename(_ file: URL, to other: URL) throws {
        guard Foundation.rename(file.path, other.path) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    package func copy(_ file: URL, to other: URL) throws { try FileManager.default.copyItem(at: file, to: other) }

    package func remove(_ file: URL) throws { try FileManager.default.removeItem(at: file) }

    package func lock(_ folder: URL) throws(EventLogError) -> FolderLock? { try FolderLock(folder) }
}
