import Discovery
import Foundation
import Rego
import ReliabilityBudget
import Resilience
import Yams

/// A service's configuration in OPA's format, checked as a whole.
///
/// Source: OPA's documentation, "Configuration". Unknown keys are warned of, not refused, as other programs read the file too.
public struct Configuration: Sendable {
    /// In the order of the file: where a section names no service, the first one counts.
    public var services: [ServiceSettings] = []
    public var labels: [String: String] = [:]
    public var discovery: DiscoverySettings?
    public var bundles: [BundleSettings] = []
    public var decisionLogs: DecisionLogSettings?
    public var status: StatusSettings?
    public var keys: [String: KeySettings] = [:]
    /// Paths of documents below `data`.
    public var defaultDecision = "/system/main"
    public var defaultAuthorizationDecision = "/system/authz/allow"
    /// Where bundles are kept; nil for `.opa` in the working directory.
    public var persistenceDirectory: String?
    /// Whether decision logs say what built-ins answered that may answer otherwise another time.
    public var recordsNondeterministicBuiltins = false
    public var server = ServerSettings()
    public var caching = CachingSettings()
    public var distributedTracing: TracingSettings?
    /// Nil where the service verifies no tokens.
    public var authentication: AuthenticationSettings?
    /// Nil where all requests for decisions are answered alike.
    public var routing: RoutingSettings?
    /// Nil where no proxy asks.
    public var externalAuthorization: ExternalAuthorizationSection?
    /// Nil where no service learns who asks.
    public var propagation: PropagationSettings?
    public var serviceLevels = ServiceLevelSettings()
    public var admission = AdmissionControl.Settings()
    /// What answers when there is no decision, by the document's path with slashes.
    public var fallbacks: [String: FallbackPolicy] = [:]
    public var healing = HealingSettings()
    /// Nil where no faults can be injected.
    public var chaos: ChaosSettings?
    /// Nil where the service neither has a registry nor serves one.
    public var registry: RegistrySettings?
    /// Nil where no events are kept.
    public var eventLog: EventLogSettings?
    /// The configuration as it was written, without credentials and keys: what `GET /v1/config` and `opa.runtime()` show.
    public var document: Value = .object([])
    /// The configuration as it was written, secrets included.
    public private(set) var source: Value = .object([])
    /// Keys that mean nothing, and values that were changed to what is allowed.
    public var warnings: [ConfigurationProblem] = []

    public init() {}

