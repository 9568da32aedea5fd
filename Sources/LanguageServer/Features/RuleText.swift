import Rego

/// Rules and values as features show them.
enum RuleText {
    /// The head as it is written, in one line.
    static func head(of rule: Rule, in tree: PolicyTree) -> String {
        let start = rule.head.location.offset
        let text = tree.text.text(start..<start + rule.head.location.length)
        let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? text
        return (rule.isDefault && !line.hasPrefix("default") ? "default " : "") + line
    }

    /// `data.app.allow`.
    static func path(_ path: [String]) -> String { Ref(head: Term(.variable("data")), path: path.map { Term(.string($0)) }).description }

    private static let longest = 60

    /// A value in one line that is not too long.
    static func short(_ value: Value) -> String {
        let text = value.regoText
        return text.count > longest ? text.prefix(longest - 1) + "…" : text
    }

    static func short(_ outcome: SampleValues.Outcome) -> String {
        switch outcome {
        case .value(let value): short(value)
        case .undefined: "undefined"
        case .failed(let reason): reason
        }
    }

    /// What a rule gives for the sample input, in words.
    static func sample(of path: [String], in root: PolicyRoot) -> String? {
        for samples in root.compiled.samples.sorted(by: { $0.key.text < $1.key.text }).map(\.value) {
            guard let outcome = samples.outcomes[path] else { continue }
            return "For \(samples.input.file ?? "no input"): `\(short(outcome))`"
        }
        return nil
    }
}
