import Foundation
import Hummingbird
import Synchronization

/// A payment as the auditors write it down.
struct Entry: Codable, Sendable {
    /// The same for every repetition.
    var key: String
    var amount: Int
}

/// Writes down what is paid, each payment once, in a file that outlives the process.
enum Audit {
    private final class Ledger: Sendable {
        private struct State {
            var keys: Set<String>
            let file: FileHandle
        }

        private let state: Mutex<State>

        init(at path: String) throws {
            if !FileManager.default.fileExists(atPath: path) { FileManager.default.createFile(atPath: path, contents: nil) }
            let entries = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").compactMap { try? JSONDecoder().decode(Entry.self, from: Data($0.utf8)) }
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try file.seekToEnd()
            state = Mutex(State(keys: Set(entries.map(\.key)), file: file))
        }

        /// Returns when the entry is on the disk.
        func write(_ entry: Entry) throws {
            let line = try JSONEncoder().encode(entry) + Data("\n".utf8)
            try state.withLock { state in
                guard !state.keys.contains(entry.key) else { return }
                try state.file.write(contentsOf: line)
                try state.file.synchronize()
                state.keys.insert(entry.key)
            }
        }
    }

    /// The file in the base's folder.
    static let file = "audit.jsonl"

    static func run(_ frame: ServiceFrame, port: Int, in folder: BaseFolder) async throws {
        let ledger = try Ledger(at: folder.path(file))
        let router = frame.router()
        router.post("/entries") { request, context -> Response in
            try ledger.write(try await request.decode(as: Entry.self, context: context))
            return Response(status: .noContent)
        }
        try await frame.serve(router, port: port)
    }
}
