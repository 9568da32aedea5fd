/// Objectives as documents of OpenSLO, with queries for Prometheus over the counters that the service exposes.
///
/// Source: OpenSLO specification, `openslo/v1`.
public struct OpenSLODocuments: Sendable {
    public static let version = "openslo/v1"
    /// Annotations of an indicator: which of the service's own it is, and from when on an event is no longer good.
    public static let indicatorKey = "verdict/indicator"
    public static let thresholdKey = "verdict/threshold_seconds"

    private let objectives: [Objective]

    public init(_ objectives: [Objective]) { self.objectives = objectives }

    /// YAML, a document for each objective.
    public var text: String { objectives.map { Self.document($0).joined(separator: "\n") }.joined(separator: "\n---\n") + "\n" }

    private static func document(_ objective: Objective) -> [String] {
        var lines = [
            "apiVersion: \(version)", "kind: SLO", "metadata:", "  name: \(objective.name)", "spec:", "  service: verdict", "  indicator:", "    metadata:",
            "      name: \(objective.name)", "      annotations:", "        \(indicatorKey): \(objective.indicator.kind.rawValue)",
        ]
        if let threshold = objective.indicator.threshold { lines.append("        \(thresholdKey): \"\(PrometheusRules.number(threshold / .seconds(1)))\"") }
        lines += ["    spec:", "      ratioMetric:", "        counter: true"]
        for (part, metric) in [("good", "verdict_sli_good_events_total"), ("total", "verdict_sli_events_total")] {
            lines += [
                "        \(part):", "          metricSource:", "            type: Prometheus", "            spec:",
                "              query: sum(\(metric){slo=\"\(objective.name)\"})",
            ]
        }
        return lines + [
            "  timeWindow:", "    - duration: \(shorthand(objective.period))", "      isRolling: true", "  budgetingMethod: Occurrences", "  objectives:",
            "    - target: \(PrometheusRules.number(objective.target))",
        ]
    }

    private static let units: [(name: Character, seconds: Int64)] = [("w", 604_800), ("d", 86_400), ("h", 3600), ("m", 60)]

    /// In days or less, as whole numbers allow it; what is no whole number of minutes is rounded up to one.
    private static func shorthand(_ duration: Duration) -> String {
        let seconds = duration.components.seconds + (duration.components.attoseconds > 0 ? 1 : 0)
        for unit in units.dropFirst() where seconds >= unit.seconds && seconds % unit.seconds == 0 { return "\(seconds / unit.seconds)\(unit.name)" }
        return "\((seconds + 59) / 60)m"
    }

    /// The duration of a shorthand such as `30d` or `4w`; nil for what is none, or has no fixed length, such as months.
    public static func duration(_ shorthand: String) -> Duration? {
        guard let unit = units.first(where: { $0.name == shorthand.last }), let number = Int64(shorthand.dropLast()), (1...1_000_000).contains(number) else { return nil }
        return .seconds(number * unit.seconds)
    }
}
