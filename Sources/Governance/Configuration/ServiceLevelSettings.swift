import ReliabilityBudget

/// `slo`: what the service promises, when it is said that a promise is in danger, and what is not done then.
public struct ServiceLevelSettings: Sendable, Equatable {
    public var objectives = [
        Objective(name: "availability", indicator: .availability(deadline: .seconds(1)), target: 0.999),
        Objective(name: "latency", indicator: .latency(threshold: .milliseconds(100)), target: 0.99),
    ]
    public var alerts = BurnRateAlert.standard
    /// Nothing is frozen unless objectives were thought about.
    public var policy = BudgetPolicy(freezesReloads: false, freezesExperiments: false)

    public init() {}

    private typealias Kind = Objective.Indicator.Kind

    private static let windows = 0.1...31_536_000.0

    static func read(_ section: ConfigurationSection) -> ServiceLevelSettings {
        var settings = ServiceLevelSettings()
        settings.policy = BudgetPolicy()
        let period = section.seconds("period_seconds", in: windows)
        let objectives = section.sections("objectives") { readObjective($0, $1, period: period) }.compactMap { $0 }
        let documents = OpenSLOSettings.read(section, period: period)
        if section.has("objectives") || documents != nil {
            settings.objectives = objectives + (documents ?? [])
            for (name, same) in Dictionary(grouping: settings.objectives, by: \.name).sorted(by: { $0.key < $1.key }) where same.count > 1 {
                section.refuse("openslo", "there is more than one objective '\(name)'")
            }
        } else if let period {
            for position in settings.objectives.indices { settings.objectives[position].period = period }
        }
        let alerts = section.sections("alerts", readAlert).compactMap { $0 }
        if !alerts.isEmpty { settings.alerts = alerts }
        section.section("policy") { policy in
            settings.policy.freezesReloads = policy.flag("freeze_reloads") ?? true
            settings.policy.criticalBundles = Set(policy.strings("critical_bundles") ?? [])
            settings.policy.freezesExperiments = policy.flag("freeze_experiments") ?? true
        }
        return settings
    }

    /// Whether an objective may have the name: it becomes part of queries.
    static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
        }
    }

    private static func readObjective(_ name: String, _ section: ConfigurationSection, period: Duration?) -> Objective? {
        let kind = section.has("indicator") ? section.choice("indicator", Kind.self) : Kind(rawValue: name)
        guard let kind else {
            if !section.has("indicator") { section.refuse("", "indicator is missing: one of \(Kind.allCases.map(\.rawValue).joined(separator: ", "))") }
            return nil
        }
        guard isName(name) else {
            section.refuse("", "names of objectives are letters, digits, _ and -")
            return nil
        }
        let threshold = section.seconds("threshold_seconds", in: 0.000_001...31_536_000)
        guard let target = section.number("target", in: 0.01...0.999_999) else {
            if !section.has("target") { section.refuse("", "target is missing: the share of good events, such as 0.999") }
            return nil
        }
        var objective = Objective(name: name, indicator: .init(kind, threshold: threshold), target: target)
        objective.period = section.seconds("period_seconds", in: windows) ?? period ?? objective.period
        return objective
    }

    private static func readAlert(_ name: String, _ section: ConfigurationSection) -> BurnRateAlert? {
        guard let rate = section.number("burn_rate", in: 0.1...100_000), let long = section.seconds("long_window_seconds", in: windows),
            let short = section.seconds("short_window_seconds", in: windows)
        else {
            section.refuse("", "burn_rate, long_window_seconds and short_window_seconds are needed")
            return nil
        }
        guard short <= long else {
            section.refuse("short_window_seconds", "must not be longer than long_window_seconds")
            return nil
        }
        return BurnRateAlert(name: name, severity: section.choice("severity", BurnRateAlert.Severity.self) ?? .page, burnRate: rate, long: long, short: short)
    }
}
