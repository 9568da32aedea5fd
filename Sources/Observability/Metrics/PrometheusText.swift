/// Metrics in Prometheus' text format, version 0.0.4.
///
/// Source: Prometheus, "Exposition formats", text-based format.
public enum PrometheusText {
    /// As Prometheus' own library for Go answers, and so OPA.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8; escaping=underscores"

    public static func write(_ families: [MetricFamily]) -> String {
        var text = ""
        for family in families where !family.samples.isEmpty {
            text += "# HELP \(family.name) \(escaped(family.help, quotes: false))\n# TYPE \(family.name) \(family.kind.rawValue)\n"
            for sample in family.samples {
                text += family.name + sample.suffix + labels(sample.labels) + " " + number(sample.value) + "\n"
            }
        }
        return text
    }

    static func labels(_ labels: [MetricFamily.Label]) -> String {
        guard !labels.isEmpty else { return "" }
        return "{" + labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }.joined(separator: ",") + "}"
    }

    static func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }

    /// A number as Go writes floats: the fewest digits, an exponent of two digits below 0.0001 and from 1e21.
    public static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value) { return String(whole) }
        let text = value.description
        guard let exponent = text.firstIndex(of: "e") else { return text }
        let mantissa = text[..<exponent].hasSuffix(".0") ? text[..<exponent].dropLast(2) : text[..<exponent]
        let digits = text[text.index(exponent, offsetBy: 2)...]
        let sign = text[text.index(after: exponent)] == "-" ? "-" : "+"
        return "\(mantissa)e\(sign)\(digits.count < 2 ? "0" : "")\(digits)"
    }
}
