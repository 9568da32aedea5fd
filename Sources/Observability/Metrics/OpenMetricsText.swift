/// Metrics in the text format of OpenMetrics: what Prometheus' own has, and exemplars.
///
/// Source: OpenMetrics 1.0, "Text format".
public enum OpenMetricsText {
    public static let contentType = "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores"

    private static let versions = ["1.0.0", "0.0.1"]

    /// Whether who asks takes this format, and not rather Prometheus' own (RFC 9110, 12.5.1). Wildcards are no wish for it.
    ///
    /// - Parameter accept: the value of `Accept`.
    public static func isWanted(by accept: String) -> Bool {
        var wish = 0.0, plain = 0.0
        for item in accept.lowercased().split(separator: ",") {
            let parts = item.split(separator: ";").map { $0.filter { !$0.isWhitespace && $0 != "\"" } }
            func parameter(_ name: String) -> Substring? { parts.dropFirst().first { $0.hasPrefix(name + "=") }?.dropFirst(name.count + 1) }
            let weight = parameter("q").map { Double($0) ?? 0 } ?? 1
            switch parts.first {
            case "application/openmetrics-text" where parameter("version").map { versions.contains(String($0)) } ?? true: wish = max(wish, weight)
            case "text/plain": plain = max(plain, weight)
            default: break
            }
        }
        return wish > 0 && wish >= plain
    }

    public static func write(_ families: [MetricFamily]) -> String {
        var text = ""
        for family in families where !family.samples.isEmpty {
            // A counter's family has the name without the suffix that its samples must have.
            let isCounter = family.kind == .counter && family.name.hasSuffix(total)
            let name = isCounter ? String(family.name.dropLast(total.count)) : family.name
            let kind = family.kind == .counter && !isCounter ? "unknown" : family.kind.rawValue
            text += "# TYPE \(name) \(kind)\n# HELP \(name) \(PrometheusText.escaped(family.help, quotes: true))\n"
            for sample in family.samples { write(sample, of: name, suffix: isCounter ? total : sample.suffix, to: &text) }
        }
        return text + "# EOF\n"
    }

    private static let total = "_total"

    private static func write(_ sample: MetricFamily.Sample, of name: String, suffix: String, to text: inout String) {
        var sample = sample
        // Bounds of buckets are labels that receivers compare as texts.
        for position in sample.labels.indices where sample.labels[position].name == "le" && Int(sample.labels[position].value) != nil {
            sample.labels[position].value += ".0"
        }
        text += name + suffix + PrometheusText.labels(sample.labels) + " " + PrometheusText.number(sample.value)
        if let exemplar = sample.exemplar {
            let labels = PrometheusText.labels([.init("trace_id", exemplar.origin.trace.description), .init("span_id", exemplar.origin.span.description)])
            text += " # \(labels) \(PrometheusText.number(Double(exemplar.nanoseconds) / 1e9)) \(seconds(exemplar.origin.time))"
        }
        text += "\n"
    }

    /// A time with milliseconds: a double would not hold more of it for sure.
    private static func seconds(_ nanoseconds: Int64) -> String {
        let milliseconds = String(nanoseconds / 1_000_000 % 1000)
        return "\(nanoseconds / 1_000_000_000).\(String(repeating: "0", count: 3 - milliseconds.count))\(milliseconds)"
    }
}
