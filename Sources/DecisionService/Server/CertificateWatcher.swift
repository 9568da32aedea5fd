import Foundation
import Logging
import NIOSSL
import ServiceLifecycle
import Synchronization

/// Keeps the TLS context of new connections up to date with its files.
///
/// Files that cannot be used change nothing: the service goes on with those before.
final class CertificateWatcher: Service {
    private struct State: Sendable {
        var context: NIOSSLContext
        var contents: [Data?]
    }

    private let settings: TLSSettings
    private let period: Duration
    private let logger: Logger
    private let state: Mutex<State>

    init(_ settings: TLSSettings, period: Duration, logger: Logger) throws(TLSSettings.Problem) {
        self.settings = settings
        self.period = period
        self.logger = logger
        state = Mutex(State(context: try settings.makeContext(), contents: Self.contents(settings)))
    }

    /// What new connections use.
    var context: NIOSSLContext { state.withLock { $0.context } }

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                try await Task.sleep(for: self.period)
                self.reload()
            }
        }
    }

    private func reload() {
        let contents = Self.contents(settings)
        guard contents != state.withLock({ $0.contents }) else { return }
        do {
            let context = try settings.makeContext()
            state.withLock { $0 = State(context: context, contents: contents) }
            logger.info("Certificate reloaded.", metadata: ["file": "\(settings.certificateFile)"])
        } catch {
            state.withLock { $0.contents = contents }
            logger.error("\(error)")
            logger.error("The changed certificate was refused; connections go on with the one before.")
        }
    }

    private static func contents(_ settings: TLSSettings) -> [Data?] {
        [settings.certificateFile, settings.privateKeyFile, settings.authorityFile].map { $0.flatMap { FileManager.default.contents(atPath: $0) } }
    }
}