    /// Reads a configuration.
    ///
    /// - Parameters:
    ///   - text: YAML or JSON; nil for none.
    ///   - file: the name that errors show.
    ///   - overrides: `--set` arguments, in order.
    ///   - fileOverrides: keys and contents of `--set-file` arguments.
    ///   - environment: what `${NAME}` stands for.
    /// - Throws: all that is wrong, with lines.
    public init(
        text: String?, file: String = "", overrides: [String] = [], fileOverrides: [(key: String, content: String)] = [],
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(ConfigurationError) {
        var root = try text.map { text throws(ConfigurationError) in try Self.parse(EnvironmentSubstitution.apply(to: text, environment), file) } ?? ConfigurationNode(.map([]))
        for override in overrides { root = try ConfigurationOverride.set(EnvironmentSubstitution.apply(to: override, environment), in: root) }
        for override in fileOverrides {
            root = try ConfigurationOverride.setFile(override.key, content: override.content.trimmingCharacters(in: .whitespacesAndNewlines), in: root)
        }
        try self.init(root, file: file)
    }

    /// The configuration together with one that discovery found; where both say something, this one wins.
    public func discovering(_ document: Value) throws(ConfigurationError) -> Configuration {
        let merged = ConfigurationNode(value: document).overridden(by: ConfigurationNode(value: source))
        return try Configuration(merged, file: "discovery")
    }

    /// The sections that are not the same in another configuration.
    func sections(differingFrom other: Configuration) -> Set<String> {
        guard case .object(let members) = source else { return [] }
        return Set(members.compactMap { member in
            if case .string(let name) = member.key, other.source[name] != member.value { name } else { nil }
        })
    }

    init(_ root: ConfigurationNode, file: String) throws(ConfigurationError) {
        let reading = ConfigurationReading(file: file)
        let section = ConfigurationSection(root, path: "", reading: reading)
        read(section)
        section.finish()
        guard reading.problems.isEmpty else { throw ConfigurationError(Self.inOrder(reading.problems)) }
        warnings = Self.inOrder(reading.warnings)
        source = root.value
        document = PublicConfiguration.document(source)
    }

    /// In the order of the file; what comes from the command line last.
    private static func inOrder(_ problems: [ConfigurationProblem]) -> [ConfigurationProblem] {
        problems.enumerated().sorted { ($0.element.line ?? .max, $0.offset) < ($1.element.line ?? .max, $1.offset) }.map(\.element)
    }

    static func parse(_ text: String, _ file: String) throws(ConfigurationError) -> ConfigurationNode {
        try documents(text, file, limit: 1).first ?? ConfigurationNode(.map([]))
    }

    /// The documents of a text, each a map; empty ones are left out.
    ///
    /// - Parameter limit: more documents are an error.
    static func documents(_ text: String, _ file: String, limit: Int = 1000) throws(ConfigurationError) -> [ConfigurationNode] {
        func failure(_ line: Int?, _ reason: String) -> ConfigurationError {
            ConfigurationError([ConfigurationProblem(file: file, line: line, key: "", reason: reason)])
        }
        var nodes: [Node] = []
        do {
            let parser = try Yams.Parser(yaml: text)
            while nodes.count <= limit, let node = try parser.nextRoot() { nodes.append(node) }
        } catch YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _), YamlError.composer(_, let problem, let mark, _) {
            throw failure(mark.line, "not valid YAML: \(problem)")
        } catch {
            throw failure(nil, "not valid YAML: \(error)")
        }
        guard nodes.count <= limit else { throw failure(nodes[limit].mark?.line, "there is another document; at most \(limit) may be here") }
        var documents: [ConfigurationNode] = []
        for node in nodes where !(node.scalar?.string.isEmpty ?? false) {
            guard case .mapping = node else { throw failure(node.mark?.line, "a configuration is a map of keys") }
            do { documents.append(try ConfigurationNode(node)) } catch { throw failure(nil, "not valid YAML: \(error)") }
        }
        return documents
    }

    private mutating func read(_ section: ConfigurationSection) {
        services = Self.services(section)
        checkDependencies(section)
        Upstreams.link(Dictionary(upstreams.map { ($0.name, $0) }) { first, _ in first })
        labels = section.stringMap("labels") ?? [:]
        for key in section.sections("keys", KeySettings.read) { keys[key.id] = key }
        discovery = section.section("discovery") { DiscoverySettings.read($0, services: services) }
        bundles = section.sections("bundles") { BundleSettings.read($0, $1, services: services) }
        for bundle in bundles {
            if let key = bundle.signing?.keyID, !key.isEmpty, keys[key] == nil {
                section.refuse("bundles", "bundle '\(bundle.name)' is to be verified with the key '\(key)', which is not under keys")
            }
        }
        decisionLogs = section.section("decision_logs") { DecisionLogSettings.read($0, services: services) }
        status = section.section("status") { StatusSettings.read($0, services: services) }
        defaultDecision = section.string("default_decision") ?? defaultDecision
        defaultAuthorizationDecision = section.string("default_authorization_decision") ?? defaultAuthorizationDecision
        persistenceDirectory = section.string("persistence_directory")
        recordsNondeterministicBuiltins = section.flag("nd_builtin_cache") ?? false
        server = section.section("server", ServerSettings.read) ?? server
        caching = section.section("caching", CachingSettings.read) ?? caching
        distributedTracing = section.section("distributed_tracing", TracingSettings.read) ?? nil
        authentication = section.section("authentication") { AuthenticationSettings.read($0, services: services) } ?? nil
        propagation = section.section("propagation") { PropagationSettings.read($0, services: services) }
        routing = section.section("routing") { RoutingSettings.read($0, services: services) }
        externalAuthorization = section.section("ext_authz", ExternalAuthorizationSection.read)
        serviceLevels = section.section("slo", ServiceLevelSettings.read) ?? serviceLevels
        admission = section.section("admission", AdmissionSettings.read) ?? admission
        fallbacks = FallbackSettings.read(section)
        healing = section.section("healing", HealingSettings.read) ?? healing
        chaos = section.section("chaos", ChaosSettings.read) ?? nil
        eventLog = section.section("event_log", EventLogSettings.read)
        registry = section.section("registry") { RegistrySettings.read($0, services: services) }
        refuseUnsupported(section)
    }

