import Synchronization

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
        compile(modules, dataHasPath: dataHasPath, besideTypes: { _ in })
    }

    /// - Parameter besideTypes: what is done with the policies while their types are checked, which may still find errors.
    func compile(
        _ modules: [Module], dataHasPath: ([String]) -> Bool = { _ in false }, besideTypes work: @Sendable (CompiledPolicies) -> Void
    ) -> (policies: CompiledPolicies?, diagnostics: [Diagnostic]) {
        do throws(DiagnosticList) {
            return (try checked(modules, dataHasPath, besideTypes: work).policies, [])
        } catch {
            return (nil, error.diagnostics)
        }
    }

    /// The rules of modules in the last form that is checked: flat and ordered, with references in literals of their own.
    func flatRules(_ modules: [Module]) throws(DiagnosticList) -> [CompiledRule] {
        try checked(modules, { _ in false }, besideTypes: { _ in }).flat.rules
    }

    private func checked(
        _ modules: [Module], _ dataHasPath: ([String]) -> Bool, besideTypes work: @Sendable (CompiledPolicies) -> Void
    ) throws(DiagnosticList) -> (policies: CompiledPolicies, flat: FlatPolicies) {
        var modules = modules.sorted { Value.order($0.file, $1.file) < 0 }
        if options.preparesTests { TestRewriting.rewrite(&modules) }
        try stop(modules.flatMap { options.capabilities.problems(in: $0) })
        let batches = RuleBatch.batches(of: modules, size: options.rulesInBatch)
        do throws(DiagnosticList) {
            return try checked(batches, modules, dataHasPath, besideTypes: work)
        } catch {
            guard batches.count > 1 else { throw error }
            return try checked(RuleBatch.batches(of: modules, size: .max), modules, dataHasPath, besideTypes: work)
        }
    }

    private func checked(
        _ batches: [RuleBatch], _ modules: [Module], _ dataHasPath: ([String]) -> Bool, besideTypes work: @Sendable (CompiledPolicies) -> Void
    ) throws(DiagnosticList) -> (policies: CompiledPolicies, flat: FlatPolicies) {
        let used = UsedSyntax(modules)
        var (policies, batches) = try resolved(batches, modules, used)
        let arities = FunctionArities(tree: policies.tree, registry: registry)
        try checkDeclarations(policies, batches, arities, used)
        if used.contains(.printing) { PrintRewriting.rewrite(&policies, keeps: options.keepsPrint) }
        try MetadataRewriting.rewrite(&policies, used)
        let flat = try ordered(&policies, &batches, arities, used, dataHasPath)
        policies.types = try types(of: flat, policies, beside: work)
        return (policies, flat)
    }

    /// Ends compilation where there are errors, of which it reports as many as the options say.
    private func stop(_ diagnostics: [Diagnostic]) throws(DiagnosticList) {
        guard !diagnostics.isEmpty else { return }
        guard options.maximumErrors > 0, diagnostics.count >= options.maximumErrors else { throw DiagnosticList(diagnostics) }
        throw DiagnosticList(Array(diagnostics.prefix(options.maximumErrors)) + [Diagnostic(.compile, "error limit reached", at: nil)])
    }

    // MARK: Names

    /// Rules with absolute references and unique locals.
    private func resolved(_ batches: [RuleBatch], _ modules: [Module], _ used: UsedSyntax) throws(DiagnosticList) -> (policies: CompiledPolicies, batches: [ResolvedBatch]) {
        var names: [[String]: Set<String>] = [:]
        for module in modules { for rule in module.rules { names[module.package.path, default: []].insert(rule.head.name) } }
        let globals = modules.map { ReferenceResolution.globals(package: $0.package.path, rules: names[$0.package.path] ?? [], imports: $0.imports) }
        let resolved = Concurrently.map(batches) { ResolvedBatch($0, modules: modules, globals: globals, registry: registry, strict: options.strict) }
        var problems = resolved.flatMap(\.nameProblems)
        if options.strict {
            for (index, module) in modules.enumerated() {
                problems += ImportChecks.unused(in: module, used: resolved.reduce(into: []) { $0.formUnion($1.usedNames[index] ?? []) })
            }
        }
        try stop(problems)
        try stop(resolved.flatMap(\.shadowProblems))
        try stop(modules.filter { $0.refusesShadowing(strict: options.strict) }.flatMap { ImportChecks.duplicates(in: $0) })
        try stop(resolved.flatMap(\.localProblems))
        var localNames: [String: String] = [:]
        for batch in resolved { localNames.merge(batch.localNames) { first, _ in first } }
        var rules = resolved.flatMap(\.rules)
        if used.contains(.with) { WithReplacements.settle(&rules, registry: registry) }
        return (CompiledPolicies(modules: modules, rules: rules, localNames: localNames, used: used), resolved)
    }

    private func checkDeclarations(_ policies: CompiledPolicies, _ batches: [ResolvedBatch], _ arities: FunctionArities, _ used: UsedSyntax) throws(DiagnosticList) {
        let undeclared = UndeclaredVariables(outputs: OutputVariables(arity: { arities[$0] }), registry: registry, localNames: policies.localNames)
        if used.contains(.templateStrings) { try stop(policies.rules.flatMap { undeclared.templateStrings(in: $0) }) }
        try stop(batches.flatMap(\.voidProblems))
        if options.keepsPrint, used.contains(.printing) { try stop(policies.rules.flatMap { undeclared.prints(in: $0) }) }
    }

    // MARK: Safety and types

    /// The rules in the last form that is checked, what they refer to, and what their locals stand for.
    private struct FlatPolicies: Sendable {
        var rules: [CompiledRule]
        var references: [[Int]]
        var originals: OriginalTerms
    }

    /// Puts the literals of the rules in order.
    private func ordered(
        _ policies: inout CompiledPolicies, _ batches: inout [ResolvedBatch], _ arities: FunctionArities, _ used: UsedSyntax, _ dataHasPath: ([String]) -> Bool
    ) throws(DiagnosticList) -> FlatPolicies {
        var rules = policies.rules[...]
        for position in batches.indices {
            let count = batches[position].rules.count
            batches[position].rules = Array(rules.prefix(count))
            rules = rules.dropFirst(count)
        }
        let around = OrderedBatch.Surroundings(
            tree: policies.tree, arities: arities, registry: registry, localNames: policies.localNames, rows: RuleRows(policies.rules, policies.modules), used: used)
        let ordered = Concurrently.map(batches) { OrderedBatch($0.rules, names: $0.remainingNames, around) }
        try stop(ordered.flatMap(\.withProblems))
        try stop(RuleConflicts(policies: policies, tree: policies.tree).check(dataHasPath: dataHasPath))
        try stop(ordered.flatMap(\.functionProblems))
        try stop(ordered.flatMap(\.headProblems))
        try stop(ordered.flatMap(\.safetyProblems))
        policies.put(ordered.flatMap(\.rules))
        var originals = OriginalTerms(localNames: policies.localNames)
        for batch in ordered { originals.terms.merge(batch.origins) { first, _ in first } }
        return FlatPolicies(rules: ordered.flatMap(\.flat), references: ordered.flatMap(\.references), originals: originals)
    }

    private func types(of flat: FlatPolicies, _ policies: CompiledPolicies, beside work: @Sendable (CompiledPolicies) -> Void) throws(DiagnosticList) -> TypeEnvironment {
        let graph = RuleGraph(flat.rules, references: flat.references)
        try stop(graph.recursion())
        let checked = Mutex<(environment: TypeEnvironment, problems: [Diagnostic])?>(nil)
        Concurrently.run({
            var environment = TypeEnvironment(builtins: registry)
            environment.dependents = graph.dependents
            if options.keepsVariableTypes { environment.variables = VariableTypes() }
            let problems = TypeChecker(originals: flat.originals).check(graph.sorted(), in: &environment)
            checked.withLock { $0 = (environment, problems) }
        }, { work(policies) }, areSmall: flat.rules.count <= options.rulesInBatch)
        guard let (environment, problems) = checked.withLock({ $0 }) else { preconditionFailure("types were not checked") }
        try stop(problems)
        let refusing = flat.rules.filter { policies.modules[$0.moduleIndex].refusesShadowing(strict: options.strict) }
        try stop(refusing.flatMap { DeprecatedBuiltins.check($0, registry: registry) })
        return environment
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
        let tree = policies.tree
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
