/// Replaces calls of `rego.metadata.rule` and `rego.metadata.chain` by what the annotations say.
enum MetadataRewriting {
    static func rewrite(_ policies: inout CompiledPolicies) {
        for position in policies.rules.indices {
            let rule = policies.rules[position]
            guard uses(rule) else { continue }
            let chain = chain(of: rule, in: policies.modules)
            let own = rule.annotations(in: policies.modules).first { $0.scope == .rule }
            let replacements = ["rego.metadata.chain": Term(literal: chain), "rego.metadata.rule": Term(literal: own?.fields ?? .object([]))]
            policies.rules[position] = replacing(rule, replacements)
        }
    }

    private static func uses(_ rule: CompiledRule) -> Bool {
        var found = false
        func visit(_ term: Term) {
            if case .call(let call) = term.kind, call.name.hasPrefix("rego.metadata.") { found = true }
        }
        for branch in [rule] + rule.elseBranches {
            for expression in branch.body { expression.walkDeep(visit) }
            for term in branch.dynamicPath + [branch.key, branch.value].compactMap(\.self) { term.walkDeep(visit) }
        }
        return found
    }

    private static func replacing(_ rule: CompiledRule, _ replacements: [String: Term]) -> CompiledRule {
        var result = rule
        func term(_ term: Term) -> Term {
            if case .call(let call) = term.kind, let replacement = replacements[call.name] { return replacement }
            return term.mapParts(self_, bodies: { body, heads in (bodies(body), heads.map(self_)) })
        }
        func self_(_ part: Term) -> Term { term(part) }
        func bodies(_ body: Body) -> Body {
            body.map { expression in
                var expression = expression
                switch expression.kind {
                case .term(let whole): expression.kind = .term(term(whole))
                case .every(var every):
                    every.domain = term(every.domain)
                    every.body = bodies(every.body)
                    expression.kind = .every(every)
                case .some, .someIn: break
                }
                return expression
            }
        }
        result.body = bodies(rule.body)
        result.key = rule.key.map(term)
        result.value = rule.value.map(term)
        result.dynamicPath = rule.dynamicPath.map(term)
        result.elseBranches = rule.elseBranches.map { replacing($0, replacements) }
        return result
    }

    /// From the rule outwards: rule, document, package, packages around it.
    private static func chain(of rule: CompiledRule, in modules: [Module]) -> Value {
        let module = modules[rule.moduleIndex]
        func link(_ path: [String], _ annotations: Annotations?) -> Value {
            var pairs: [(Value, Value)] = [(.string("path"), .array(path.map { .string($0) }))]
            if let annotations { pairs.append((.string("annotations"), annotations.fields)) }
            return Value.makeObject(pairs)
        }
        let rulePath = rule.path
        var links: [Value] = []
        let own = rule.annotations(in: modules)
        links.append(link(rulePath, own.first { $0.scope == .rule }))
        let documents = modules.filter { $0.package.path == module.package.path }.flatMap(\.rules)
            .filter { module.package.path + [$0.head.name] == Array(rulePath.prefix(module.package.path.count + 1)) }.flatMap(\.annotations)
        if let document = documents.first(where: { $0.scope == .document }) { links.append(link(rulePath, document)) }
        let package = modules.filter { $0.package.path == module.package.path }.flatMap(\.annotations).first { $0.scope == .package }
        if let package { links.append(link(module.package.path, package)) }
        var around = module.package.path
        while !around.isEmpty {
            let outer = modules.filter { $0.package.path == around }.flatMap(\.annotations).first { $0.scope == .subpackages }
            if let outer { links.append(link(around, outer)) }
            around.removeLast()
        }
        return .array(links)
    }
}

extension CompiledRule {
    func annotations(in modules: [Module]) -> [Annotations] {
        modules[moduleIndex].rules.first { $0.location == location }?.annotations ?? []
    }
}

extension Term {
    /// The literal for a value.
    init(literal value: Value) {
        switch value {
        case .null: self.init(.null)
        case .boolean(let boolean): self.init(.boolean(boolean))
        case .number(let number): self.init(.number(number.text))
        case .string(let text): self.init(.string(text))
        case .array(let elements): self.init(.array(elements.map { Term(literal: $0) }))
        case .set(let members): self.init(.set(members.map { Term(literal: $0) }))
        case .object(let entries): self.init(.object(entries.map { ObjectEntry(key: Term(literal: $0.key), value: Term(literal: $0.value)) }))
        }
    }
}
