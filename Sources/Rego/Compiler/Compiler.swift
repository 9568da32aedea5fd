/// Takes parsed modules through the compiler's passes.
///
/// The passes run in OPA's order; compilation stops after the first that finds errors.
public struct Compiler: Sendable {
    let options: CompilerOptions
    let registry: BuiltinRegistry

    public init(options: CompilerOptions = .init()) {
        self.options = options
        registry = options.capabilities.builtins
    }

    /// Compiles modules. `dataHasPath` tells whether base data exists at keys below `data`.
    public func compile(_ modules: [Module], dataHasPath: ([String]) -> Bool = { _ in false }) -> (policies: CompiledPolicies?, diagnostics: [Diagnostic]) {
        do throws(DiagnosticList) {
            var (policies, arities, flat) = try checked(modules, dataHasPath)
            _ = try checkTypes(flat, &policies)
            policies.rules = zip(policies.rules, flat.rules).map { LiteralOrdering.rule($0, flat: $1, arity: { arities[$0] }) }
            if !UsedSyntax(modules).isDisjoint(with: [.negation, .with]) { NegationRewriting.rewrite(&policies) }
            return (policies, [])
        } catch {
            return (nil, error.diagnostics)
        }
    }

    /// The rules of modules in the last form that is checked: flat and ordered, with references in literals of their own.
    func flatRules(_ modules: [Module]) throws(DiagnosticList) -> [CompiledRule] {
        var (policies, _, flat) = try checked(modules, { _ in false })
        return try checkTypes(flat, &policies)
    }

    /// Everything up to safety.
    private func checked(_ modules: [Module], _ dataHasPath: ([String]) -> Bool) throws(DiagnosticList) -> (policies: CompiledPolicies, arities: FunctionArities, flat: FlatPolicies) {
        var modules = modules.sorted { Value.order($0.file, $1.file) < 0 }
        if options.preparesTests { TestRewriting.rewrite(&modules) }
        try stop(modules.flatMap { options.capabilities.problems(in: $0) })
        let used = UsedSyntax(modules)
        var policies = try resolved(modules, used)
        let tree = RuleTree(policies.rules)
        let arities = FunctionArities(tree: tree, registry: registry)
        try checkDeclarations(policies, arities, used)
        if used.contains(.printing) { PrintRewriting.rewrite(&policies, keeps: options.keepsPrint) }
        try MetadataRewriting.rewrite(&policies, used)
        let flat = try safe(policies, tree, arities, used, dataHasPath)
        return (policies, arities, flat)
    }

    /// Ends compilation where there are errors, of which it reports as many as the options say.
    private func stop(_ diagnostics: [Diagnostic]) throws(DiagnosticList) {
        guard !diagnostics.isEmpty else { return }
        guard options.maximumErrors > 0, diagnostics.count >= options.maximumErrors else { throw DiagnosticList(diagnostics) }
        throw DiagnosticList(Array(diagnostics.prefix(options.maximumErrors)) + [Diagnostic(.compile, "error limit reached", at: nil)])
    }

    // MARK: Names

    private func refusesShadowing(_ module: Module) -> Bool { options.strict || module.version == .v1 }

    /// Rules with absolute references and unique locals.
    private func resolved(_ modules: [Module], _ used: UsedSyntax) throws(DiagnosticList) -> CompiledPolicies {
        var names: [[String]: Set<String>] = [:]
        for module in modules { for rule in module.rules { names[module.package.path, default: []].insert(rule.head.name) } }
        var diagnostics: [Diagnostic] = []
        var rules: [[Rule]] = []
        for module in modules {
            let globals = ReferenceResolution.globals(package: module.package.path, rules: names[module.package.path] ?? [], imports: module.imports)
            var resolution = ReferenceResolution(globals: globals)
            rules.append(module.rules.map { resolution.rule($0) })
            diagnostics += resolution.diagnostics
            if options.strict { diagnostics += ImportChecks.unused(in: module, used: resolution.used) }
        }
        try stop(diagnostics)
        try stop(zip(modules, rules).filter { refusesShadowing($0.0) }.flatMap { RootDocumentChecks.check($0.1) })
        try stop(modules.filter(refusesShadowing).flatMap { ImportChecks.duplicates(in: $0) })
        var policies = CompiledPolicies(modules: modules, rules: [], localNames: [:])
        var rewriting = LocalRewriting(strict: options.strict, names: LocalNames(avoiding: modules))
        for (index, module) in modules.enumerated() {
            for rule in rules[index] { policies.rules.append(rewriting.rule(rule, package: module.package.path, moduleIndex: index)) }
        }
        try stop(rewriting.diagnostics)
        policies.localNames = rewriting.localNames
        policies.remainingNames = rewriting.remainingNames
        if used.contains(.with) { WithReplacements.settle(&policies.rules, registry: registry) }
        return policies
    }

