/// Writes policies in the form that OPA's formatter gives them: tabs, one space around operators, an empty line between rules, a comma behind the last
/// element of a collection that takes several lines. Lines stay broken where they were broken, and comments where they were; what has a comment in
/// a place that no formatted line has is left as it was written.
///
/// Formatting what was formatted changes nothing, and never what a policy means.
public struct PolicyFormatter: Sendable {
    /// What can read the formatted policy.
    public enum Target: Sendable {
        /// Rego v0, and keywords of v1 as far as the policy imports them.
        case v0
        case v1
        /// Both: v1 with `import rego.v1`.
        case v0AndV1
    }

    public var target: Target
    /// Leaves out imports of keywords, which v1 does not need.
    public var dropsKeywordImports: Bool

    public init(target: Target = .v1, dropsKeywordImports: Bool = false) {
        self.target = target
        self.dropsKeywordImports = dropsKeywordImports
    }

    /// The policy, formatted.
    ///
    /// - Throws: what is wrong with the policy; also where what is valid v0 has no form in v1.
    public func format(_ policy: PolicySource) throws(DiagnosticList) -> String {
        let module = try Self.parsed(policy)
        var writer = ModuleWriter(module, FormattingStyle(module, target, dropsKeywordImports: dropsKeywordImports))
        writer.writeModule()
        let text = writer.text
        _ = try Self.parsed(PolicySource(file: policy.file, text: text, version: target == .v1 ? .v1 : .v0))
        return text
    }

    private static func parsed(_ policy: PolicySource) throws(DiagnosticList) -> Module {
        let (module, diagnostics) = Parser.parse(policy)
        guard let module else { throw DiagnosticList(diagnostics) }
        return module
    }
}

/// Which of Rego's forms a module is written in.
struct FormattingStyle {
    /// Bodies stand behind `if`.
    var usesIf: Bool
    /// Partial sets have `contains`.
    var usesContains: Bool
    /// Values of heads stand behind `:=`, and are never left out where there is no body.
    var isV1: Bool
    var addsV1Import: Bool
    private var dropsFutureImports: Bool
    private var dropsV1Import: Bool

    init(_ module: Module, _ target: PolicyFormatter.Target, dropsKeywordImports: Bool) {
        let importsV1 = module.imports.contains { $0.path == ["rego", "v1"] }
        func imports(_ keyword: String) -> Bool { module.imports.contains { $0.path == ["future", "keywords"] || $0.path == ["future", "keywords", keyword] } }
        isV1 = target != .v0
        usesIf = isV1 || importsV1 || imports("if")
        usesContains = isV1 || importsV1 || imports("contains")
        addsV1Import = target == .v0AndV1 && !importsV1
        dropsV1Import = dropsKeywordImports && target == .v1
        dropsFutureImports = dropsV1Import || importsV1 || target == .v0AndV1
    }

    func keeps(_ item: Import) -> Bool {
        switch item.path.first {
        case "future": !dropsFutureImports
        case "rego": !dropsV1Import
        default: true
        }
    }
}
