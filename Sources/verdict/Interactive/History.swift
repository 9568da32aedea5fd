import Foundation

/// The lines of earlier sessions, in a file. Where it cannot be written, only this session remembers.
struct History {
    private(set) var entries: [String] = []
    private let file: URL?
    private static let limit = 1_000

    /// - Parameter file: nil for none.
    init(file: URL?) {
        self.file = file
        guard let file, let text = try? String(contentsOf: file, encoding: .utf8) else { return }
        entries = text.split(separator: "\n").suffix(Self.limit).map(String.init)
    }

    /// `verdict/history` where programs keep such state (XDG Base Directory Specification).
    static var standardFile: URL? {
        let environment = ProcessInfo.processInfo.environment
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return URL(fileURLWithPath: state).appendingPathComponent("verdict/history") }
        guard let home = environment["HOME"], !home.isEmpty else { return nil }
        return URL(fileURLWithPath: home).appendingPathComponent(".local/state/verdict/history")
    }

    mutating func add(_ line: String) {
        guard !line.isEmpty, line != entries.last else { return }
        entries.append(line)
        entries = entries.suffix(Self.limit)
        guard let file else { return }
        // What was typed may be a secret, so it is for the user's eyes.
        try? FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let text = entries.joined(separator: "\n") + "\n"
        guard (try? Data(text.utf8).write(to: file, options: .atomic)) != nil else { return }
        try? FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
    }
}