    private func checkDeclarations(_ policies: CompiledPolicies, _ arities: FunctionArities, _ used: UsedSyntax) throws(DiagnosticList) {
        let undeclared = UndeclaredVariables(outputs: OutputVariables(arity: { arities[$0] }), registry: registry, localNames: policies.localNames)
        if used.contains(.templateStrings) { try stop(policies.rules.flatMap { undeclared.templateStrings(in: $0) }) }
        try stop(policies.rules.flatMap { VoidCalls.check($0, registry: registry) })
        if options.keepsPrint, used.contains(.printing) { try stop(policies.rules.flatMap { undeclared.prints(in: $0) }) }
    }

    // MARK: Safety and types

    /// The rules in flat form and in order, with what their locals stand for.
    private struct FlatPolicies {
        var rules: [CompiledRule]
        var originals: OriginalTerms
        var remainingNames: LocalNames
    }

    private func safe(
        _ policies: CompiledPolicies, _ tree: RuleTree, _ arities: FunctionArities, _ used: UsedSyntax, _ dataHasPath: ([String]) -> Bool
    ) throws(DiagnosticList) -> FlatPolicies {
        let with = WithChecks(tree: tree, registry: registry)
        var flattening = Flattening(names: policies.remainingNames, isFunctionValue: with.isFunctionValue)
        let flat = policies.rules.map { flattening.rule($0) }
        if used.contains(.with) { try stop(policies.rules.flatMap { with.check($0) }) }
        try stop(RuleConflicts(policies: policies, tree: tree).check(dataHasPath: dataHasPath))
        let functions = FunctionChecks(arities: arities, registry: registry, localNames: policies.localNames)
        try stop(flat.flatMap { functions.check($0) })
        let rows = RuleRows(policies.rules, policies.modules)
        let safety = Safety(outputs: OutputVariables(arity: { arities[$0] }), localNames: policies.localNames, rows: rows)
        try stop(flat.flatMap { safety.headProblems($0) })
        let ordered = flat.map { safety.rule($0) }
        try stop(ordered.flatMap(\.diagnostics))
        let originals = OriginalTerms(localNames: policies.localNames, terms: flattening.origins)
        return FlatPolicies(rules: ordered.map(\.rule), originals: originals, remainingNames: flattening.remainingNames)
    }

    /// Gives the rules in the form that was checked.
    private func checkTypes(_ flat: FlatPolicies, _ policies: inout CompiledPolicies) throws(DiagnosticList) -> [CompiledRule] {
        var dynamic = DynamicTerms(names: flat.remainingNames)
        let rules = flat.rules.map { dynamic.rule($0) }
        let graph = RuleGraph(tree: RuleTree(rules))
        try stop(graph.recursion())
        var originals = flat.originals
        originals.terms.merge(dynamic.origins) { first, _ in first }
        var environment = TypeEnvironment(builtins: registry)
        environment.dependents = graph.dependents
        if options.keepsVariableTypes { environment.variables = VariableTypes() }
        try stop(TypeChecker(originals: originals).check(graph.sorted(), in: &environment))
        policies.types = environment
        let checked = rules.filter { refusesShadowing(policies.modules[$0.moduleIndex]) }
        try stop(checked.flatMap { DeprecatedBuiltins.check($0, registry: registry) })
        return rules
    }

    // MARK: Queries

