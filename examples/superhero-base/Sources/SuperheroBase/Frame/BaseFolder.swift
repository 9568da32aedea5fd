import Foundation

/// The folder that the processes of one base share: where each is found, what it writes, and the secrets that the issuer knows services by.
public struct BaseFolder: Sendable {
    public let url: URL

    public init(_ url: URL) { self.url = url }

    /// Makes the folder.
    public static func made(at url: URL) throws -> BaseFolder {
        for name in ["endpoints", "logs", "secrets"] {
            try FileManager.default.createDirectory(at: url.appending(path: name), withIntermediateDirectories: true)
        }
        return BaseFolder(url)
    }

    public func path(_ name: String) -> String { url.appending(path: name).path }

    // MARK: Endpoints

    /// The file that says where a process is, for `FileResolver`.
    public func endpoints(of name: String) -> String { path("endpoints/\(name)") }

    public func announce(_ name: String, at address: String) throws {
        try Data("http://\(address)\n".utf8).write(to: URL(fileURLWithPath: endpoints(of: name)), options: .atomic)
    }

    /// Host and port of a process; nil before it has come up.
    public func address(of name: String) -> String? {
        guard let text = try? String(contentsOfFile: endpoints(of: name), encoding: .utf8) else { return nil }
        return text.split(separator: "\n").first.map { String($0.dropFirst("http://".count)) }
    }

    /// Forgets where a process was, so that its next address can be waited for.
    public func forget(_ name: String) { try? FileManager.default.removeItem(atPath: endpoints(of: name)) }

    // MARK: Secrets

    /// What a service shows the issuer.
    public func secret(of name: String) throws -> String { try kept("secrets/\(name)") { UUID().uuidString } }

    /// The text of a file, which is written first where it is not there.
    public func kept(_ name: String, _ make: () -> String) throws -> String {
        if let text = try? String(contentsOfFile: path(name), encoding: .utf8) { return text }
        let text = make()
        try Data(text.utf8).write(to: url.appending(path: name), options: .atomic)
        return text
    }
}
