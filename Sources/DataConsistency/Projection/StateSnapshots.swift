import Crypto
import Foundation
import Rego

/// States kept as files, so that rebuilding begins at the last one and not at the beginning.
public struct StateSnapshots: Sendable {
    private let folder: URL
    private let disk: any Disk
    private static let kept = 4
    private static let format = "verdict state 1"

    /// - Parameter folder: the event log's.
    public init(in folder: URL) { self.init(in: folder, on: SystemDisk()) }

    package init(in folder: URL, on disk: any Disk) {
        self.folder = folder.appendingPathComponent("snapshots")
        self.disk = disk
    }

    /// Keeps a state, and drops the oldest.
    ///
    /// - Throws: `EventLogError` with the code `storage`.
    public func save(_ state: ProjectedState) throws(EventLogError) {
        let body = Self.body(state)
        let head = "\(Self.format) \(state.sequence) \(state.time) \(state.digest) \(EventDigest(SHA256.hash(data: body)))\n"
        do {
            try disk.makeFolder(folder)
            try disk.replace(url(state.sequence), with: Array(head.utf8) + body)
            for old in sequences.dropLast(Self.kept) { try disk.remove(url(old)) }
        } catch {
            throw EventLogError(.storage, "\(folder.path) cannot be written: \(error.localizedDescription)")
        }
    }

    private func url(_ sequence: Int) -> URL {
        let digits = String(sequence)
        return folder.appendingPathComponent(String(repeating: "0", count: max(0, 20 - digits.count)) + digits).appendingPathExtension("state")
    }

    /// Of the states that are kept, in order.
    public var sequences: [Int] {
        let files = (try? disk.files(in: folder)) ?? []
        return files.filter { $0.pathExtension == "state" }.compactMap { Int($0.deletingPathExtension().lastPathComponent) }.sorted()
    }

    /// The last whole state up to a point, and the files that were damaged.
    ///
    /// - Throws: `DiagnosticList` never, unless this module has a fault.
    public func last(before point: StateProjection.Point) throws(DiagnosticList) -> (state: ProjectedState, damaged: [String]) {
        var damaged: [String] = []
        for sequence in sequences.reversed() {
            if case .sequence(let limit) = point, sequence > limit { continue }
            // What was called so may have been long before.
            if case .named = point { continue }
            guard let state = read(sequence) else {
                damaged.append(url(sequence).path)
                continue
            }
            if case .time(let limit) = point, state.time > limit { continue }
            return (state, damaged)
        }
        return (try ProjectedState(), damaged)
    }

    // MARK: Files

    private static func body(_ state: ProjectedState) -> [UInt8] {
        let nothing: [String: PolicySource] = [:]
        let current = StateChange.Documents(
            policies: StateDifference.policies(from: nothing, to: state.current.policies),
            operations: StateDifference.operations(from: .object([]), to: state.current.data.baseDocument))
        // What was loaded lies near what is there.
        let change = StateChange(.start, current, loaded: state.current.difference(to: state.loaded), bundles: state.bundles, configuration: state.configuration)
        return (try? change.payload(digest: state.digest)) ?? []
    }

    /// Nil where the file is damaged.
    private func read(_ sequence: Int) -> ProjectedState? {
        guard let bytes = disk.contents(of: url(sequence)), let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        let head = String(decoding: bytes[..<end], as: UTF8.self).split(separator: " ")
        let body = Array(bytes[bytes.index(after: end)...])
        guard head.count == 7, head.prefix(3).joined(separator: " ") == Self.format, head[3] == "\(sequence)", let time = Int64(head[4]),
            let digest = StateDigest(head[5]), head[6] == EventDigest(SHA256.hash(data: body)).description, let payload = try? Value(json: body),
            let change = StateChange(payload), var state = try? ProjectedState()
        else { return nil }
        do {
            try state.current.apply(change.documents)
            state.loaded = state.current
            if let loaded = change.loaded { try state.loaded.apply(loaded) }
        } catch {
            return nil
        }
        state.bundles = change.bundles ?? state.bundles
        state.configuration = change.configuration ?? state.configuration
        state.sequence = sequence
        state.time = time
        state.digest = digest
        return state
    }
}
