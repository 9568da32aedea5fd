import Synchronization

/// Runs planned code against a snapshot: one query at a time, on one thread.
///
/// A machine keeps its memory between queries, so that a warm decision asks the system for nothing.
///
/// INVARIANT exclusive: one thread uses a machine and what belongs to it, and no property is passed inout to what could reach it again: each access
/// is a load or a store. So the properties that every decision touches go without Swift's checks of exclusive access, a tenth of a small decision.
final class Machine {
    /// Ends evaluation; the reason stands in `error`.
    enum Stop: Error { case stopped }

    let region = Region(blockSize: 256 * 1024)
    let arena: Arena
    private let stack: UnsafeMutablePointer<Datum>
    private let stackEnd: UnsafeMutablePointer<Datum>
    @exclusivity(unchecked) var stackTop: UnsafeMutablePointer<Datum>
    private static let stackSize = 1 << 18

    // What the query is about. INVARIANT program: the snapshot outlives the query.
    let groups: UnsafePointer<LinkedGroup>
    let groupCount: Int
    let nodes: UnsafePointer<LinkedNode>
    let implementations: UnsafePointer<Builtin.Implementation>
    let registry: BuiltinRegistry

    @exclusivity(unchecked) var contexts: [EvaluationContext] = []
    @exclusivity(unchecked) var context: EvaluationContext
    @exclusivity(unchecked) var contextNumber = 0
    @exclusivity(unchecked) var memos: UnsafeMutablePointer<Datum>
    @exclusivity(unchecked) var input = Datum.undefined
    /// Whether the current context overrides data or functions.
    @exclusivity(unchecked) var overrides = false

    let builtinContext: BuiltinContext
    @exclusivity(unchecked) var strictBuiltinErrors = false
    @exclusivity(unchecked) var firstBuiltinError: EvaluationError?
    /// Built-ins that failed in this query.
    @exclusivity(unchecked) var builtinErrors = 0
    @exclusivity(unchecked) var error: EvaluationError?

    /// Steps until the budget and cancellation are looked at again.
    @exclusivity(unchecked) var stepsUntilCheck = 0
    @exclusivity(unchecked) var stepsLeft: UInt64 = 0
    @exclusivity(unchecked) var cancellation: Cancellation?
    @exclusivity(unchecked) var depth = 0
    /// How deep rules and functions may call each other, where the thread's stack has room for that.
    static let depthLimit = 4_000
    private var threadStack = ThreadStack()
    private static let checkInterval = 4_096

    let callMemory = CallMemory()
    let joinIndexes: JoinIndexes
    let ruleMemory: RuleMemory
    /// What stays from query to query.
    private let lasting = Region(blockSize: 4 * 1024)

    /// Places of the policies' code and of the query's.
    @exclusivity(unchecked) private var locations: (policies: CodeLocations, query: CodeLocations)
    /// The values of each solution of the query, in the arena.
    @exclusivity(unchecked) var solutions: [UnsafeBufferPointer<Datum>] = []
    @exclusivity(unchecked) var observer: Observer?
    /// Messages of `trace` that the observer has been told.
    @exclusivity(unchecked) var notesTold = 0
    @exclusivity(unchecked) var casesTold = 0

    /// Where the instructions of a unit come from.
    ///
    /// INVARIANT program: the unit lives as long as the code. It is not counted here: all threads would count at one place, twice a decision.
    struct CodeLocations {
        let code: UnsafePointer<Instruction>
        unowned(unsafe) let plan: PlannedCode
    }

    init(snapshot: SnapshotProgram) {
        arena = region.arena
        stack = .allocate(capacity: Self.stackSize)
        stackEnd = stack + Self.stackSize
        stackTop = stack
        groups = snapshot.groups
        groupCount = snapshot.groupCount
        nodes = snapshot.nodes
        implementations = snapshot.implementations
        registry = snapshot.registry
        builtinContext = BuiltinContext(snapshot: snapshot)
        ruleMemory = RuleMemory(groupCount: snapshot.groupCount, lasting: lasting.arena)
        joinIndexes = JoinIndexes(snapshot: snapshot, persistent: lasting.arena)
        memos = ruleMemory.memos
        context = EvaluationContext(input: .undefined, data: snapshot.data, memos: memos)
        contexts = [context]
        let own = CodeLocations(code: snapshot.code, plan: snapshot.plannedCode)
        locations = (own, own)
    }

    deinit {
        stack.deallocate()
        callMemory.free()
        joinIndexes.free()
        ruleMemory.free()
    }

    /// Forgets the last query. What it produced must have been copied out.
    func reset() {
        region.reset()
        callMemory.forget()
        joinIndexes.forget()
        ruleMemory.forget()
        builtinErrors = 0
        stackTop = stack
        solutions.removeAll(keepingCapacity: true)
        firstBuiltinError = nil
        error = nil
        observer = nil
        notesTold = 0
        casesTold = 0
        depth = 0
    }

