import Archives
import Discovery
import FaultInjection
import Foundation
import Logging
import Resilience

/// Where loaded bundles go.
public protocol BundleTarget: Sendable {
    /// Activates a bundle whole, or throws and leaves what was active.
    func activate(_ bundle: Bundle, name: String, etag: String?) async throws(BundleError)
    func remove(_ name: String) async throws(BundleError)
    /// The names of the bundles that are active there; nil where that is not known.
    func activeBundles() -> Set<String>?
    /// Whoever activated a bundle has kept it on disk and reported it: from here on the target may take it back.
    func settled(_ name: String)
}

extension BundleTarget {
    public func activeBundles() -> Set<String>? { nil }
    public func settled(_ name: String) {}
}

/// Keeps one bundle up to date: asks its service again and again, and activates what is new.
///
/// While the server is away or sends what cannot be activated, the last good version goes on.
public struct BundleLoader: Sendable {
    private let settings: BundleSettings
    private let service: ServiceSettings?
    private let reader: BundleReader
    private let persistence: BundlePersistence?
    private let target: any BundleTarget
    private let statuses: BundleStatuses
    private let logger: Logger
    private let time: any TimeAndChance

    /// - Parameters:
    ///   - service: where the bundle comes from; nil for a `file://` resource.
    ///   - persistence: where copies are kept; used where the settings say so.
    public init(
        _ settings: BundleSettings, service: ServiceSettings?, reader: BundleReader, persistence: BundlePersistence?, target: any BundleTarget,
        statuses: BundleStatuses, logger: Logger, time: any TimeAndChance = .system
    ) {
        self.time = time
        self.settings = settings
        self.service = service
        self.reader = reader
        self.persistence = settings.persists ? persistence : nil
        self.target = target
        self.statuses = statuses
        self.logger = logger
    }

    /// Loads until the task is cancelled.
    public func run() async {
        statuses.update(settings.name)
        if persistence != nil {
            await loadPersisted()
            target.settled(settings.name)
        }
        guard settings.trigger == .periodic else { return }
        var state = Polling(retry: Retry(RetryPolicy(maximumAttempts: nil, baseDelay: .milliseconds(100), maximumDelay: settings.polling.maximumDelay, factor: 1.6)))
        while !Task.isCancelled {
            let wait = await poll(&state)
            guard let wait else { return }
            do { try await time.sleep(for: wait) } catch { return }
        }
    }

    private struct Polling {
        var retry: Retry
        /// Of the version that was activated last.
        var etag: String?
        /// Until the server answers without support for it.
        var isLongPolling = true
    }

    /// Asks once, and says when to ask again; nil for never.
    private func poll(_ state: inout Polling) async -> Duration? {
        defer { target.settled(settings.name) }
        do throws(BundleError) {
            guard let service else {
                try await loadFile()
                return nil
            }
            try await download(service, &state)
            state.retry.recordSuccess()
            return nextDelay(state)
        } catch {
            guard !Task.isCancelled else { return nil }
            report(error)
            var random = time.generator
            guard case .wait(let wait) = state.retry.recordFailure(using: &random) else { return nil }
            return wait
        }
    }

    private func nextDelay(_ state: Polling) -> Duration {
        let polling = settings.polling
        if polling.longPollingTimeout != nil, state.isLongPolling { return .zero }
        return polling.minimumDelay + (polling.maximumDelay - polling.minimumDelay) * time.share()
    }

    // MARK: Sources

    private func download(_ service: ServiceSettings, _ state: inout Polling) async throws(BundleError) {
        statuses.update(settings.name) { $0.lastRequest = Date() }
        let isLongPolling = settings.polling.longPollingTimeout != nil && state.isLongPolling
        let outcome = try await BundleDownloader(settings: settings, service: service).fetch(etag: state.etag, isLongPolling: isLongPolling)
        statuses.update(settings.name) { $0.lastSuccessfulRequest = Date() }
        switch outcome {
        case .unchanged(let supportsLongPolling):
            state.isLongPolling = supportsLongPolling
            statuses.update(settings.name) { $0.problem = nil }
        case .downloaded(let bytes, let etag, let supportsLongPolling):
            state.isLongPolling = supportsLongPolling
            statuses.update(settings.name) {
                $0.size = bytes.count
                $0.lastSuccessfulDownload = Date()
            }
            let kind = try await activate(bytes, etag: etag, from: service)
            state.etag = etag
            if kind == .snapshot { try persistence?.save(settings.name, bytes) }
        }
    }

    private func loadFile() async throws(BundleError) {
        let path = String(settings.resource.dropFirst("file://".count))
        let bundle = try reader.read(try BundleFolder.entries(ofBundle: path, limits: settings.archiveLimits))
        try await activate(bundle, etag: nil)
    }

    private func loadPersisted() async {
        guard let bytes = persistence?.load(settings.name) else { return }
        do throws(BundleError) {
            _ = try await activate(bytes, etag: nil)
            logger.info("Bundle loaded from disk.", metadata: ["name": "\(settings.name)"])
        } catch {
            logger.error("The copy of the bundle on disk cannot be used: \(error)", metadata: ["name": "\(settings.name)"])
        }
    }

    // MARK: Activation

    /// Activates what a server sent; bytes that are damaged count against it.
    private func activate(_ bytes: [UInt8], etag: String?, from service: ServiceSettings) async throws(BundleError) -> Bundle.Kind {
        do throws(BundleError) {
            return try await activate(bytes, etag: etag)
        } catch {
            if [.unreadable, .malformed, .hostile, .signature].contains(error.code) { service.upstream.recordUnusableAnswer(from: service.url(for: settings.resource)) }
            throw error
        }
    }

    private func activate(_ bytes: [UInt8], etag: String?) async throws(BundleError) -> Bundle.Kind {
        let bundle = try reader.read(archive: bytes, limits: settings.archiveLimits)
        guard bundle.kind == .snapshot || !settings.persists else {
            throw BundleError(.delta, "'persist' property is true in config. persisting delta bundle to disk is not supported")
        }
        try await activate(bundle, etag: etag)
        return bundle.kind
    }

    private func activate(_ bundle: Bundle, etag: String?) async throws(BundleError) {
        try await target.activate(bundle, name: settings.name, etag: etag)
        statuses.update(settings.name) { status in
            status.activeRevision = bundle.revision
            status.kind = bundle.kind
            status.lastSuccessfulActivation = Date()
            status.problem = nil
        }
        logger.info("Bundle loaded and activated successfully.", metadata: ["name": "\(settings.name)", "revision": "\(bundle.revision)"])
    }

    private func report(_ error: BundleError) {
        statuses.update(settings.name) { $0.recordFailure(error) }
        logger.error("Bundle load failed: \(error)", metadata: ["name": "\(settings.name)"])
    }
}

extension BundleSettings {
    /// What an archive of this bundle may hold.
    var archiveLimits: ArchiveLimits { ArchiveLimits(file: sizeLimit, total: max(sizeLimit, 1 << 30)) }
}
