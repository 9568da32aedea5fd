/// Imports that shadow each other, and those that nothing uses.
enum ImportChecks {
    /// In v1 and in strict mode, two imports may not have one name.
    static func duplicates(in module: Module) -> [Diagnostic] {
        var seen: [String: Import] = [:]
        var diagnostics: [Diagnostic] = []
        for item in module.imports {
            if let earlier = seen[item.name] {
                diagnostics.append(Diagnostic(.compile, "import must not shadow \(text(earlier))", at: item.location))
            } else {
                seen[item.name] = item
            }
        }
        return diagnostics
    }

    static func unused(in module: Module, used: Set<String>) -> [Diagnostic] {
        module.imports.filter { ($0.path[0] == "data" || $0.path[0] == "input") && !used.contains($0.name) }
            .map { Diagnostic(.compile, "\(text($0)) unused", at: $0.location) }
    }

    private static func text(_ item: Import) -> String {
        let path = Ref(head: Term(.variable(item.path[0])), path: item.path.dropFirst().map { Term(.string($0)) })
        return "import \(path)\(item.alias.map { " as \($0)" } ?? "")"
    }
}