    /// Makes ready for a query about an input.
    func begin(input: Datum, options: EvaluationOptions) {
        builtinContext.begin(options)
        if !threadStack.isCurrent { threadStack = ThreadStack() }
        strictBuiltinErrors = options.strictBuiltinErrors
        stepsLeft = options.stepBudget
        stepsUntilCheck = 0
        cancellation = options.cancellation
        contexts.removeSubrange(1...)
        contexts[0].input = input
        setContext(0)
    }

    func setContext(_ number: Int) {
        context = contexts[number]
        contextNumber = number
        memos = context.memos
        input = context.input
        overrides = context.overridesData || context.replacesFunctions
    }

    // MARK: Ending

    func stop(_ code: EvaluationError.Code, _ message: String, at location: SourceLocation?) -> Stop {
        error = EvaluationError(code, message, at: location)
        return .stopped
    }

    /// Makes ready for a query's code, which is unit 1.
    func enter(_ query: QueryProgram) { locations.query = CodeLocations(code: query.code, plan: query.plannedCode) }

    /// The policies' code as it was planned, or the query's.
    func codeUnit(_ number: Int) -> CodeUnit { number == 0 ? locations.policies.plan.unit : locations.query.plan.unit }

    func location(of instruction: UnsafePointer<Instruction>, unit: Int) -> SourceLocation? {
        let (code, unit) = (unit == 0 ? locations.policies.code : locations.query.code, codeUnit(unit))
        let position = instruction - code
        guard unit.instructionLocations.indices.contains(position) else { return nil }
        return unit.locations[Int(unit.instructionLocations[position])]
    }

    @inline(never)
    func checkBudget() throws(Stop) {
        if let cancellation, cancellation.isCancelled { throw stop(.cancel, "caller cancelled query execution", at: nil) }
        guard stepsLeft > 0 else {
            throw stop(.cancel, "step budget exhausted: the query took more steps than allowed; raise the budget or bound the policy's loops", at: nil)
        }
        let next = min(UInt64(Self.checkInterval), stepsLeft)
        stepsLeft -= next
        stepsUntilCheck = Int(next)
    }

    @inline(__always)
    func countStep() throws(Stop) {
        stepsUntilCheck -= 1
        if stepsUntilCheck < 0 { try checkBudget() }
    }

    // MARK: Frames

    /// Room for a procedure's registers at the top of the stack.
    @inline(__always)
    func reserve(_ count: Int) throws(Stop) {
        if stackTop + (count + 256) > stackEnd || depth > Self.depthLimit || threadStack.isExhausted {
            throw stop(.internal, "evaluation is nested too deeply: rules and functions call each other over \(depth) levels", at: nil)
        }
    }

    // MARK: Access

    /// The member of a value under a key; undefined where there is none.
    @inline(__always)
    static func member(_ value: Datum, _ key: Datum) -> Datum {
        switch value.tag {
        case .object: return value.stored.pointee.lookup(key)
        case .array:
            var position = key
            if key.tag == .number {
                guard let integer = key.number.integer else { return .undefined }
                position = .integer(integer)
            }
            guard position.tag == .integer, position.payload < UInt64(value.count) else { return .undefined }
            return value.elements[Int(position.payload)]
        case .set: return value.table.pointee.position(of: key).map { value.table.pointee.keys[$0] } ?? .undefined
        default: return .undefined
        }
    }

    /// Whether a collection has a member, as `in` asks.
    static func contains(_ collection: Datum, _ member: Datum) -> Bool {
        switch collection.tag {
        case .array:
            for element in collection.elements where Datum.equals(element, member) { return true }
            return false
        case .set: return collection.table.pointee.position(of: member) != nil
        case .object:
            let table = collection.table
            for position in 0..<table.pointee.count where Datum.equals(table.pointee.value(at: position), member) { return true }
            return false
        default: return false
        }
    }

    static func holds(_ comparison: Comparison, _ a: Datum, _ b: Datum) -> Bool {
        switch comparison {
        case .equal: Datum.equals(a, b)
        case .notEqual: !Datum.equals(a, b)
        case .less: Datum.compare(a, b) < 0
        case .lessOrEqual: Datum.compare(a, b) <= 0
        case .greater: Datum.compare(a, b) > 0
        case .greaterOrEqual: Datum.compare(a, b) >= 0
        }
    }
}

/// A flag that ends evaluations from another thread.
public final class Cancellation: Sendable {
    private let flag = Atomic<Bool>(false)
    public init() {}
    /// Ends every evaluation that was given this cancellation, at its next few thousand steps.
    public func cancel() { flag.store(true, ordering: .relaxed) }
    public var isCancelled: Bool { flag.load(ordering: .relaxed) }
}
