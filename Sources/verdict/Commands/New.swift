import ArgumentParser
import Foundation

/// `verdict new`: begins a folder of policies.
struct New: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Begin a folder of policies, with tests and a workflow for CI.",
        discussion: """
            verdict new shop               # package shop in a new folder shop
            verdict new shop --in .        # in this one
            """)

    @Argument(help: "The name of the package.")
    var name: String
    @Option(name: .customLong("in"), help: "The folder; by default one of the package's name.")
    var folder: String?

    func validate() throws {
        let isName = name.first.map { $0.isASCII && ($0.isLetter || $0 == "_") } ?? false
        guard isName, name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }) else {
            throw ValidationError("'\(name)' is no name of a package: letters, digits and _ make one")
        }
    }

    func run() throws {
        let root = URL(fileURLWithPath: folder ?? name)
        let files = PolicyScaffold.files(package: name).map { (url: root.appendingPathComponent($0.path), path: $0.path, text: $0.text) }
        if let taken = files.first(where: { FileManager.default.fileExists(atPath: $0.url.path) }) {
            Reporting.error("\(taken.url.relativePath) is there already; nothing was written")
            throw ExitCode(1)
        }
        do {
            for file in files {
                try FileManager.default.createDirectory(at: file.url.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(file.text.utf8).write(to: file.url, options: .withoutOverwriting)
                Reporting.output("\(folder ?? name)/\(file.path)\n")
            }
        } catch {
            Reporting.error("\(root.relativePath): \(error.localizedDescription)")
            throw ExitCode(1)
        }
    }
}
