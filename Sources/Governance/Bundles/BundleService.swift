import Discovery
import Foundation
import Logging
import Rego
import ServiceLifecycle

/// Runs a loader for each configured bundle, and follows changes of the configuration: those that are applied, and those that discovery finds.
public actor BundleService: Service {
    private let target: any BundleTarget
    public nonisolated let statuses = BundleStatuses()
    /// Of the bundle that `discovery` names.
    public nonisolated let discoveryStatuses = BundleStatuses()
    private let version: RegoVersion
    private let logger: Logger
    /// What the service was started with, or told since.
    private var boot: Configuration
    /// Together with what discovery found.
    private var configuration: Configuration
    private var loaders: [String: Task<Void, Never>] = [:]
    /// Loaders that ended although nobody asked them to.
    private var ended: Set<String> = []
    private var discovery: Task<Void, Never>?
    private var isRunning = false
    private let upstreams: Upstreams?

    /// - Parameters:
    ///   - version: what modules are read as where manifests do not say.
    ///   - upstreams: told of services that come and go.
    public init(_ configuration: Configuration, target: any BundleTarget, version: RegoVersion = .v1, upstreams: Upstreams? = nil, logger: Logger) {
        self.upstreams = upstreams
        upstreams?.replace(with: configuration.upstreams)
        boot = configuration
        self.configuration = configuration
        self.target = target
        self.version = version
        self.logger = logger
        for bundle in configuration.bundles { statuses.update(bundle.name) }
        if let discovery = configuration.discovery { discoveryStatuses.update(discovery.bundle.name) }
    }

    /// Loads until the process is to end.
    public func run() async throws {
        isRunning = true
        for bundle in configuration.bundles { start(bundle) }
        startDiscovery()
        try? await gracefulShutdown()
        let tasks = Array(loaders.values) + [discovery].compactMap { $0 }
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
        // Whoever runs it again begins with nothing.
        isRunning = false
        loaders = [:]
        discovery = nil
    }

    /// Takes up a changed configuration: bundles that are gone are removed, new and changed ones loaded.
    public func apply(_ changed: Configuration) async {
        let before = boot
        boot = changed.keepingUpstreams(of: before)
        await take(boot)
        guard isRunning, before.discovery != changed.discovery || !hasSameSources(before, changed) else { return }
        discovery?.cancel()
        await discovery?.value
        startDiscovery()
    }

    private func take(_ changed: Configuration) async {
        let before = configuration
        let changed = changed.keepingUpstreams(of: before)
        configuration = changed
        upstreams?.replace(with: changed.upstreams)
        guard isRunning else { return }
        for (name, loader) in loaders where !changed.bundles.contains(where: { $0.name == name }) {
            loaders[name] = nil
            await stop(name, loader)
        }
        for bundle in changed.bundles {
            if hasSameSources(before, changed), before.bundles.contains(bundle) { continue }
            if let known = loaders.removeValue(forKey: bundle.name) {
                known.cancel()
                await known.value
            }
            start(bundle)
        }
    }

    /// Whether servers, credentials and keys are the same.
    private func hasSameSources(_ a: Configuration, _ b: Configuration) -> Bool {
        a.source["services"] == b.source["services"] && a.source["keys"] == b.source["keys"] && a.persistenceDirectory == b.persistenceDirectory
    }

    private func stop(_ name: String, _ task: Task<Void, Never>) async {
        task.cancel()
        await task.value
        do throws(BundleError) {
            try await target.remove(name)
            statuses.remove(name)
            logger.info("Bundle removed.", metadata: ["name": "\(name)"])
        } catch {
            statuses.update(name) { $0.recordFailure(error) }
            logger.error("Bundle cannot be removed: \(error)", metadata: ["name": "\(name)"])
        }
    }

    private func start(_ settings: BundleSettings) {
        let loader = loader(settings, target: target, statuses: statuses)
        ended.remove(settings.name)
        loaders[settings.name] = Task {
            await loader.run()
            // A file is loaded once, and what is loaded by hand not at all.
            if settings.service != nil, settings.trigger == .periodic { ended.insert(settings.name) }
        }
    }

    private func startDiscovery() {
        discovery = nil
        guard let settings = boot.discovery else { return }
        let target = DiscoveredConfiguration(decision: settings.decision) { [self] found throws(BundleError) in try await discover(found) }
        let loader = loader(settings.bundle, target: target, statuses: discoveryStatuses)
        discovery = Task { await loader.run() }
    }

    /// The sections that discovery changes.
    private static let discoverable: Set<String> = ["services", "keys", "bundles"]

    private func discover(_ found: Value) async throws(BundleError) {
        let changed: Configuration
        do throws(ConfigurationError) { changed = try boot.discovering(found) } catch { throw BundleError(.policies, "\(error)") }
        for warning in changed.warnings { logger.warning("\(warning)") }
        let ignored = changed.sections(differingFrom: boot).subtracting(Self.discoverable)
        if !ignored.isEmpty {
            let names = ignored.sorted().joined(separator: ", ")
            logger.warning("The discovered configuration has sections that are not taken from there; write them into the service's own.", metadata: ["sections": "\(names)"])
        }
        await take(changed)
    }

    // MARK: Healing

    /// Compares what is active with what is configured, and makes it so.
    ///
    /// - Returns: what was not as it should be, in words.
    public func reconcile() -> [String] {
        guard isRunning else { return [] }
        let active = target.activeBundles()
        return configuration.bundles.compactMap { bundle in
            let status = statuses.all.first { $0.name == bundle.name }
            if loaders[bundle.name] == nil || ended.contains(bundle.name) {
                start(bundle)
                return "bundle '\(bundle.name)' is configured, and nothing loaded it"
            }
            guard let active, !active.contains(bundle.name), status?.isActive == true else { return nil }
            loaders[bundle.name]?.cancel()
            statuses.update(bundle.name) { $0 = BundleStatus(name: bundle.name) }
            start(bundle)
            return "bundle '\(bundle.name)' was activated, and is not active"
        }
    }

    /// Takes note that an earlier version of a bundle is active again, also on disk.
    public func didRollBack(_ name: String, to revision: String) {
        statuses.update(name) { $0.activeRevision = revision }
        do {
            try persistence.restoreBefore(name)
        } catch {
            logger.error("The copy of the bundle on disk is one that was given up: \(error)", metadata: ["name": "\(name)"])
        }
    }

    /// Ends the loaders as a fault would: for drills.
    public func killLoaders() { for loader in loaders.values { loader.cancel() } }

    private func loader(_ settings: BundleSettings, target: any BundleTarget, statuses: BundleStatuses) -> BundleLoader {
        BundleLoader(
            settings, service: configuration.services.first { $0.name == settings.service }, reader: reader(settings), persistence: persistence, target: target,
            statuses: statuses, logger: logger)
    }

    private func reader(_ settings: BundleSettings) -> BundleReader {
        BundleReader(name: settings.name, version: version, verification: BundleVerification(keys: configuration.keys, settings: settings.signing ?? .init()))
    }

    private var persistence: BundlePersistence {
        BundlePersistence(directory: configuration.persistenceDirectory ?? FileManager.default.currentDirectoryPath + "/.opa")
    }
}
