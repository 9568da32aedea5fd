/// A batch with absolute references and unique locals.
struct ResolvedBatch: Sendable {
    var rules: [CompiledRule] = []
    /// The names of imports and rules that are used, by module.
    var usedNames: [Int: Set<String>] = [:]
    var localNames: [String: String] = [:]
    var remainingNames: LocalNames
    /// Errors by the pass that found them.
    var nameProblems: [Diagnostic] = []
    var shadowProblems: [Diagnostic] = []
    var localProblems: [Diagnostic] = []
    var voidProblems: [Diagnostic] = []

    init(_ batch: RuleBatch, modules: [Module], globals: [[String: [String]]], registry: BuiltinRegistry, strict: Bool) {
        var rewriting = LocalRewriting(strict: strict, names: batch.names)
        for part in batch.parts {
            let module = modules[part.module]
            var resolution = ReferenceResolution(globals: globals[part.module])
            let resolved = module.rules[part.rules].map { resolution.rule($0) }
            nameProblems += resolution.diagnostics
            usedNames[part.module] = resolution.used
            if module.refusesShadowing(strict: strict) { shadowProblems += RootDocumentChecks.check(resolved) }
            rules += resolved.map { rewriting.rule($0, package: module.package.path, moduleIndex: part.module) }
        }
        localProblems = rewriting.diagnostics
        localNames = rewriting.localNames
        remainingNames = rewriting.remainingNames
        voidProblems = rules.flatMap { VoidCalls.check($0, registry: registry) }
    }
}

extension Module {
    /// Whether rules and locals may not be named as the root documents are.
    func refusesShadowing(strict: Bool) -> Bool { strict || version == .v1 }
}
