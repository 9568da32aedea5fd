import Rego

/// Findings that were there when a code base adopted the linter. Each is known by file, rule and the text of its line, so that it stays known
/// when lines above it come and go, and is news again once its line changes.
public struct Baseline: Sendable {
    private struct Key: Hashable {
        let file: String
        let rule: String
        let line: String
    }

    private var counts: [Key: Int] = [:]

    public init(_ findings: [Finding]) {
        for finding in findings { counts[Self.key(finding), default: 0] += 1 }
    }

    /// Reads what `document` wrote.
    public init(_ document: Value) throws(LintSettings.Problem) {
        guard case .array(let known)? = document["findings"] else { throw LintSettings.Problem(description: "not a baseline: findings are missing; make one with --write-baseline") }
        for item in known {
            guard case .string(let file)? = item["file"], case .string(let rule)? = item["rule"], case .string(let line)? = item["line"] else {
                throw LintSettings.Problem(description: "not a baseline: a finding without file, rule or line")
            }
            let count: Int = if case .number(let number)? = item["count"] { Int(number.integer ?? 1) } else { 1 }
            counts[Key(file: file, rule: rule, line: line)] = count
        }
    }

    /// As JSON, sorted, so that versions of it can be compared.
    public var document: Value {
        let known = counts.sorted { ($0.key.file, $0.key.rule, $0.key.line) < ($1.key.file, $1.key.rule, $1.key.line) }
        return [
            "findings": .array(
                known.map { key, count in
                    ["file": .string(key.file), "rule": .string(key.rule), "line": .string(key.line), "count": .number(Number(count))]
                })
        ]
    }

    /// The findings that are not known yet.
    public func news(in findings: [Finding]) -> [Finding] {
        var left = counts
        return findings.filter { finding in
            let key = Self.key(finding)
            guard let count = left[key], count > 0 else { return true }
            left[key] = count - 1
            return false
        }
    }

    private static func key(_ finding: Finding) -> Key {
        Key(file: finding.location.file, rule: finding.rule, line: finding.line.split(separator: " ").joined(separator: " "))
    }
}
