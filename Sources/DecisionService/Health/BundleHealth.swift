import Foundation
import Governance
import Observability
import ServiceLifecycle

/// Writes on the health board how each bundle does: failed until its first version is active, degraded while its server gives nothing new.
public struct BundleHealth: Service {
    private let statuses: BundleStatuses
    private let health: HealthBoard

    public init(_ statuses: BundleStatuses, health: HealthBoard) {
        self.statuses = statuses
        self.health = health
        // The first probe may come before the first change.
        for status in statuses.all { Self.report(status, to: health) }
    }

    public func run() async throws {
        var known: Set<String> = []
        for await all in statuses.changes().cancelOnGracefulShutdown() {
            for status in all { Self.report(status, to: health) }
            for gone in known.subtracting(all.map(\.name)) { health.remove(Self.component(gone)) }
            known = Set(all.map(\.name))
        }
    }

    private static func report(_ status: BundleStatus, to health: HealthBoard) {
        let problem = status.problem.map(\.message) ?? ""
        let state: ComponentHealth.State = !status.isActive ? .failed : problem.isEmpty ? .ok : .degraded
        let detail = state == .failed && problem.isEmpty ? "no version is active yet" : problem
        health.report(component(status.name), state, detail, depth: 1, probes: [.ready, .startup])
    }

    private static func component(_ name: String) -> String { "bundle/\(name)" }
}
