import Rego
import Resilience

/// `fallbacks.<path>`: what answers for a document that cannot be decided.
enum FallbackSettings {
    private static let ages = 0.001...31_536_000.0

    /// By the document's path with slashes.
    static func read(_ section: ConfigurationSection) -> [String: FallbackPolicy] {
        let all = section.sections("fallbacks") { name, inner in
            (name.split(separator: "/").joined(separator: "/"), readPolicy(inner))
        }
        return Dictionary(all) { _, last in last }
    }

    private static func readPolicy(_ section: ConfigurationSection) -> FallbackPolicy {
        let policy = FallbackPolicy(
            fresh: section.seconds("fresh_seconds", in: ages), stale: section.seconds("stale_seconds", in: ages),
            declared: section.value("default").map { $0.json(escapesHTML: false) })
        if policy == FallbackPolicy() { section.refuse("", "give at least one of fresh_seconds, stale_seconds, default") }
        if let fresh = policy.fresh, let stale = policy.stale, stale < fresh { section.refuse("stale_seconds", "must not be shorter than fresh_seconds") }
        return policy
    }
}
