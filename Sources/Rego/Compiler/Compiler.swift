/// Takes parsed modules through the compiler's passes.
///
/// The passes run in OPA's order; compilation stops after the first that finds errors.
public struct Compiler: Sendable {
    let options: CompilerOptions
    let registry: BuiltinRegistry

    public init(options: CompilerOptions = .init(), registry: BuiltinRegistry = .standard) {
        self.options = options
        self.registry = registry
    }

    /// Compiles modules. `dataHasPath` tells whether base data exists at keys below `data`.
    public func compile(_ modules: [Module], dataHasPath: ([String]) -> Bool = { _ in false }) -> (policies: CompiledPolicies?, diagnostics: [Diagnostic]) {
        let modules = modules.sorted { Value.order($0.file, $1.file) < 0 }
        var policies = CompiledPolicies(modules: modules, rules: [], localNames: [:])
        var ruleNames: [[String]: Set<String>] = [:]
        for module in modules { for rule in module.rules { ruleNames[module.package.path, default: []].insert(rule.head.name) } }
        var diagnostics: [Diagnostic] = []
        var counter = 0
        for (index, module) in modules.enumerated() {
            diagnostics += ImportChecks.check(module, strict: options.strict)
            var resolution = NameResolution(
                globals: Self.globals(package: module.package.path, imports: module.imports, rules: ruleNames[module.package.path] ?? []),
                version: module.version, strict: options.strict, firstLocal: counter,
                isBuiltin: { registry[$0] != nil })
            for rule in module.rules { policies.rules.append(resolution.rule(rule, package: module.package.path, moduleIndex: index)) }
            counter = resolution.nextLocal
            policies.localNames.merge(resolution.localNames) { first, _ in first }
            diagnostics += resolution.diagnostics
            if options.strict { diagnostics += ImportChecks.unused(module, used: resolution.usedGlobals) }
        }
        if let errors = finish(diagnostics) { return (nil, errors) }

        PrintRewriting.rewrite(&policies, keeps: options.keepsPrint)
        NegationRewriting.rewrite(&policies)
        MetadataRewriting.rewrite(&policies)

        diagnostics = RuleConflicts.check(policies, dataHasPath: dataHasPath)
        if let errors = finish(diagnostics) { return (nil, errors) }

        let functions = FunctionArities(policies: policies, registry: registry)
        diagnostics = UndefinedFunctions.check(policies, functions: functions)
        if let errors = finish(diagnostics) { return (nil, errors) }

        var safety = Safety(arity: { functions[$0] }, localNames: policies.localNames)
        policies.rules = policies.rules.map { safety.rule($0) }
        if let errors = finish(safety.diagnostics) { return (nil, errors) }

        diagnostics = Recursion.check(policies)
        if let errors = finish(diagnostics) { return (nil, errors) }

        diagnostics = ArityChecks.check(policies, functions: functions, registry: registry)
        if let errors = finish(diagnostics) { return (nil, errors) }
        return (policies, [])
    }

    /// Compiles a query against policies.
    func compileQuery(_ body: Body, policies: CompiledPolicies, package: [String] = [], imports: [Import] = [], version: RegoVersion = .v1) -> (query: CompiledQuery?, diagnostics: [Diagnostic]) {
        var rules: Set<String> = []
        if !package.isEmpty { for module in policies.modules where module.package.path == package { rules.formUnion(module.rules.map(\.head.name)) } }
        var resolution = NameResolution(globals: Self.globals(package: package, imports: imports, rules: rules), version: version, strict: false, firstLocal: 0,
            isBuiltin: { registry[$0] != nil })
        var query = resolution.query(body)
        if let errors = finish(resolution.diagnostics) { return (nil, errors) }
        query.body = NegationRewriting.rewritten(PrintRewriting.rewritten(query.body, keeps: options.keepsPrint))
        let functions = FunctionArities(policies: policies, registry: registry)
        let undefined = UndefinedFunctions.check(query.body, functions: functions)
        if let errors = finish(undefined) { return (nil, errors) }
        var safety = Safety(arity: { functions[$0] }, localNames: query.localNames)
        query = safety.query(query)
        if let errors = finish(safety.diagnostics) { return (nil, errors) }
        let arity = ArityChecks.check(query.body, functions: functions, registry: registry)
        if let errors = finish(arity) { return (nil, errors) }
        return (query, [])
    }

    private static func globals(package: [String], imports: [Import], rules: Set<String>) -> NameResolution.Globals {
        var globals = NameResolution.Globals()
        for name in rules { globals.names[name] = ["data"] + package + [name] }
        for item in imports where item.path[0] == "data" || item.path[0] == "input" {
            globals.names[item.name] = item.path
            globals.importLocations[item.name] = item.location
        }
        return globals
    }

    /// Errors in the order of their places, up to the limit; nil where there are none.
    private func finish(_ diagnostics: [Diagnostic]) -> [Diagnostic]? {
        guard !diagnostics.isEmpty else { return nil }
        var sorted = diagnostics.enumerated().sorted { a, b in
            let x = a.element.location, y = b.element.location
            let left = (x?.file ?? "", x?.row ?? 0, x?.column ?? 0), right = (y?.file ?? "", y?.row ?? 0, y?.column ?? 0)
            return left == right ? a.offset < b.offset : left < right
        }.map(\.element)
        if options.maximumErrors > 0, sorted.count > options.maximumErrors {
            sorted = Array(sorted.prefix(options.maximumErrors)) + [Diagnostic(.compile, "error limit reached", at: nil)]
        }
        return sorted
    }
}
