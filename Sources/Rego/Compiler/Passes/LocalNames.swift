/// Gives names to locals that the compiler renames or makes: `__local0__`, `__local1__`, …, without those that the text has.
struct LocalNames: Sendable {
    private var number = 0
    private var step = 1
    private let taken: Set<String>

    init(taken: Set<String> = []) { self.taken = taken }

    /// Without the variables of modules that could be mistaken.
    init(avoiding modules: [Module]) {
        var collection = VariableCollection()
        for module in modules where module.text.contains(Self.prefix) {
            for rule in module.rules { Self.collect(rule, &collection) }
        }
        taken = collection.names.filter(Self.isGenerated)
    }

    private static func collect(_ rule: Rule, _ collection: inout VariableCollection) {
        for term in rule.head.path + (rule.head.arguments ?? []) + [rule.head.key, rule.head.value].compactMap(\.self) { collection.add(term) }
        collection.add(rule.body)
        for branch in rule.elseRule { collect(branch, &collection) }
    }

    /// One of several series that have no name in common.
    func series(_ position: Int, of count: Int) -> LocalNames {
        var series = self
        series.number = position
        series.step = count
        return series
    }

    private static let prefix = "__local"

    static func isGenerated(_ name: String) -> Bool { name.hasPrefix(prefix) }

    mutating func next() -> String {
        while true {
            let name = "\(Self.prefix)\(number)__"
            number += step
            if !taken.contains(name) { return name }
        }
    }
}