    private func refuseUnsupported(_ section: ConfigurationSection) {
        if section.has("bundle") { section.refuse("bundle", "this old form of bundles is not supported; use bundles") }
        if section.has("storage") { section.refuse("storage", "policies and data are kept in memory only; leave storage out") }
        if section.has("plugins") { section.refuse("plugins", "there are no plugins; leave it out") }
    }

    /// A map by name, or a list of services that have names.
    private static func services(_ section: ConfigurationSection) -> [ServiceSettings] {
        var services: [ServiceSettings] = []
        guard case .list(let nodes)? = section.node["services"]?.content else {
            _ = section.sections("services") { services.append(ServiceSettings.read($0, $1, earlier: services)) }
            return services
        }
        _ = section.has("services")
        for (position, node) in nodes.enumerated() {
            let inner = ConfigurationSection(node, path: "services[\(position)]", reading: section.reading)
            defer { inner.finish() }
            guard let name = inner.string("name") else {
                inner.refuse("", "name is missing")
                continue
            }
            services.append(ServiceSettings.read(name, inner, earlier: services))
        }
        return services
    }

    /// Breakers depend only on services that are there, and none on itself.
    private func checkDependencies(_ section: ConfigurationSection) {
        let dependencies = Dictionary(upstreams.flatMap(\.breakers).map { ($0.name, $0.dependencies) }) { first, _ in first }
        for (breaker, names) in dependencies.sorted(by: { $0.key < $1.key }) {
            for name in names where dependencies[name] == nil {
                section.refuse("services", "the breaker of '\(breaker)' depends on '\(name)', which is not under services")
            }
        }
        if let cycle = BreakerChain(dependencies).cycle {
            section.refuse("services", "breakers depend on each other in a circle: \(cycle.joined(separator: " → "))")
        }
    }

    /// What the calls to each service share, by the services' names.
    public var upstreams: [UpstreamState] { services.compactMap(\.upstream.shared) }

    /// The configuration with the upstreams of an earlier one where their sections are the same: breakers, budgets and tokens go on.
    public func keepingUpstreams(of before: Configuration) -> Configuration {
        var kept = self
        for index in kept.services.indices {
            guard let same = before.services.first(where: { $0.name == kept.services[index].name && $0.source == kept.services[index].source }) else { continue }
            kept.services[index].upstream = same.upstream
        }
        Upstreams.link(Dictionary(kept.upstreams.map { ($0.name, $0) }) { first, _ in first })
        return kept
    }
}

extension ConfigurationNode {
    init(value: Value) {
        switch value {
        case .object(let entries):
            self.init(.map(entries.map { entry in
                if case .string(let key) = entry.key { (key, ConfigurationNode(value: entry.value)) } else { (entry.key.regoText, ConfigurationNode(value: entry.value)) }
            }))
        case .array(let elements): self.init(.list(elements.map { ConfigurationNode(value: $0) }))
        default: self.init(.scalar(value))
        }
    }
}

/// What a configuration may show of itself.
enum PublicConfiguration {
    /// Without credentials and headers of services, and without keys.
    static func document(_ configuration: Value) -> Value {
        configuration.mappingMember("services") { services in
            switch services {
            case .object(let entries): .makeObject(entries.map { ($0.key, withoutSecrets($0.value)) })
            case .array(let elements): .array(elements.map(withoutSecrets))
            default: services
            }
        }.mappingMember("keys") { keys in
            guard case .object(let entries) = keys else { return keys }
            return .makeObject(entries.map { entry in (entry.key, without(["key", "private_key"], entry.value)) })
        }
    }

    private static func withoutSecrets(_ service: Value) -> Value { without(["credentials", "headers"], service) }

    private static func without(_ names: Set<String>, _ value: Value) -> Value {
        guard case .object(let entries) = value else { return value }
        return .makeObject(entries.filter { entry in
            if case .string(let key) = entry.key { !names.contains(key) } else { true }
        }.map { ($0.key, $0.value) })
    }
}

extension Value {
    func mappingMember(_ key: String, _ transform: (Value) -> Value) -> Value {
        guard case .object(let entries) = self else { return self }
        return .makeObject(entries.map { ($0.key, $0.key == .string(key) ? transform($0.value) : $0.value) })
    }
}
