/// What `with` can change: the documents that a literal sees, and the functions it calls.
///
/// The first context of a query is the plain one; each `with` derives another. Rules are memoised per context.
final class EvaluationContext {
    enum Replacement {
        case value(Datum)
        case group(Int)
        case builtin(Int)
    }

    @exclusivity(unchecked) var input: Datum
    @exclusivity(unchecked) var data: Datum
    /// Document nodes whose rules are replaced by what `data` holds there.
    @exclusivity(unchecked) var hiddenNodes: Set<Int> = []
    @exclusivity(unchecked) var functions: [Int: Replacement] = [:]
    @exclusivity(unchecked) var builtins: [Int: Replacement] = [:]
    @exclusivity(unchecked) var overridesData = false
    /// Results of rule groups: undefined until asked for, undefined with count 1 where the rule has no value.
    let memos: UnsafeMutablePointer<Datum>

    init(input: Datum, data: Datum, memos: UnsafeMutablePointer<Datum>) {
        self.input = input
        self.data = data
        self.memos = memos
    }

    func derive(groupCount: Int, arena: Arena) -> EvaluationContext {
        let memos = arena.data(groupCount)
        memos.initialize(repeating: .undefined, count: groupCount)
        let context = EvaluationContext(input: input, data: data, memos: memos)
        context.hiddenNodes = hiddenNodes
        context.functions = functions
        context.builtins = builtins
        context.overridesData = overridesData
        return context
    }

    var replacesFunctions: Bool { !functions.isEmpty || !builtins.isEmpty }
}
