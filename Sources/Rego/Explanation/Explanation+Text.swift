/// An explanation for people: the conditions with their lines, what they had to do with, and the nearest change.
public struct ExplanationText {
    private let explanation: Explanation
    private let lines: [String: [Substring]]
    private let colors: Bool
    /// Longer values are cut.
    private static let width = 100
    /// Of more rules only those are shown of which the most holds.
    private static let ruleLimit = 8

    public init(_ explanation: Explanation, of snapshot: PolicySnapshot, colors: Bool = false) {
        self.explanation = explanation
        lines = Dictionary(snapshot.modules.map { ($0.file, $0.text.split(separator: "\n", omittingEmptySubsequences: false)) }) { first, _ in first }
        self.colors = colors
    }

    public var text: String {
        let value = explanation.value.map { "is \(Self.shortened($0.regoText))" } ?? "is undefined"
        var text = paint("\(explanation.decision) \(value)", "1") + "\n\n"
        text += describe(explanation.reasons, level: 0)
        if !explanation.isComplete { text += "There are more rules than an explanation looks at.\n\n" }
        return text + nearest + "\n"
    }

    private func describe(_ reasons: [Explanation.Reason], level: Int) -> String {
        let best = reasons.enumerated().sorted { ($1.element.held, $0.offset) < ($0.element.held, $1.offset) }.prefix(Self.ruleLimit).map(\.offset)
        var text = best.sorted().map { describe(reasons[$0], level: level) }.joined()
        let others = reasons.count - best.count
        if others > 0 { text += String(repeating: "  ", count: level) + "So with \(others) more rule\(others == 1 ? "" : "s").\n\n" }
        return text
    }

    private func describe(_ reason: Explanation.Reason, level: Int) -> String {
        let indent = String(repeating: "  ", count: level)
        var text = "\(indent)\(paint(reason.rule, "36")) \(reason.holds ? "holds" : "does not hold")"
        if reason.conditions.isEmpty { return text + ": it has no conditions (\(reason.location.file):\(reason.location.row))\n\n" }
        text += reason.holds ? ":\n" : ", because of\n"
        // Of what holds, the rules below say little more; the document has them.
        for condition in reason.conditions { text += describe(condition, level: level, follows: level == 0 || !reason.holds) }
        return text
    }

    private func describe(_ condition: Explanation.Condition, level: Int, follows: Bool) -> String {
        let indent = String(repeating: "  ", count: level)
        let row = condition.location.row - 1
        let line = lines[condition.location.file].flatMap { $0.indices.contains(row) ? String($0[row]) : nil } ?? condition.text
        var text = SourceExcerpt(condition.location, line: line).text { paint($0, condition.holds ? "32" : "31") }
        for value in condition.values { text += "  \(value.text) \(Self.describe(value))\n" }
        text = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map { $0.isEmpty ? "" : indent + $0 }.joined(separator: "\n") + "\n\n"
        if follows { text += describe(condition.reasons, level: level + 1) }
        return text
    }

    private static func describe(_ value: Explanation.NamedValue) -> String {
        var parts = value.values.map { shortened($0.regoText) }
        if value.others > 0 { parts.append("\(value.others) more") }
        if value.isUndefined { parts.append("undefined") }
        if value.isMasked, parts.isEmpty { parts.append("masked") }
        if parts.count == 1 { return "is \(parts[0])" }
        return "is " + parts.dropLast().joined(separator: ", ") + " and " + parts[parts.count - 1]
    }

    private var nearest: String {
        switch explanation.nearest {
        case .notFound(let tried): return tried == 0 ? "No change of the input is known that would turn it over." : "None of the \(tried) changes of the input that were tried turns it over."
        case .found(let changes, let value):
            let text = value.map { "is \(Self.shortened($0.regoText))" } ?? "is undefined"
            return "\(paint("Nearest change:", "1")) \(changes.map(Self.describe).joined(separator: " and ")). Then \(explanation.decision) \(text)."
        }
    }

    private static func describe(_ change: InputChange) -> String {
        if change.isMasked { return "another \(change.reference)" }
        switch (change.before, change.after) {
        case (_, nil): return "without \(change.reference)"
        case (nil, let after?): return "\(change.reference), which is missing, as \(shortened(after.regoText))"
        case (let before?, let after?): return "\(change.reference) from \(shortened(before.regoText)) to \(shortened(after.regoText))"
        }
    }

    private static func shortened(_ text: String) -> String { text.count <= width ? text : text.prefix(width) + "…" }

    private func paint(_ text: String, _ color: String) -> String { colors ? "\u{1b}[\(color)m\(text)\u{1b}[0m" : text }
}
