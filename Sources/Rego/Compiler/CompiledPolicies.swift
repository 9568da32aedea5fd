/// Policies after the compiler's passes: names resolved, locals unique, bodies in an order in which every variable is bound before it is used.
public struct CompiledPolicies: Sendable {
    /// As parsed, sorted by file name.
    public var modules: [Module]
    var rules: [CompiledRule]
    /// The rules by their references.
    private(set) var tree: RuleTree
    /// The names that renamed locals had in the text.
    var localNames: [String: String]
    /// Parts of the language that the modules may use.
    let used: UsedSyntax
    /// The types of the rules, for queries.
    var types: TypeEnvironment?
    let lazyPartialRules = LazyPartialRules()

    init(modules: [Module], rules: [CompiledRule], localNames: [String: String], used: UsedSyntax) {
        self.used = used
        self.modules = modules
        self.rules = rules
        tree = RuleTree(rules)
        self.localNames = localNames
    }

    /// Replaces the rules by others with the same references.
    mutating func put(_ rules: [CompiledRule]) {
        self.rules = rules
        tree.rules = rules
    }

    /// What the type checker knows of the document that rules make at keys below `data`; nil where it knows nothing.
    public func type(at path: [String]) -> RegoType? {
        let type = types?.type(of: Ref(head: Term(.variable("data")), path: path.map { Term(.string($0)) }))
        return type == .unknown ? nil : type
    }

    /// What the type checker knows of the variable at a byte of a module; nil for others, and without `CompilerOptions.keepsVariableTypes`.
    public func type(ofVariableIn file: String, at offset: Int) -> RegoType? { types?.variables?.type(in: file, at: offset) }
}

/// A rule as the planner reads it.
struct CompiledRule: Sendable {
    /// The keys below `data` up to the first that is not a string.
    var path: [String]
    /// The rest of the head's reference.
    var dynamicPath: [Term]
    var isDefault: Bool
    var arguments: [Term]?
    /// The element of a partial set.
    var key: Term?
    /// Nil only for partial sets.
    var value: Term?
    var body: Body
    /// The branches of an `else` chain after the first.
    var elseBranches: [CompiledRule]
    var moduleIndex: Int
    var location: SourceLocation
}

/// A query after the compiler's passes.
struct CompiledQuery: Sendable {
    var body: Body
    /// The variables whose values a solution shows, and the names they have in the body.
    var variables: [(name: String, local: String)]
    var localNames: [String: String]
}

public struct CompilerOptions: Sendable {
    /// Also reports unused imports, locals and arguments.
    public var strict = false
    /// Errors reported before the compiler gives up; 0 for all.
    public var maximumErrors = 10
    /// Without it calls of `print` are left out.
    public var keepsPrint = true
    /// Plans observation of every literal, for coverage and failing tests.
    public var observes = false
    /// Makes a test of each of several test rules of one name, and has the cases of parameterised tests told (`QueryResult.testCases`).
    public var preparesTests = false
    /// Keeps what is known of the types of variables, for `CompiledPolicies.type(ofVariableIn:at:)`.
    public var keepsVariableTypes = false
    /// How many rules are compiled together, apart from others; enough that a thread is worth it.
    package var rulesInBatch = 256
    /// What policies may use.
    public var capabilities = EngineCapabilities()
    public init() {}
}
