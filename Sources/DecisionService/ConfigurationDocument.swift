import Governance
import Rego

extension ServiceConfiguration {
    /// The configuration in force as `/v1/config` shows it: what was given, completed by defaults, without secrets.
    var document: Value {
        var members: [(Value, Value)] = [
            ("default_decision", .string("/" + defaultDecision.keys.joined(separator: "/"))),
            ("default_authorization_decision", .string("/" + authorizationDecision.keys.joined(separator: "/"))),
        ]
        if case .object(let entries) = given { members += entries.map { ($0.key, Self.withoutSecrets($0.value, of: $0.key)) } }
        members.append(("labels", labels))
        return .makeObject(members)
    }

    /// What the service calls itself in reports: the configured labels, its identifier and version.
    public var labels: Value {
        var labels: [(Value, Value)] = []
        if case .object(let entries) = given["labels"] { labels = entries.map { ($0.key, $0.value) } }
        return .makeObject(labels + [("id", .string(identifier)), ("version", .string(version))])
    }

    /// Credentials of services and the material of keys are for nobody to read.
    private static func withoutSecrets(_ value: Value, of section: Value) -> Value {
        switch section {
        case "services": removing(["credentials"], from: value)
        case "keys": removing(["key", "private_key"], from: value)
        default: value
        }
    }

    /// A section, which is an object or array of objects, with members of these names left out of each.
    private static func removing(_ names: Set<Value>, from section: Value) -> Value {
        func cleaned(_ value: Value) -> Value {
            guard case .object(let entries) = value else { return value }
            return .object(entries.filter { !names.contains($0.key) })
        }
        switch section {
        case .object(let entries): return .object(entries.map { Value.ObjectEntry(key: $0.key, value: cleaned($0.value)) })
        case .array(let elements): return .array(elements.map(cleaned))
        default: return section
        }
    }

    /// Where the answers come from, as `?provenance` shows it.
    func provenance(of bundles: [String: ActiveBundle]) -> Value {
        var members: [(Value, Value)] = [("version", .string(version)), ("build_commit", ""), ("build_timestamp", ""), ("build_hostname", "")]
        if !bundles.isEmpty { members.append(("bundles", .makeObject(bundles.map { (.string($0.key), ["revision": .string($0.value.revision)]) }))) }
        return .makeObject(members)
    }
}
