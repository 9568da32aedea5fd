import DataConsistency
import FaultInjection
import Foundation
import Synchronization

/// A simulated disk as one process uses it: nothing works any more when the process has ended, or power has.
struct MountedDisk: Disk {
    private let disk: SimulatedDisk
    private let process: Int

    init(_ disk: SimulatedDisk) {
        self.disk = disk
        process = disk.state.withLock { $0.process }
    }

    var chaos: Chaos? { disk.chaos }

    // MARK: Looking

    private func look<Result>(_ body: (SimulatedDisk.State) -> Result?) -> Result? { disk.state.withLock { $0.process == process ? body($0) : nil } }

    func files(in folder: URL) -> [URL] {
        let prefix = folder.path + "/"
        let names = look { $0.names.keys.filter { $0.hasPrefix(prefix) && !$0.dropFirst(prefix.count).contains("/") } } ?? []
        return names.sorted().map { URL(fileURLWithPath: $0) }
    }

    func exists(_ file: URL) -> Bool { number(of: file) != nil }

    func contents(of file: URL) -> [UInt8]? { look { state in state.names[file.path].flatMap { state.files[$0]?.bytes } } }

    func size(of file: URL) -> Int? { look { state in state.names[file.path].flatMap { state.files[$0]?.bytes.count } } }

    func number(of file: URL) -> Int? { look { $0.names[file.path] } }

    // MARK: Changing

    private func change<Result>(_ body: (inout SimulatedDisk.State) throws -> Result) throws -> Result {
        try disk.state.withLock { state in
            guard state.mayChange(process) else { throw CocoaError(.fileWriteUnknown) }
            return try body(&state)
        }
    }

    private static func number(_ file: URL, _ state: SimulatedDisk.State) throws -> Int {
        guard let number = state.names[file.path] else { throw CocoaError(.fileNoSuchFile) }
        return number
    }

    func makeFolder(_ folder: URL) {}

    func write(_ bytes: [UInt8], to file: URL) throws {
        let bytes = try chaos?.writing(bytes, to: file.path) ?? bytes
        try change { state in
            let number = state.make(file.path)
            state.files[number]?.write(bytes, at: 0)
        }
    }

    func overwriter(of file: URL) throws -> @Sendable ([UInt8]) throws -> Void {
        let number = try change { $0.names[file.path] ?? $0.make(file.path) }
        return { bytes in try change { $0.files[number]?.write(bytes, at: 0) } }
    }

    func synchronize(_ file: URL) throws {
        guard try chaos?.operating(.synchronize, on: file.path) ?? true else { return }
        try change { $0.synchronize(try Self.number(file, $0)) }
    }

    func synchronizeFolder(_ folder: URL) throws {
        guard try chaos?.operating(.synchronize, on: folder.path) ?? true else { return }
        try change { $0.synchronizeNames() }
    }

    func rename(_ file: URL, to other: URL) throws {
        try chaos?.operating(.rename, on: other.path)
        try change { state in
            _ = try Self.number(file, state)
            state.rename(file.path, to: other.path)
        }
    }

    func copy(_ file: URL, to other: URL) throws {
        try change { state in
            let bytes = state.files[try Self.number(file, state)]?.bytes ?? []
            let number = state.make(other.path)
            state.files[number]?.write(bytes, at: 0)
        }
    }

    func remove(_ file: URL) throws {
        try change { state in
            _ = try Self.number(file, state)
            state.remove(file.path)
        }
    }

    func lock(_ folder: URL) -> FolderLock? { nil }
}
