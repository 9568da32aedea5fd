/// Which grammar a module is written in.
public enum RegoVersion: Sendable, Hashable {
    case v0
    case v1
}

/// One file of policy.
public struct Module: Sendable {
    /// The name the module was given, usually its path.
    public var file: String
    public var text: String
    /// The grammar the module was read with; a v0 module with `import rego.v1` counts as `.v1`.
    public var version: RegoVersion
    public var package: Package
    public var imports: [Import]
    public var rules: [Rule]
    public var annotations: [Annotations]
    public var comments: [Comment]
    /// What is wrong with keywords that are names in references, where capabilities lack the feature `keywords_in_refs`.
    var keywordsInReferences: [Diagnostic] = []

    public init(file: String, text: String, version: RegoVersion, package: Package, imports: [Import] = [], rules: [Rule] = [], annotations: [Annotations] = [], comments: [Comment] = []) {
        self.file = file
        self.text = text
        self.version = version
        self.package = package
        self.imports = imports
        self.rules = rules
        self.annotations = annotations
        self.comments = comments
    }
}

public struct Package: Sendable {
    /// The segments below `data`: `package a.b` is `["a", "b"]`.
    public var path: [String]
    public var location: SourceLocation
    public init(path: [String], at location: SourceLocation) {
        self.path = path
        self.location = location
    }
}

public struct Import: Sendable {
    /// All segments: `["data", "a"]`, `["input", "x"]`, `["rego", "v1"]`, `["future", "keywords", "in"]`.
    public var path: [String]
    public var alias: String?
    public var location: SourceLocation
    public init(path: [String], alias: String?, at location: SourceLocation) {
        self.path = path
        self.alias = alias
        self.location = location
    }
    /// The name the import has in its module.
    public var name: String { alias ?? path.last ?? "" }
}

/// A rule: a head, a body, and the `else` branches chained to it. `p if {A} {B}` is two rules.
public struct Rule: Sendable {
    public var head: Head
    /// Empty for default rules; `[true]` (one generated literal) where no body is written.
    public var body: Body
    /// The next branch of an `else` chain; its head has the same ref and arguments.
    public var elseRule: [Rule]
    public var isDefault: Bool
    public var annotations: [Annotations]
    public var location: SourceLocation

    public init(head: Head, body: Body, elseRule: Rule? = nil, isDefault: Bool = false, annotations: [Annotations] = [], at location: SourceLocation) {
        self.head = head
        self.body = body
        self.elseRule = elseRule.map { [$0] } ?? []
        self.isDefault = isDefault
        self.annotations = annotations
        self.location = location
    }
}

/// The head of a rule.
public struct Head: Sendable {
    /// The rule's name: a variable term for the first segment and the rest of its ref. `p` has an empty path; `a.b[x].c` has `["b", x, "c"]`.
    /// After parsing relative to the package; the compiler leaves it relative.
    public var name: String
    public var path: [Term]
    /// Nil for anything but a function.
    public var arguments: [Term]?
    /// The element of `contains element`.
    public var key: Term?
    /// Nil where no value is written, which means `true` (for a `contains` head it stays nil).
    public var value: Term?
    /// Written with `:=`.
    public var isAssignment: Bool
    public var location: SourceLocation

    public init(name: String, path: [Term] = [], arguments: [Term]? = nil, key: Term? = nil, value: Term? = nil, isAssignment: Bool = false, at location: SourceLocation) {
        self.name = name
        self.path = path
        self.arguments = arguments
        self.key = key
        self.value = value
        self.isAssignment = isAssignment
        self.location = location
    }
}

/// One `#` comment line; the text is without the `#`.
public struct Comment: Sendable {
    public var text: String
    public var location: SourceLocation
    public init(text: String, at location: SourceLocation) {
        self.text = text
        self.location = location
    }
}

/// A `# METADATA` block.
public struct Annotations: Sendable {
    public enum Scope: String, Sendable {
        case rule, document, package, subpackages
    }
    /// What the block says something about.
    public var scope: Scope { Scope(rawValue: scopeName) ?? .rule }
    /// The fields in the form that `rego.metadata.rule()` gives, `scope` included.
    public var fields: Value { writtenFields.adding("scope", .string(scopeName)) }
    public var entrypoint: Bool
    public var location: SourceLocation

    /// What the block says under `compile`.
    var compileFields: Value?
    /// Empty until it is known what the block stands before, where none was written.
    var scopeName: String
    /// The row of the statement that the block stands before.
    var targetRow = 0
    private let writtenFields: Value

    init(scope: String, fields: Value, entrypoint: Bool, at location: SourceLocation) {
        scopeName = scope
        writtenFields = fields
        self.entrypoint = entrypoint
        self.location = location
    }
}

extension Value {
    /// The object with another field.
    fileprivate func adding(_ name: String, _ value: Value) -> Value {
        guard case .object(let entries) = self else { return self }
        return .makeObject(entries.map { ($0.key, $0.value) } + [(.string(name), value)])
    }
}
