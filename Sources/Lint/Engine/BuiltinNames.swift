import Rego

enum BuiltinNames {
    /// What a built-in's name begins with: `count`, `time`. Operators are called by symbols.
    static let first: Set<String> = Set(
        BuiltinRegistry.standard.builtins.filter { $0.infix == nil && !$0.name.hasPrefix("internal.") }.compactMap { $0.name.split(separator: ".").first.map(String.init) })
}
