import FaultInjection
import Foundation
import Synchronization

/// A disk in memory that can lose power: then bytes that were not forced to it are there or not, sector by sector, and names that were not forced to
/// it are the last ones that were, or some later ones.
///
/// A process reaches it through a `MountedDisk`, and SQLite through `SimulatedFileSystem`.
final class SimulatedDisk: Sendable {
    /// Bytes that are written whole or not at all.
    static let sector = 512

    struct File {
        enum Change {
            case write(at: Int, [UInt8])
            case truncate(to: Int)
        }

        var bytes: [UInt8] = []
        /// What was forced to the disk, and what was done since.
        var durable: [UInt8] = []
        var changes: [Change] = []

        mutating func write(_ new: [UInt8], at offset: Int) {
            Self.apply(.write(at: offset, new), to: &bytes)
            changes.append(.write(at: offset, new))
        }

        mutating func truncate(to size: Int) {
            Self.apply(.truncate(to: size), to: &bytes)
            changes.append(.truncate(to: size))
        }

        mutating func synchronize() {
            for change in changes { Self.apply(change, to: &durable) }
            changes = []
        }

        static func apply(_ change: Change, to bytes: inout [UInt8]) {
            switch change {
            case .truncate(let size): if size < bytes.count { bytes.removeLast(bytes.count - size) } else { bytes += Array(repeating: 0, count: size - bytes.count) }
            case .write(let offset, let new):
                let end = offset + new.count
                if bytes.count < end { bytes += Array(repeating: 0, count: end - bytes.count) }
                bytes.withUnsafeMutableBytes { all in UnsafeMutableRawBufferPointer(rebasing: all[offset..<end]).copyBytes(from: new) }
            }
        }

        /// What is left of it after a loss of power.
        ///
        /// - Parameter share: of the sectors that were not forced to the disk and are there all the same.
        mutating func losePower(keeping share: Double, _ random: inout FaultInjection.SeededRandom) {
            for change in changes {
                switch change {
                case .truncate: if Double.random(in: 0..<1, using: &random) < share { Self.apply(change, to: &durable) }
                case .write(let offset, let new):
                    for start in stride(from: 0, to: new.count, by: SimulatedDisk.sector) where Double.random(in: 0..<1, using: &random) < share {
                        Self.apply(.write(at: offset + start, Array(new[start..<min(start + SimulatedDisk.sector, new.count)])), to: &durable)
                    }
                }
            }
            changes = []
            bytes = durable
        }
    }

    fileprivate enum Naming {
        case name(String, file: Int)
        case unname(String)
        case rename(String, String)

        func apply(to names: inout [String: Int]) {
            switch self {
            case .name(let name, let file): names[name] = file
            case .unname(let name): names[name] = nil
            case .rename(let name, let other): names[other] = names.removeValue(forKey: name)
            }
        }
    }

    struct State {
        var files: [Int: File] = [:]
        var names: [String: Int] = [:]
        fileprivate var durableNames: [String: Int] = [:]
        /// Done to names since they were forced to the disk.
        fileprivate var namings: [Naming] = []
        var nextFile = 1
        /// Of the process that uses the disk; what an earlier one opened is closed to it.
        var process = 1
        var locks = SimulatedLocks()
        /// Whether the disk says that it forced bytes, and did not.
        var lies = false
        /// Changes until the machine loses power, in the middle of whatever it does then; nil for none.
        fileprivate var changesLeft: Int?
        /// Whether there is no power.
        var isDown = false

        /// Whether a process may change something, which is counted.
        mutating func mayChange(_ user: Int) -> Bool {
            guard user == process, !isDown else { return false }
            if let left = changesLeft {
                changesLeft = left - 1
                isDown = left <= 1
            }
            return !isDown
        }

        fileprivate mutating func change(_ naming: Naming) {
            naming.apply(to: &names)
            namings.append(naming)
        }

        mutating func make(_ name: String) -> Int {
            let file = nextFile
            nextFile += 1
            files[file] = File()
            change(.name(name, file: file))
            return file
        }

