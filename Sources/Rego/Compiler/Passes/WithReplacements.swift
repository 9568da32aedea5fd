/// Finds the built-ins that `with` names as values: they stand for the function, and are no variables.
enum WithReplacements {
    static func settle(_ rules: inout [CompiledRule], registry: BuiltinRegistry) {
        for position in rules.indices { settle(&rules[position], registry) }
    }

    private static func settle(_ rule: inout CompiledRule, _ registry: BuiltinRegistry) {
        rule.body = settled(rule.body, registry)
        rule.dynamicPath = rule.dynamicPath.map { settled($0, registry) }
        rule.key = rule.key.map { settled($0, registry) }
        rule.value = rule.value.map { settled($0, registry) }
        settle(&rule.elseBranches, registry: registry)
    }

    static func settle(_ body: inout Body, registry: BuiltinRegistry) { body = settled(body, registry) }

    private static func settled(_ body: Body, _ registry: BuiltinRegistry) -> Body {
        body.map { expression in
            var result = expression.mapTerms({ settled($0, registry) }, body: { settled($0, registry) })
            for position in result.withModifiers.indices { result.withModifiers[position].replacement = replacement(result.withModifiers[position], registry) }
            return result
        }
    }

    private static func settled(_ term: Term, _ registry: BuiltinRegistry) -> Term {
        term.mapParts({ settled($0, registry) }, bodies: { body, heads in (settled(body, registry), heads.map { settled($0, registry) }) })
    }

    private static func replacement(_ modifier: WithModifier, _ registry: BuiltinRegistry) -> [String]? {
        guard let target = PlanScope.segments(of: modifier.target), target[0] != "input" else { return nil }
        guard let name = PlanScope.segments(of: modifier.value), registry[name.joined(separator: ".")] != nil else { return nil }
        return name
    }
}
