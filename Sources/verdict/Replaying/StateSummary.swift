import DataConsistency
import Governance
import Rego

/// What a rebuilt state is, in a few lines.
struct StateSummary {
    private let state: ProjectedState
    /// Whether what was rebuilt has the digest that was recorded.
    let isAsRecorded: Bool

    init(_ state: ProjectedState) {
        self.state = state
        isAsRecorded = state.computedDigest() == state.digest
    }

    private var time: String { Timestamp.text(nanoseconds: state.time) }
    private var policies: [String] { state.current.policies.keys.sorted() }

    private var bundles: [(name: String, revision: String)] {
        guard case .object(let entries) = state.bundles else { return [] }
        return entries.compactMap { entry in
            guard case .string(let name) = entry.key else { return nil }
            guard case .string(let revision)? = entry.value["manifest"]?["revision"] else { return (name, "") }
            return (name, revision)
        }
    }

    private static func name(_ key: Value) -> String { if case .string(let text) = key { text } else { key.regoText } }

    var text: String {
        var lines = ["sequence  \(state.sequence)", "time      \(time)", "digest    \(state.digest)\(isAsRecorded ? "" : ", but what was rebuilt has another")"]
        lines += policies.map { "policy    \($0)" }
        lines += bundles.map { "bundle    \($0.name)\($0.revision.isEmpty ? "" : " \($0.revision)")" }
        if case .object(let entries) = state.current.data.baseDocument { lines += entries.map { "data      \(Self.name($0.key))" } }
        return lines.joined(separator: "\n") + "\n"
    }

    var document: Value {
        [
            "sequence": .number(Number(state.sequence)), "time": .string(time), "digest": .string(state.digest.description), "as_recorded": .boolean(isAsRecorded),
            "policies": .array(policies.map { .string($0) }), "bundles": .makeObject(bundles.map { (.string($0.name), .string($0.revision)) }),
        ]
    }
}