        mutating func remove(_ name: String) { change(.unname(name)) }

        mutating func rename(_ name: String, to other: String) { change(.rename(name, other)) }

        mutating func synchronize(_ file: Int) {
            if !lies { files[file]?.synchronize() }
        }

        fileprivate mutating func take(_ image: Image, _ mountPoint: String) {
            for (name, bytes) in image.files.sorted(by: { $0.key < $1.key }) {
                files[nextFile] = File(bytes: bytes, durable: bytes)
                names[mountPoint + name] = nextFile
                nextFile += 1
            }
            durableNames = names
        }

        mutating func synchronizeNames() {
            guard !lies else { return }
            for naming in namings { naming.apply(to: &durableNames) }
            namings = []
        }
    }

    /// What is on a disk, by the names below its mount point.
    struct Image: Sendable {
        var files: [String: [UInt8]]
    }

    var image: Image {
        state.withLock { state in
            Image(files: Dictionary(uniqueKeysWithValues: state.names.map { (String($0.key.dropFirst(mountPoint.count)), state.files[$0.value]?.bytes ?? []) }))
        }
    }

    private static let disks = Mutex<[String: SimulatedDisk]>([:])
    private static let count = Atomic<Int>(0)
    /// All paths on simulated disks begin with this, and no others.
    static let root = "/simulated-disk-"

    /// Where the disk is found.
    let mountPoint: String
    let chaos: Chaos?
    let state = Mutex(State())
    /// The indices of write-ahead logs, which end with the process.
    let indices = Mutex<[Region: Index]>([:])

    /// - Parameter image: of another disk, whose files are there.
    init(_ chaos: Chaos?, _ image: Image? = nil) {
        self.chaos = chaos
        let number = Self.count.wrappingAdd(1, ordering: .relaxed).newValue
        mountPoint = Self.root + "\(number)"
        if let image { state.withLock { $0.take(image, mountPoint) } }
        SimulatedFileSystem.register()
        Self.disks.withLock { $0[mountPoint] = self }
    }

    /// Takes the disk away; nothing must have files open any more.
    func unmount() { Self.disks.withLock { $0[mountPoint] = nil } }

    /// The disk that a path lies on; nil for the system's.
    static func disk(of path: String) -> SimulatedDisk? {
        guard path.hasPrefix(root), let end = path.dropFirst().firstIndex(of: "/") else { return nil }
        return disks.withLock { $0[String(path[..<end])] }
    }

    var folder: URL { URL(fileURLWithPath: mountPoint + "/events") }

    func size(of name: String) -> Int { state.withLock { state in state.names[name].flatMap { state.files[$0]?.bytes.count } ?? 0 } }

    /// From now on it says that it forced bytes and names, and does not: what no log survives.
    func lie() { state.withLock { $0.lies = true } }

    // MARK: Ends of processes

    /// Power fails after so many more changes.
    func losePower(after changes: Int) { state.withLock { $0.changesLeft = changes } }

    var isDown: Bool { state.withLock { $0.isDown } }

    /// The process that used the disk ended: all that it wrote is there.
    func loseProcess() {
        state.withLock { state in
            state.process += 1
            state.locks = SimulatedLocks()
            state.changesLeft = nil
            state.isDown = false
        }
    }

    /// The machine lost power.
    func losePower(_ random: inout FaultInjection.SeededRandom) {
        loseProcess()
        state.withLock { state in
            let share: Double = [0, 0.5, 1].randomElement(using: &random) ?? 0
            for file in state.files.keys.sorted() { state.files[file]?.losePower(keeping: share, &random) }
            let kept = state.namings.prefix(Int.random(in: 0...state.namings.count, using: &random))
            for naming in kept { naming.apply(to: &state.durableNames) }
            state.namings = []
            state.names = state.durableNames
            let named = Set(state.names.values)
            state.files = state.files.filter { named.contains($0.key) }
        }
    }
}
