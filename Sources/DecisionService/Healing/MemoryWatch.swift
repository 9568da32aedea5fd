import Foundation
import Governance
import Logging
import Observability
import Rego
import ReliabilityBudget
import Resilience
import ServiceLifecycle

/// Gives memory back before the system takes the process: empties caches first, and turns sheddable requests away where that is not enough.
public struct MemoryWatch: Service {
    private let settings: HealingSettings
    private let store: PolicyStore
    private let admission: AdmissionControl
    private let healing: HealingLog
    private let health: HealthBoard
    private let logger: Logger
    private static let period = Duration.milliseconds(500)

    public init(_ settings: HealingSettings, store: PolicyStore, admission: AdmissionControl, healing: HealingLog, health: HealthBoard, logger: Logger) {
        self.settings = settings
        self.store = store
        self.admission = admission
        self.healing = healing
        self.health = health
        self.logger = logger
    }

    public func run() async throws {
        guard let limit = settings.memoryLimit ?? Self.controlGroupLimit else {
            // Nobody says how much is too much.
            try? await gracefulShutdown()
            return
        }
        try? await cancelWhenGracefulShutdown {
            var pressure = MemoryPressure(shrink: settings.memoryShrink, shed: settings.memoryShed)
            while true {
                try await Task.sleep(for: Self.period)
                guard let used = ProcessMetrics.residentBytes, let level = pressure.observe(Double(used) / Double(limit)) else { continue }
                respond(to: level, "\(used) of \(limit) bytes of memory are used")
            }
        }
    }

    private func respond(to level: MemoryPressure.Level, _ cause: String) {
        let start = ProcessTime.now
        admission.shed(upTo: level == .shedding ? .sheddablePlus : nil, because: .memory)
        guard level > .normal else {
            logger.info("Memory is no longer short.", metadata: ["reason": "\(cause)"])
            health.report("memory", .ok)
            return
        }
        store.generation.forgetQueries()
        healing.record(.shrinkCaches, of: "memory", cause: cause, duration: ProcessTime.now - start)
        if level == .shedding { healing.record(.shed, of: "memory", cause: cause) }
        logger.error("Memory runs short.", metadata: ["reason": "\(cause)", "sheds": "\(level == .shedding)"])
        health.report("memory", .degraded, cause)
    }

    /// What the control group allows (version 2, then 1); nil where it sets no limit.
    private static var controlGroupLimit: Int? {
        for path in ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"] {
            guard let text = try? String(contentsOfFile: path, encoding: .utf8), let limit = Int(text.trimmingCharacters(in: .whitespacesAndNewlines)) else { continue }
            // Version 1 writes a number near the largest one where there is no limit.
            return limit < 1 << 60 ? limit : nil
        }
        return nil
    }
}
