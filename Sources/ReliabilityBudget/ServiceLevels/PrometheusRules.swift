/// The rules that make Prometheus raise the alerts of objectives, from the counters that the service exposes.
///
/// For each window a recording rule `slo:bad_events:ratio_rate<window>`, for each alert a rule over two of them.
public struct PrometheusRules: Sendable {
    private let objectives: [Objective]
    private let alerts: [BurnRateAlert]

    public init(_ objectives: [Objective], alerts: [BurnRateAlert] = BurnRateAlert.standard) {
        self.objectives = objectives
        self.alerts = alerts
    }

    /// A rules file.
    public var text: String {
        var lines = ["groups:"]
        for objective in objectives {
            lines += ["  - name: verdict-slo-\(objective.name)", "    rules:"]
            for window in windows { lines += recording(objective, window) }
            for alert in alerts { lines += alerting(objective, alert) }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var windows: [Duration] { Set(alerts.flatMap { [$0.long, $0.short] }).sorted() }

    private func recording(_ objective: Objective, _ window: Duration) -> [String] {
        let selector = "{slo=\"\(objective.name)\"}[\(Self.text(window))]"
        return [
            "      - record: \(Self.record(window))",
            "        expr: 1 - sum(rate(verdict_sli_good_events_total\(selector))) / sum(rate(verdict_sli_events_total\(selector)))",
            "        labels:",
            "          slo: \(objective.name)",
        ]
    }

    private func alerting(_ objective: Objective, _ alert: BurnRateAlert) -> [String] {
        let bound = "(\(Self.number(alert.burnRate)) * (1 - \(Self.number(objective.target))))"
        let conditions = [alert.long, alert.short].map { "\(Self.record($0)){slo=\"\(objective.name)\"} > \(bound)" }
        return [
            "      - alert: \(Self.alertName)",
            "        expr: \(conditions.joined(separator: " and "))",
            "        labels:",
            "          severity: \(alert.severity.rawValue)",
            "          burn: \(alert.name)",
            "        annotations:",
            "          summary: The budget of the objective {{ $labels.slo }} burns \(Self.number(alert.burnRate)) times too fast.",
        ]
    }

    static let alertName = "VerdictErrorBudgetBurn"

    private static func record(_ window: Duration) -> String { "slo:bad_events:ratio_rate\(text(window))" }

    /// A duration as Prometheus writes it, in the largest unit that leaves a whole number.
    static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        guard attoseconds == 0 else { return "\(seconds * 1000 + attoseconds / 1_000_000_000_000_000)ms" }
        for (unit, length) in [("d", 86_400), ("h", 3600), ("m", 60)] as [(String, Int64)] where seconds % length == 0 && seconds > 0 { return "\(seconds / length)\(unit)" }
        return "\(seconds)s"
    }

    static func number(_ value: Double) -> String { Int(exactly: value).map(String.init) ?? "\(value)" }
}
