/// A batch in order: as the planner reads it, and in the last form that is checked.
struct OrderedBatch: Sendable {
    var rules: [CompiledRule]
    /// Flat, with references in literals of their own.
    var flat: [CompiledRule]
    /// For each flat rule and branch of `else`, the rules of the tree that it refers to.
    var references: [[Int]]
    /// What the locals of the flat form stand for.
    var origins: [String: Term]
    /// Errors by the pass that found them.
    var withProblems: [Diagnostic] = []
    var functionProblems: [Diagnostic]
    var headProblems: [Diagnostic]
    var safetyProblems: [Diagnostic]

    /// What is the same for all batches.
    struct Surroundings: Sendable {
        let tree: RuleTree
        let arities: FunctionArities
        let registry: BuiltinRegistry
        let localNames: [String: String]
        let rows: RuleRows
        let used: UsedSyntax
    }

    init(_ resolved: [CompiledRule], names: LocalNames, _ around: Surroundings) {
        let with = WithChecks(tree: around.tree, registry: around.registry)
        let arities = around.arities
        if around.used.contains(.with) { withProblems = resolved.flatMap { with.check($0) } }
        var flattening = Flattening(names: names, isFunctionValue: with.isFunctionValue)
        let flat = resolved.map { flattening.rule($0) }
        let functions = FunctionChecks(arities: arities, registry: around.registry, localNames: around.localNames)
        functionProblems = flat.flatMap { functions.check($0) }
        let safety = Safety(outputs: OutputVariables(arity: { arities[$0] }), localNames: around.localNames, rows: around.rows)
        headProblems = flat.flatMap { safety.headProblems($0) }
        let safe = flat.map { safety.rule($0) }
        safetyProblems = safe.flatMap(\.diagnostics)
        rules = zip(resolved, safe).map { LiteralOrdering.rule($0, flat: $1.rule, arity: { arities[$0] }) }
        if !around.used.isDisjoint(with: [.negation, .with]) { rules = rules.map(NegationRewriting.rewritten) }
        var dynamic = DynamicTerms(names: flattening.remainingNames)
        self.flat = safe.map { dynamic.rule($0.rule) }
        origins = flattening.origins.merging(dynamic.origins) { first, _ in first }
        references = self.flat.flatMap { rule in ([rule] + rule.elseBranches).map { around.tree.rules(referredBy: $0) } }
    }
}
