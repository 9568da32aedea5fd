/// A test for `promtool test rules` of what `PrometheusRules` writes: a series of events, minute by minute, and the alerts that it must raise.
///
/// The expectation comes from `ObjectiveMonitor`, so that the test passes where Prometheus and the service agree.
public struct PrometheusRulesTest: Sendable {
    /// Events of one minute.
    public typealias Minute = EventCounts

    private let objectives: [Objective]
    private let alerts: [BurnRateAlert]
    private let minutes: [Minute]

    /// - Parameter minutes: what happened; `example` where nothing else is known.
    public init(_ objectives: [Objective], alerts: [BurnRateAlert] = BurnRateAlert.standard, minutes: [Minute] = PrometheusRulesTest.example) {
        self.objectives = objectives
        self.alerts = alerts
        self.minutes = minutes
    }

    /// Twenty minutes of calm, ten in which every third event is bad, thirty of calm.
    public static let example = Array(repeating: Minute(good: 600), count: 20) + Array(repeating: Minute(good: 400, bad: 200), count: 10) + Array(repeating: Minute(good: 600), count: 30)

    /// The alerts that are on at the end of each minute, by name, for one objective.
    public static func expectation(_ objective: Objective, alerts: [BurnRateAlert], minutes: [Minute]) -> [[BurnRateAlert]] {
        var monitor = ObjectiveMonitor(objective, alerts: alerts)
        return minutes.enumerated().map { position, counts in
            let end = Duration.seconds(60 * (position + 1))
            monitor.record(counts, at: end)
            return monitor.report(at: end).alerts.filter(\.isOn).map(\.alert)
        }
    }

    /// The test file.
    ///
    /// - Parameter rules: the path of the rules file, as seen from the test file.
    public func text(rules: String) -> String {
        var lines = ["rule_files: [\(rules)]", "evaluation_interval: 1m", "tests:", "  - interval: 1m", "    input_series:"]
        for objective in objectives {
            lines += series("verdict_sli_events_total", objective, minutes.map(\.total))
            lines += series("verdict_sli_good_events_total", objective, minutes.map(\.good))
        }
        lines.append("    alert_rule_test:")
        let expected = objectives.map { Self.expectation($0, alerts: alerts, minutes: minutes) }
        for minute in minutes.indices {
            lines += ["      - eval_time: \(minute + 1)m", "        alertname: \(PrometheusRules.alertName)"]
            let on = zip(objectives, expected).flatMap { objective, expected in expected[minute].map { (objective, $0) } }
            lines.append("        exp_alerts:\(on.isEmpty ? " []" : "")")
            for (objective, alert) in on { lines += Self.alert(objective, alert) }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A counter's values at the start and after each minute.
    private func series(_ name: String, _ objective: Objective, _ counts: [Int]) -> [String] {
        var sum = 0
        let values = [0] + counts.map { count in
            sum += count
            return sum
        }
        return ["      - series: '\(name){slo=\"\(objective.name)\"}'", "        values: '\(values.map(String.init).joined(separator: " "))'"]
    }

    private static func alert(_ objective: Objective, _ alert: BurnRateAlert) -> [String] {
        [
            "          - exp_labels: {severity: \(alert.severity.rawValue), burn: \(alert.name), slo: \(objective.name)}",
            "            exp_annotations:",
            "              summary: The budget of the objective \(objective.name) burns \(PrometheusRules.number(alert.burnRate)) times too fast.",
        ]
    }
}
