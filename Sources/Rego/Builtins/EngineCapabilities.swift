/// What policies may use: built-ins, features of the language, and hosts to send requests to.
///
/// It is read from OPA's capabilities files; what a file does not name, policies may not use.
public struct EngineCapabilities: Sendable {
    /// The built-ins that policies may call.
    public private(set) var builtins = BuiltinRegistry.standard
    /// The hosts that policies may send requests to, with or without a port; any where nil.
    public private(set) var allowedHosts: [String]?
    /// What built-ins may produce at most.
    public var limits = BuiltinLimits()
    /// Features such as `rego_v1`; all where nil.
    private var features: Set<String>?
    /// What `import future.keywords` may bring in; all where nil.
    private var futureKeywords: Set<String>?

    /// Everything that this engine can do.
    public init() {}

    package init(builtins: BuiltinRegistry) { self.builtins = builtins }

    /// Why a document is no capabilities file, and what it should have.
    public struct Problem: Error, CustomStringConvertible {
        public let description: String
    }

    /// Reads a capabilities file, as `verdict capabilities` prints one.
    public init(_ document: Value) throws(Problem) {
        guard case .object = document else { throw Problem(description: "capabilities must be a JSON object with the member \"builtins\"") }
        var names: Set<String> = []
        for declaration in try Self.list(document, "builtins") {
            guard case .string(let name)? = declaration["name"] else { throw Problem(description: "capabilities: every element of \"builtins\" must be an object with a \"name\"") }
            names.insert(name)
        }
        builtins = BuiltinRegistry(BuiltinRegistry.standard.builtins.filter { $0.traits.contains(.compilerInternal) || names.contains($0.name) })
        features = Set(try Self.texts(document, "features"))
        futureKeywords = Set(try Self.texts(document, "future_keywords"))
        limits = try Self.limits(document)
        if let hosts = document["allow_net"], hosts != .null { allowedHosts = try Self.texts(document, "allow_net") }
    }

    private static func list(_ document: Value, _ member: String) throws(Problem) -> [Value] {
        switch document[member] {
        case nil, .null: return []
        case .array(let elements): return elements
        case .some: throw Problem(description: "capabilities: \"\(member)\" must be an array")
        }
    }

    private static func limits(_ document: Value) throws(Problem) -> BuiltinLimits {
        var limits = BuiltinLimits()
        switch document["limits"] {
        case nil, .null: return limits
        case .object(let given):
            for entry in given {
                guard case .string(let name) = entry.key, let limit = BuiltinLimits.names.first(where: { $0.name == name })?.limit else {
                    throw Problem(description: "capabilities: \"limits\" must have only \(BuiltinLimits.names.map(\.name).joined(separator: ", "))")
                }
                guard case .number(let number) = entry.value, let value = number.integer, value >= 0 else {
                    throw Problem(description: "capabilities: \"\(name)\" must be an integer that is not negative")
                }
                limits[keyPath: limit] = Int(value)
            }
            return limits
        case .some: throw Problem(description: "capabilities: \"limits\" must be an object")
        }
    }

    private static func texts(_ document: Value, _ member: String) throws(Problem) -> [String] {
        var texts: [String] = []
        for element in try list(document, member) {
            guard case .string(let text) = element else { throw Problem(description: "capabilities: \"\(member)\" must be an array of strings") }
            texts.append(text)
        }
        return texts
    }

    /// Whether a request may go to a host.
    func allows(host: String, port: Int?) -> Bool {
        guard let allowedHosts else { return true }
        return allowedHosts.contains { $0 == host || port.map { number in "\(host):\(number)" } == $0 }
    }

    // MARK: Language

    /// Errors where modules use what is not among the capabilities.
    func problems(in module: Module) -> [Diagnostic] {
        guard features != nil || futureKeywords != nil else { return [] }
        return importProblems(module) + (has("keywords_in_refs") ? [] : module.keywordsInReferences) + templateStringProblems(module)
    }

    private func has(_ feature: String) -> Bool { features?.contains(feature) ?? true }

    private func importProblems(_ module: Module) -> [Diagnostic] {
        module.imports.compactMap { item in
            if item.path == ["rego", "v1"], !has("rego_v1_import"), !has("rego_v1") {
                return Diagnostic(.parse, "invalid import, `rego.v1` is not supported by current capabilities", at: item.location)
            }
            guard item.path.count == 3, item.path.starts(with: ["future", "keywords"]), !has("rego_v1"), futureKeywords?.contains(item.path[2]) == false else { return nil }
            let known = (futureKeywords ?? []).sorted().joined(separator: " ")
            return Diagnostic(.parse, "unexpected keyword, must be one of [\(known)]", at: item.location)
        }
    }

    private func templateStringProblems(_ module: Module) -> [Diagnostic] {
        guard !has("template_strings") else { return [] }
        var found: [Diagnostic] = []
        func visit(_ term: Term) {
            guard case .templateString = term.kind else { return }
            found.append(Diagnostic(.parse, "template strings are not supported by current capabilities", at: term.location))
        }
        for rule in module.rules {
            for branch in sequence(first: rule, next: { $0.elseRule.first }) {
                for term in [branch.head.key, branch.head.value].compactMap(\.self) { term.walkDeep(visit) }
                for expression in branch.body { expression.walkDeep(visit) }
            }
        }
        return found
    }
}
