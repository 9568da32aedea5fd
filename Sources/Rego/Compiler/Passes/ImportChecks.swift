/// Imports that shadow each other, and in strict mode those that nothing uses.
enum ImportChecks {
    static func check(_ module: Module, strict: Bool) -> [Diagnostic] {
        guard module.version == .v1 || strict else { return [] }
        var seen: [String: Import] = [:]
        var diagnostics: [Diagnostic] = []
        for item in module.imports where item.path[0] == "data" || item.path[0] == "input" {
            guard item.path.count > 1 || item.alias != nil else { continue }
            if let earlier = seen[item.name] {
                diagnostics.append(Diagnostic(.compile, "import must not shadow \(text(earlier))", at: item.location))
            } else {
                seen[item.name] = item
            }
        }
        return diagnostics
    }

    static func unused(_ module: Module, used: Set<String>) -> [Diagnostic] {
        module.imports.filter { ($0.path[0] == "data" || $0.path[0] == "input") && !used.contains($0.name) }
            .map { Diagnostic(.compile, "\(text($0, keyword: "import ")) unused", at: $0.location) }
    }

    private static func text(_ item: Import, keyword: String = "import ") -> String {
        var path = item.path[0]
        for segment in item.path.dropFirst() { path += Ref.isPlainName(segment) ? ".\(segment)" : "[\(segment.quotedForRego)]" }
        let alias = item.alias.map { " as \($0)" } ?? ""
        return keyword == "import " ? "import \(path)\(alias)" : "\(path)\(alias)"
    }
}
