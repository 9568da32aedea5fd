import Discovery
import Rego

extension UpstreamReport {
    /// The upstream as `/v1/upstreams` shows it.
    var upstreamDocument: Value {
        let now = ContinuousClock.now
        var members: [(Value, Value)] = [
            ("name", .string(name)), ("breaker", .string(breaker.state)), ("in_flight", Self.number(inFlight)), ("waiting", Self.number(waiting)),
            ("calls", Self.number(counts.calls)), ("failures", Self.number(counts.failures)), ("retries", Self.number(counts.retries)),
            ("hedges", Self.number(counts.hedges)), ("budget_exhausted", Self.number(counts.budgetExhausted)),
            ("breaker_rejections", Self.number(counts.breakerRejections)), ("bulkhead_rejections", Self.number(counts.bulkheadRejections)),
            ("retry_budget", Self.number(Int(budget))), ("endpoints", .array(members.map { Self.document($0, now) })),
        ]
        if let resolutionProblem { members.append(("problem", .string(resolutionProblem))) }
        return .makeObject(members)
    }

    private static func document(_ member: LoadBalancer.Member, _ now: ContinuousClock.Instant) -> Value {
        var members: [(Value, Value)] = [
            ("endpoint", .string(member.endpoint.description)), ("state", .string(member.isEjected(at: now) ? "ejected" : "healthy")),
            ("in_flight", number(member.inFlight)), ("picks", number(member.picks)), ("ejections", number(member.ejections)),
        ]
        if let zone = member.endpoint.zone { members.append(("zone", .string(zone))) }
        if !member.reason.isEmpty { members.append(("reason", .string(member.reason))) }
        return .makeObject(members)
    }

    private static func number(_ number: Int) -> Value { .number(Number(number)) }
}

extension BreakerReport {
    /// The breaker as `/v1/breakers` shows it.
    var document: Value {
        var members: [(Value, Value)] = [
            ("name", .string(name)), ("state", .string(state)), ("enabled", .boolean(isEnabled)), ("transitions", Self.number(transitions)),
            ("depends_on", .array(dependencies.map { .string($0) })),
            ("window", ["calls": Self.number(windowCalls), "failed": Self.number(windowFailures), "slow": Self.number(windowSlow)]),
        ]
        if !reason.isEmpty { members.append(("reason", .string(reason))) }
        if let root { members.append(("root", .string(root))) }
        if let retryAfter { members.append(("retry_after_seconds", Self.number(Int((retryAfter / .seconds(1)).rounded(.up))))) }
        return .makeObject(members)
    }

    private static func number(_ number: Int) -> Value { .number(Number(number)) }
}

/// The breakers and what they depend on, for Graphviz.
struct BreakerGraph {
    let reports: [BreakerReport]

    private static let colours = [
        "closed": "palegreen", "half-open": "khaki", "open": "salmon", "degraded-open": "orange", "forced-open": "tomato", "forced-closed": "lightblue",
    ]

    var text: String {
        var lines = ["digraph breakers {", "  node [shape=box, style=filled];"]
        for report in reports {
            let label = Self.quoted("\(report.name)\n\(report.state)")
            lines.append("  \(Self.quoted(report.name)) [label=\(label), fillcolor=\(Self.colours[report.state] ?? "white")];")
            lines += report.dependencies.map { "  \(Self.quoted(report.name)) -> \(Self.quoted($0));" }
        }
        return (lines + ["}", ""]).joined(separator: "\n")
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\""
    }
}