    /// Compiles a query against policies.
    ///
    /// - Parameter checksTypes: false for a query that was made of policies and values, whose comparisons may be such as can never hold.
    func compileQuery(
        _ body: Body, policies: CompiledPolicies, package: [String] = [], imports: [Import] = [], refusing unsafeBuiltins: Set<String> = [], checksTypes: Bool = true
    ) -> (query: CompiledQuery?, diagnostics: [Diagnostic]) {
        do throws(DiagnosticList) {
            return (try query(body, policies, package, imports, unsafeBuiltins, checksTypes: checksTypes).query, [])
        } catch {
            return (nil, error.diagnostics)
        }
    }

    /// The query in the last form that is checked.
    func flatQuery(_ body: Body, policies: CompiledPolicies, package: [String] = [], imports: [Import] = [], refusing unsafeBuiltins: Set<String> = []) throws(DiagnosticList) -> Body {
        try query(body, policies, package, imports, unsafeBuiltins).flat
    }

    /// The types of a query's variables, by their names.
    func types(of body: Body, policies: CompiledPolicies, package: [String], imports: [Import]) throws(DiagnosticList) -> [(name: String, type: RegoType)] {
        let (query, last) = try query(body, policies, package, imports, [])
        let environment = TypeChecker(originals: OriginalTerms()).check(last, in: policies.types ?? TypeEnvironment(builtins: registry)).environment
        return query.variables.map { ($0.name, environment.type(ofVariable: $0.local)) }
    }

    private func query(
        _ written: Body, _ policies: CompiledPolicies, _ package: [String], _ imports: [Import], _ unsafeBuiltins: Set<String>, checksTypes: Bool = true
    ) throws(DiagnosticList) -> (query: CompiledQuery, flat: Body) {
        var names: Set<String> = []
        if !package.isEmpty { for module in policies.modules where module.package.path == package { names.formUnion(module.rules.map(\.head.name)) } }
        if options.strict { try stop(RootDocumentChecks.check(written)) }
        var resolution = ReferenceResolution(globals: ReferenceResolution.globals(package: package, rules: names, imports: imports))
        let body = resolution.query(written)
        var rewriting = LocalRewriting(strict: options.strict, names: LocalNames(taken: written.variables().filter(LocalNames.isGenerated)))
        var query = rewriting.query(body)
        try stop(rewriting.diagnostics)
        WithReplacements.settle(&query.body, registry: registry)
        let tree = RuleTree(policies.rules)
        let arities = FunctionArities(tree: tree, registry: registry)
        let outputs = OutputVariables(arity: { arities[$0] })
        let undeclared = UndeclaredVariables(outputs: outputs, registry: registry, localNames: query.localNames)
        try stop(undeclared.templateStrings(in: query.body))
        try stop(VoidCalls.check(query.body, registry: registry))
        if options.keepsPrint { try stop(undeclared.prints(in: query.body)) }
        query.body = PrintRewriting.rewritten(query.body, keeps: options.keepsPrint)

        let with = WithChecks(tree: tree, registry: registry)
        try stop(with.check(query.body))
        var flattening = Flattening(names: rewriting.remainingNames, isFunctionValue: with.isFunctionValue)
        let flat = flattening.body(query.body)
        try stop(FunctionChecks(arities: arities, registry: registry, localNames: query.localNames).check(flat))
        let (ordered, problems) = Safety(outputs: outputs, localNames: query.localNames).ordered(flat, bound: [])
        try stop(problems)
        var dynamic = DynamicTerms(names: flattening.remainingNames, rewritesEquality: false)
        let last = dynamic.body(ordered)
        let origins = flattening.origins.merging(dynamic.origins) { first, _ in first }
        let checker = TypeChecker(originals: OriginalTerms(localNames: query.localNames, terms: origins))
        if checksTypes { try stop(checker.check(last, in: policies.types ?? TypeEnvironment(builtins: registry)).diagnostics) }
        if !unsafeBuiltins.isEmpty { try stop(RefusedCalls(adjective: "unsafe", isRefused: unsafeBuiltins.contains).check(last)) }
        if options.strict { try stop(DeprecatedBuiltins.check(last, registry: registry)) }
        query.body = NegationRewriting.rewritten(LiteralOrdering.query(query.body, flat: ordered, arity: { arities[$0] }))
        return (query, last)
    }
}
