/// The values of rules in the plain context of a query, and those that hold for every query.
///
/// A memo is undefined until the rule was asked for; where the rule has no value it is undefined with count 1.
///
/// INVARIANT memos: between queries every memo is untouched, or a value that is `lasting` and lies in memory which lives as long as the machine.
struct RuleMemory: BitwiseCopyable {
    let memos: UnsafeMutablePointer<Datum>
    /// Numbers of the memos to be forgotten, so that forgetting costs what was remembered, not the number of rules.
    private let touched: UnsafeMutablePointer<Int32>
    private let touchedCount: UnsafeMutablePointer<Int>
    private let arena: Arena

    init(groupCount: Int, lasting arena: Arena) {
        memos = .allocate(capacity: max(1, groupCount))
        memos.initialize(repeating: .undefined, count: groupCount)
        touched = .allocate(capacity: max(1, groupCount))
        touchedCount = .allocate(capacity: 1)
        touchedCount.initialize(to: 0)
        self.arena = arena
    }

    func free() {
        memos.deallocate()
        touched.deallocate()
        touchedCount.deallocate()
    }

    static func memo(_ value: Datum) -> Datum { value.isUndefined ? Datum(.undefined, count: 1) : value }

    /// Keeps a value to the end of the query.
    func remember(_ value: Datum, of number: Int) {
        memos[number] = Self.memo(value)
        touched[touchedCount.pointee] = Int32(truncatingIfNeeded: number)
        touchedCount.pointee += 1
    }

    /// Keeps a value for all queries to come.
    func keep(_ value: Datum, of number: Int) { memos[number] = Self.memo(arena.copy(value)) }

    /// The value that was kept for all queries. Only for rules that are remembered in no other way.
    func lasting(_ number: Int) -> Datum? {
        let memo = memos[number]
        return memo.isUndefined && memo.count == 0 ? nil : memo
    }

    func forget() {
        for position in 0..<touchedCount.pointee { memos[Int(touched[position])] = .undefined }
        touchedCount.pointee = 0
    }
}
