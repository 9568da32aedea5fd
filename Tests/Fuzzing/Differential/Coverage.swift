import Rego

/// What a differential run has seen.
package struct Coverage: Sendable {
    /// What a generator put into a case.
    package struct Generated: Sendable {
        /// Constructs, and built-ins by their names with `()`.
        var features: Set<String>
        /// The built-in that the case calls, where that is all it does.
        var builtin: String?
    }

    package private(set) var agreeing = 0
    package private(set) var differing = 0
    package var unanswered = 0
    private var known: [KnownDifference: Int] = [:]
    private var errors: [String: Int] = [:]
    private var features: [String: Int] = [:]
    /// Cases that gave a value, by the built-in they call.
    private var defined: [String: Int] = [:]
    private var called: [String: Int] = [:]

    mutating func count(_ generated: Generated, _ ours: Answer, _ comparison: Comparison) {
        switch comparison {
        case .agrees: agreeing += 1
        case .differs: differing += 1
        case .differsKnowingly(let reason): known[reason, default: 0] += 1
        }
        for feature in generated.features { features[feature, default: 0] += 1 }
        switch ours {
        case .error(let codes, _): for code in codes { errors[code, default: 0] += 1 }
        case .result(let solutions):
            errors["none", default: 0] += 1
            guard let name = generated.builtin, case .array(let list) = solutions, case .string(let text)? = list.first?["text"] else { break }
            if text.contains("\"r\"") { defined[name, default: 0] += 1 }
        }
        if let name = generated.builtin { called[name, default: 0] += 1 }
    }

    /// Lines for people.
    package var summary: String {
        func table(_ counts: [String: Int]) -> String { counts.sorted { $0.key < $1.key }.map { "  \($0.key): \($0.value)" }.joined(separator: "\n") }
        let constructs = features.filter { !$0.key.hasSuffix("()") }
        let builtins = called.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }.map { name, count in
            "  \(name): \(count) calls on their own, \(defined[name] ?? 0) with a value, \(max(0, (features["\(name)()"] ?? 0) - count)) policies"
        }
        let never = called.keys.filter { defined[$0] == nil }.sorted()
        return """
            constructs, in so many cases
            \(table(constructs))
            built-ins
            \(builtins.joined(separator: "\n"))
            errors, in so many cases
            \(table(errors))
            built-ins that never gave a value: \(never.isEmpty ? "none" : never.joined(separator: ", "))
            \(counts)
            """
    }

    package var counts: String {
        "\(agreeing) agree, \(differing) differ, \(unanswered) without an answer" + known.map { ", \($0.value) with a known difference (\($0.key.rawValue))" }.sorted().joined()
    }
}
