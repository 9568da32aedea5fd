/// Rules that cannot stand together: of different kinds, with several defaults, above each other's references, or where base data is.
enum RuleConflicts {
    static func check(_ policies: CompiledPolicies, dataHasPath: ([String]) -> Bool) -> [Diagnostic] {
        var diagnostics: [Diagnostic] = []
        var groups: [[String]: [CompiledRule]] = [:]
        var order: [[String]] = []
        for rule in policies.rules {
            if groups[rule.path] == nil { order.append(rule.path) }
            groups[rule.path, default: []].append(rule)
        }
        for path in order {
            let rules = groups[path] ?? []
            let name = text(path)
            let kinds = Set(rules.map(kind))
            let defaults = rules.filter(\.isDefault)
            if defaults.count > 1 {
                let places = defaults.map { "\($0.location.file):\($0.location.row)" }.joined(separator: ", ")
                diagnostics.append(Diagnostic(.type, "multiple default rules \(name) found at \(places)", at: defaults[0].location))
            }
            if kinds.count > 1 {
                let isDefaultOnPartial = !defaults.isEmpty && kinds.contains { $0.hasPrefix("partial") }
                _ = isDefaultOnPartial
                let places = rules.map { "\($0.location.file):\($0.location.row)" }.joined(separator: ", ")
                diagnostics.append(Diagnostic(.type, "conflicting rules \(name) found at \(places)", at: rules[0].location))
            }
            if kind(rules[0]) == "complete" {
                let below = order.filter { $0.count > path.count && $0.starts(with: path) }
                if !below.isEmpty {
                    diagnostics.append(Diagnostic(.type, "rule \(name) conflicts with [\(below.map(text).joined(separator: " "))]", at: rules[0].location))
                }
            }
            if dataHasPath(path) {
                diagnostics.append(Diagnostic(.compile, "conflicting rule for data path \(path.joined(separator: "/")) found", at: rules[0].location))
            }
        }
        for module in policies.modules {
            let path = module.package.path
            guard let parent = path.indices.lazy.map({ Array(path[...$0]) }).first(where: { groups[$0] != nil }), let rule = groups[parent]?.first else { continue }
            guard policies.modules[rule.moduleIndex].package.path.count < parent.count else { continue }
            diagnostics.append(Diagnostic(
                .type, "package \(path.joined(separator: ".")) conflicts with rule \(parent.last ?? "") defined at \(rule.location.file):\(rule.location.row)",
                at: module.package.location))
        }
        return diagnostics
    }

    private static func kind(_ rule: CompiledRule) -> String {
        if let arguments = rule.arguments { return "function \(arguments.count)" }
        if !rule.dynamicPath.isEmpty { return "partial object" }
        return rule.key == nil ? "complete" : "partial set"
    }

    static func text(_ path: [String]) -> String {
        var text = "data"
        for segment in path { text += Ref.isPlainName(segment) ? ".\(segment)" : "[\(segment.quotedForRego)]" }
        return text
    }
}
