import Rego

/// A lint rule: what it looks for, why that matters, examples of both sides, and the check.
///
/// A rule is a static member of this type in a file of its own; file, member and rule have the same name, which is Regal's where Regal has the
/// rule. The examples are the rule's tests and its documentation: `↓` marks where a finding must begin.
public struct LintRule: Sendable {
    public enum Category: String, Sendable, CaseIterable {
        case bugs, custom, idiomatic, imports, performance, security, style, testing
    }

    public typealias Check = @Sendable (PolicyFile, inout Report) -> Void

    /// The name in settings and findings: `constant-condition`.
    public let name: String
    public let category: Category
    /// What was found, in one line without a full stop.
    public let title: String
    /// Why it is worth a change, and what to write instead.
    public let why: String
    /// Policies with a `↓` before each place that is found. Without a `package` they are rules of `package policy`;
    /// several files are told apart by lines such as `# file: other.rego`.
    public let finds: [String]
    /// Policies in which nothing is found.
    public let accepts: [String]
    /// The settings of the rule and what they are where nobody sets them.
    public let options: [String: Value]
    /// Off until the settings give it a level.
    public let isOptional: Bool
    /// How the examples are read.
    public let version: RegoVersion
    let check: Check

    /// - Parameter file: names the rule; leave it out.
    init(
        _ category: Category, _ title: String, why: String, options: [String: Value] = [:], isOptional: Bool = false, version: RegoVersion = .v1,
        finds: [String], accepts: [String], file: String = #fileID, check: @escaping Check
    ) {
        self.init(name: Self.name(ofFile: file), category, title, why: why, options: options, isOptional: isOptional, version: version, finds: finds, accepts: accepts, check: check)
    }

    /// A rule that is named when the program runs, such as one written in Rego.
    init(
        name: String, _ category: Category, _ title: String, why: String, options: [String: Value] = [:], isOptional: Bool = false, version: RegoVersion = .v1,
        finds: [String] = [], accepts: [String] = [], check: @escaping Check
    ) {
        self.name = name
        self.category = category
        self.title = title
        self.why = why
        self.options = options
        self.isOptional = isOptional
        self.version = version
        self.finds = finds
        self.accepts = accepts
        self.check = check
    }

    /// `Lint/ConstantCondition.swift` is `constant-condition`.
    static func name(ofFile file: String) -> String {
        let stem = (file.split(separator: "/").last ?? "").split(separator: ".").first ?? ""
        var name = ""
        for character in stem {
            if character.isUppercase, !name.isEmpty { name += "-" }
            name += character.lowercased()
        }
        return name
    }
}
