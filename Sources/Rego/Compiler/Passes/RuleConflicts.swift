/// Rules that cannot stand together: of different kinds, with several defaults, above each other's references, or where packages or base data are.
struct RuleConflicts {
    let policies: CompiledPolicies
    let tree: RuleTree

    func check(dataHasPath: ([String]) -> Bool) -> [Diagnostic] {
        var diagnostics: [Diagnostic] = []
        check(0, [], dataHasPath, &diagnostics)
        return diagnostics + packages()
    }

    private func check(_ node: Int, _ path: [Value], _ dataHasPath: ([String]) -> Bool, _ diagnostics: inout [Diagnostic]) {
        let rules = tree.nodes[node].rules.map { tree.rules[$0] }
        if let first = rules.first {
            if let problem = problem(with: rules, node) { diagnostics.append(problem) }
            let names = path.compactMap { if case .string(let name) = $0 { name } else { nil } }
            if names.count == path.count, dataHasPath(names) {
                diagnostics.append(Diagnostic(.compile, "conflicting rule for data path \(names.joined(separator: "/")) found", at: first.location))
            }
        }
        for (key, child) in tree.sortedChildren(of: node) { check(child, path + [key], dataHasPath, &diagnostics) }
    }

    private func problem(with rules: [CompiledRule], _ node: Int) -> Diagnostic? {
        let name = rules[rules.count - 1].referenceText(policies.localNames)
        if rules.contains(where: \.isGroundReference), !tree.nodes[node].children.isEmpty {
            let below = extent(of: node).map { "\n  rule \($0.referenceText(policies.localNames)) at \($0.location.file):\($0.location.row)" }
            return Diagnostic(.type, "rule \(name) conflicts with:\(below.joined())", at: rules[0].location)
        }
        let kinds = Set(rules.map(\.isSingleValue)), arities = Set(rules.map { $0.arguments?.count ?? 0 })
        let completeness = Set(rules.map { $0.isSingleValue && $0.isGroundReference })
        if kinds.count > 1 || arities.count > 1 || completeness.count > 1 {
            return Diagnostic(.type, "conflicting rules \(name) found", at: rules[0].location)
        }
        let defaults = rules.filter(\.isDefault)
        guard defaults.count > 1 else { return nil }
        let places = defaults.map { "\($0.location.file):\($0.location.row)" }.joined(separator: ", ")
        return Diagnostic(.type, "multiple default rules \(name) found at \(places)", at: policies.modules[defaults[0].moduleIndex].package.location)
    }

    /// The rules below a node, without those whose references continue another's.
    private func extent(of node: Int) -> [CompiledRule] {
        var found: [(rule: CompiledRule, path: [Term])] = []
        for (_, child) in tree.sortedChildren(of: node) {
            for position in tree.allRules(below: child) {
                let rule = tree.rules[position]
                let path = rule.path.map { Term(.string($0)) } + rule.dynamicPath
                if found.contains(where: { Self.has(path, prefix: $0.path) }) { continue }
                found.removeAll { Self.has($0.path, prefix: path) }
                found.append((rule, path))
            }
        }
        return found.map(\.rule)
    }

    private static func has(_ path: [Term], prefix: [Term]) -> Bool {
        path.count >= prefix.count && zip(path, prefix).allSatisfy { $0.description == $1.description }
    }

    /// Rules that have the name of a package.
    private func packages() -> [Diagnostic] {
        var modulesOfPackage: [[String]: [Module]] = [:]
        for module in policies.modules { modulesOfPackage[module.package.path, default: []].append(module) }
        var diagnostics: [Diagnostic] = []
        for rule in policies.rules where rule.isGroundReference && rule.dynamicPath.isEmpty {
            let module = policies.modules[rule.moduleIndex]
            guard rule.path.count > module.package.path.count else { continue }
            for other in modulesOfPackage[rule.path] ?? [] {
                let reference = rule.path.dropFirst(module.package.path.count)
                let name = Ref(head: Term(.variable(reference.first ?? "")), path: reference.dropFirst().map { Term(.string($0)) }).description
                diagnostics.append(Diagnostic(
                    .type, "package \(Self.text(other.package.path, root: nil)) conflicts with rule \(name) defined at \(rule.location.file):\(rule.location.row)",
                    at: module.package.location))
            }
        }
        return diagnostics
    }

    /// A path below `data`, or without it.
    static func text(_ path: [String], root: String? = "data") -> String {
        let names = (root.map { [$0] } ?? []) + path
        return Ref(head: Term(.variable(names.first ?? "")), path: names.dropFirst().map { Term(.string($0)) }).description
    }
}
