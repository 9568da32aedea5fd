import Resilience

/// `healing`: when the service mends itself, and when it gives up.
public struct HealingSettings: Sendable, Equatable {
    public var restarts = RestartIntensity()
    public var quarantine = Probation.Settings()
    /// How often what is active is compared with what is configured.
    public var reconciliationPeriod: Duration = .seconds(10)
    /// Silence of an event loop from which on it is said, and after which the process ends.
    public var loopWarning: Duration = .seconds(2)
    public var loopDeath: Duration = .seconds(10)
    /// Silence of an event loop from which on sheddable requests are turned away.
    public var loopShedding: Duration = .milliseconds(250)
    /// Bytes of memory that may be used; nil for what the control group allows.
    public var memoryLimit: Int?
    /// Shares of the limit from which on caches are emptied, and sheddable requests turned away.
    public var memoryShrink = 0.8
    public var memoryShed = 0.9

    public init() {}

    static func read(_ section: ConfigurationSection) -> HealingSettings {
        var settings = HealingSettings()
        section.section("restarts") { restarts in
            settings.restarts.limit = restarts.integer("limit", in: 0...1_000_000) ?? settings.restarts.limit
            settings.restarts.window = restarts.seconds("window_seconds", in: 0.001...86_400) ?? settings.restarts.window
        }
        section.section("quarantine") { quarantine in
            settings.quarantine.decisions = quarantine.integer("decisions", in: 1...1_000_000_000) ?? settings.quarantine.decisions
            settings.quarantine.window = quarantine.seconds("window_seconds") ?? settings.quarantine.window
            settings.quarantine.errorShare = quarantine.number("error_share", in: 0...1) ?? settings.quarantine.errorShare
            settings.quarantine.exhaustionShare = quarantine.number("exhaustion_share", in: 0...1) ?? settings.quarantine.exhaustionShare
        }
        settings.reconciliationPeriod = section.seconds("reconciliation_seconds", in: 0.01...86_400) ?? settings.reconciliationPeriod
        section.section("event_loops") { loops in
            settings.loopWarning = loops.seconds("warn_seconds", in: 0.1...3600) ?? settings.loopWarning
            settings.loopDeath = loops.seconds("exit_seconds", in: 0.2...86_400) ?? max(settings.loopDeath, settings.loopWarning * 2)
            settings.loopShedding = loops.seconds("shed_seconds", in: 0.01...3600) ?? settings.loopShedding
            if settings.loopDeath <= settings.loopWarning { loops.refuse("exit_seconds", "must be above warn_seconds") }
        }
        section.section("memory") { memory in
            settings.memoryLimit = memory.integer("limit_bytes", in: 1...(1 << 50))
            settings.memoryShrink = memory.number("shrink_share", in: 0...1) ?? settings.memoryShrink
            settings.memoryShed = memory.number("shed_share", in: 0...1) ?? settings.memoryShed
        }
        return settings
    }
}
