import Foundation
import Rego
import Synchronization

/// A language server for Rego (LSP 3.17) over two file descriptors.
///
/// One loop answers requests in their order from what is known. What takes long, linting, compiling all policies and evaluating, happens on threads
/// beside it (`BackgroundWork`), and what came of it is published.
public struct LanguageServer: Sendable {
    private let files: any WorkspaceFiles
    private let regoVersion: RegoVersion
    private let version: String

    /// - Parameters:
    ///   - files: how policies, data and settings are read.
    ///   - regoVersion: what policies are read as.
    ///   - version: what the client is told of the server's version.
    public init(files: any WorkspaceFiles, regoVersion: RegoVersion, version: String) {
        self.files = files
        self.regoVersion = regoVersion
        self.version = version
    }

    /// Serves one client to its end.
    ///
    /// - Returns: the exit code: 0 where the client asked for the end in order, else 1.
    public func run(input: Int32, output: Int32) -> Int32 {
        let queue = EventQueue()
        let code = ExitCode()
        let thread = Thread { [self] in
            let session = Session(Workspace(files: files, regoVersion: regoVersion), queue: queue, output: MessageWriter(descriptor: output), version: version)
            code.set(session.run())
        }
        thread.stackSize = BackgroundWork.stackSize
        thread.start()
        MessageReader.start(input, into: queue)
        return code.wait()
    }
}

/// Carries the exit code from the loop's thread.
private final class ExitCode: Sendable {
    private let code = Mutex<Int32>(1)
    private let isSet = DispatchSemaphore(value: 0)

    func set(_ value: Int32) {
        code.withLock { $0 = value }
        isSet.signal()
    }

    func wait() -> Int32 {
        isSet.wait()
        return code.withLock { $0 }
    }
}
