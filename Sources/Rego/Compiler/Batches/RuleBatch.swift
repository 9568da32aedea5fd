/// Rules that are compiled together, apart from others.
///
/// What concerns one rule alone is done for batches side by side. Names that the compiler gives to locals are counted through all rules in OPA, and
/// messages show them: batches count apart, so that where there are errors, and only there, everything is compiled again as one batch.
struct RuleBatch: Sendable {
    /// Rules of one module.
    struct Part: Sendable {
        var module: Int
        var rules: Range<Int>
    }

    var parts: [Part] = []
    var names: LocalNames

    static func batches(of modules: [Module], size: Int) -> [RuleBatch] {
        var batches: [[Part]] = [[]]
        var room = size
        for (index, module) in modules.enumerated() {
            var next = 0
            while next < module.rules.count {
                if room == 0 {
                    batches.append([])
                    room = size
                }
                let end = min(module.rules.count, next + room)
                batches[batches.count - 1].append(Part(module: index, rules: next..<end))
                room -= end - next
                next = end
            }
        }
        let names = LocalNames(avoiding: modules)
        return batches.enumerated().map { RuleBatch(parts: $1, names: names.series($0, of: batches.count)) }
    }
}
