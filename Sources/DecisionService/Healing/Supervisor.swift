import Logging
import Observability
import Resilience
import ServiceLifecycle
import Synchronization

/// The components of a subsystem ended so often that only a new process helps.
public struct SupervisionFailure: Error, CustomStringConvertible {
    /// What the process then exits with.
    public static let exitCode: Int32 = 3

    public var subsystem: String
    public var description: String { "the subsystem '\(subsystem)' cannot be kept running; the process ends so that it is started anew" }
}

/// Runs components and starts them again when they end, as a `SupervisionTree` says.
///
/// One component's end is no end for the others, and none is silent: each restart is logged, is an event of the healing log, and shows in the
/// component's health.
public final class Supervisor: Service {
    private enum Event: Sendable {
        case ended(String, attempt: Int, reason: String)
        case restart([String], cause: String, since: Duration, of: String, HealingEvent.Action)
        case shutdown
    }

    private let components: [Component]
    private let healing: HealingLog
    private let health: HealthBoard
    private let logger: Logger
    private let tree: SupervisionTree
    private let events: AsyncStream<Event>
    private let continuation: AsyncStream<Event>.Continuation
    private let tasks = Mutex<[String: (attempt: Int, task: Task<Void, Never>)]>([:])
    private let attempts = Mutex<[String: Int]>([:])
    private let failures: AsyncStream<SupervisionFailure>
    private let failure: AsyncStream<SupervisionFailure>.Continuation

    public init(_ components: [Component], intensity: RestartIntensity, healing: HealingLog, health: HealthBoard, logger: Logger) {
        self.components = components
        self.healing = healing
        self.health = health
        self.logger = logger
        tree = SupervisionTree(
            Component.Subsystem.allCases.map { subsystem in
                .init(name: subsystem.rawValue, strategy: subsystem == .policy ? .restForOne : .oneForOne, components: components.filter { $0.subsystem == subsystem }.map(\.name))
            }, intensity: intensity)
        (events, continuation) = AsyncStream.makeStream(of: Event.self)
        (failures, failure) = AsyncStream.makeStream(of: SupervisionFailure.self)
    }

    public var names: [String] { components.map(\.name) }

    /// Ends a component as a fault would: for drills.
    public func kill(_ name: String) { tasks.withLock { $0[name]?.task }?.cancel() }

    /// Fails with `SupervisionFailure` where restarting does not help. A service of its own, so that the components go on until the end that
    /// this brings about: what was answered until then is logged.
    struct Alarm: Service {
        let supervisor: Supervisor

        func run() async throws { for await failure in supervisor.failures.cancelOnGracefulShutdown() { throw failure } }
    }

    /// Returns when every component has ended after a shutdown began.
    public func run() async throws {
        var tree = tree
        health.report("supervisor", .ok, probes: [.live, .startup])
        for component in components { start(component, attempt: 1) }
        defer { for entry in tasks.withLock({ Array($0.values) }) { entry.task.cancel() } }
        await withTaskCancellationOrGracefulShutdownHandler {
            for await event in events {
                switch event {
                case .shutdown: startWaiting()
                case .ended(let name, let attempt, let reason):
                    guard tasks.withLock({ tasks in
                        guard tasks[name]?.attempt == attempt else { return false }
                        tasks[name] = nil
                        return true
                    }) else { continue }
                    if !isEnding { mend(name, reason, tree.failed(name, at: ProcessTime.now)) }
                case .restart(let names, let cause, let since, let component, let action):
                    if !isEnding { await restart(names, cause: cause, since: since, of: component, action) }
                }
                if isEnding, tasks.withLock({ $0.isEmpty }) { return }
            }
        } onCancelOrGracefulShutdown: { [continuation] in
            continuation.yield(.shutdown)
        }
    }

    private var isEnding: Bool { Task.isShuttingDownGracefully || Task.isCancelled }

    /// What waits to be started again may have taken what it must not lose: it is started to end in order.
    private func startWaiting() {
        guard !Task.isCancelled else { return }
        for component in components where tasks.withLock({ $0[component.name] == nil }) { start(component, attempt: nextAttempt(component)) }
    }

    private func nextAttempt(_ component: Component) -> Int { (attempts.withLock { $0[component.name] } ?? 0) + 1 }

    private func start(_ component: Component, attempt: Int) {
        let task = Task { [continuation] in
            var reason = "it ended without an error"
            do {
                try await component.service.run()
            } catch {
                reason = "\(error)"
            }
            continuation.yield(.ended(component.name, attempt: attempt, reason: reason))
        }
        tasks.withLock { $0[component.name] = (attempt, task) }
        attempts.withLock { $0[component.name] = attempt }
        health.report(component.name, .ok)
    }

    private func mend(_ name: String, _ reason: String, _ decision: SupervisionTree.Decision) {
        switch decision {
        case .restart(let names, let delay):
            logger.error("A component ended and is started again.", metadata: ["component": "\(name)", "reason": "\(reason)"])
            health.report(name, .degraded, reason, retryIn: delay)
            schedule(.restart(names, cause: reason, since: ProcessTime.now, of: name, .restart), after: delay)
        case .restartSubsystem(let subsystem, let names, let delay):
            logger.error("A component ended too often; its subsystem is started again.", metadata: ["component": "\(name)", "subsystem": "\(subsystem)", "reason": "\(reason)"])
            for name in names { health.report(name, .degraded, "the subsystem '\(subsystem)' is started again", retryIn: delay) }
            schedule(.restart(names, cause: "\(name): \(reason)", since: ProcessTime.now, of: subsystem, .restartSubsystem), after: delay)
        case .exit(let subsystem):
            let failure = SupervisionFailure(subsystem: subsystem)
            logger.critical("\(failure)", metadata: ["component": "\(name)", "reason": "\(reason)"])
            healing.record(.exit, of: subsystem, cause: "\(name): \(reason)")
            health.report("supervisor", .failed, failure.description, probes: [.live, .startup, .ready])
            self.failure.yield(failure)
        }
    }

    private func schedule(_ event: Event, after delay: Duration) {
        Task { [continuation] in
            try? await Task.sleep(for: delay)
            continuation.yield(event)
        }
    }

    private func restart(_ names: [String], cause: String, since: Duration, of component: String, _ action: HealingEvent.Action) async {
        for name in names {
            // Where others are restarted with what failed, they still run.
            guard let entry = tasks.withLock({ $0.removeValue(forKey: name) }) else { continue }
            entry.task.cancel()
            await entry.task.value
        }
        for component in components where names.contains(component.name) {
            start(component, attempt: nextAttempt(component))
        }
        healing.record(action, of: component, cause: cause, duration: ProcessTime.now - since)
    }
}
