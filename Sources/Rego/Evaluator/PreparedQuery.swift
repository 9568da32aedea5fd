/// What a query is asked about.
public enum InputSource: Sendable {
    case none
    case value(Value)
    /// JSON text.
    case json([UInt8])
}

public struct EvaluationOptions: Sendable {
    /// The first error of a built-in ends the query instead of making an expression undefined.
    public var strictBuiltinErrors = false
    /// Loop iterations and calls that the query may take.
    public var stepBudget: UInt64 = 500_000_000
    public var cancellation: Cancellation?
    /// Nanoseconds since 1970 that `time.now_ns` gives; the clock's where nil.
    public var now: Int64?
    /// Fixes what `rand.intn` and `uuid.rfc4122` give.
    public var seed: UInt64?
    /// What `opa.runtime()` gives.
    public var runtime: Value = .object([])
    /// Told of every literal that is evaluated, where the policies were compiled with `observes`.
    public var observer: Observer?
    public init() {}
}

/// Sees where evaluation goes: for coverage and failing tests.
public final class Observer: @unchecked Sendable {
    // Only the thread that evaluates calls `observe`, and results are read after evaluation.
    public struct Event: Sendable {
        public var location: SourceLocation
        /// How many rules and functions were being evaluated.
        public var depth: Int
        public var variables: [(name: String, value: Value)]
    }

    /// File and row of every literal that was reached.
    public private(set) var lines: Set<Line> = []
    /// The literal of each depth that was reached last.
    public private(set) var last: [Int: Event] = [:]
    private let keepsVariables: Bool

    public struct Line: Hashable, Sendable {
        public var file: String
        public var row: Int
    }

    public init(keepsVariables: Bool) { self.keepsVariables = keepsVariables }

    func observe(_ location: SourceLocation, depth: Int, variables: [(Datum, Datum)]) {
        lines.insert(Line(file: location.file, row: location.row))
        guard keepsVariables else { return }
        last[depth] = Event(location: location, depth: depth, variables: variables.filter { $0.1.tag != .undefined && $0.1.tag != .document }.map { ($0.0.text, Value($0.1)) })
    }
}

/// What a query found.
public struct QueryResult: Sendable {
    public struct Solution: Sendable {
        /// The query's variables, sorted by name.
        public var bindings: [(name: String, value: Value)]
        public var expressions: [(value: Value, text: String, location: SourceLocation)]
    }
    public var solutions: [Solution]
    public var prints: [PrintedLine]
    public var traceNotes: [String]
    /// Loop iterations and calls that were taken, to the next few thousand.
    public var steps: UInt64
}

/// A query compiled against a snapshot, to be asked many times from any thread.
public struct PreparedQuery: Sendable {
    private let snapshot: PolicySnapshot
    private let program: QueryProgram

    init(snapshot: PolicySnapshot, text: String, original: Body, query: CompiledQuery) {
        self.snapshot = snapshot
        program = QueryProgram(snapshot: snapshot, text: text, original: original, query: query)
    }

    private func makeContext(_ options: EvaluationOptions) -> BuiltinContext {
        BuiltinContext(now: options.now ?? WallClock.nanoseconds(), runtime: options.runtime, cache: snapshot.program.cache, seed: options.seed)
    }

    private func read(_ input: InputSource, _ machine: Machine) throws(EvaluationError) -> Datum {
        switch input {
        case .none: return .undefined
        case .value(let value): return machine.arena.datum(value)
        case .json(let bytes):
            // The copy in the arena outlives the reading, as the values need.
            let copy = machine.arena.string(bytes)
            return try read(UnsafeRawBufferPointer(copy.bytes), machine)
        }
    }

    private func read(_ text: UnsafeRawBufferPointer, _ machine: Machine) throws(EvaluationError) -> Datum {
        do throws(JSONReader.JSONRefusal) {
            return try JSONReader.read(text, into: machine.arena, symbols: snapshot.program.symbols)
        } catch {
            throw EvaluationError(.invalidInput, "input is not valid JSON: \(JSONReason.describe(Array(text), offset: error.offset))")
        }
    }

    /// Evaluates the query and gives all solutions.
    public func evaluate(input: InputSource = .none, options: EvaluationOptions = .init()) throws(EvaluationError) -> QueryResult {
        let context = makeContext(options)
        let machine = snapshot.takeMachine(context)
        defer { snapshot.giveBack(machine) }
        let document = try read(input, machine)
        try run(machine, document, options, context)
        let solutions = machine.solutions.map { program.solution($0) }
        return QueryResult(
            solutions: solutions, prints: context.prints, traceNotes: context.notes,
            steps: options.stepBudget - machine.stepsLeft - UInt64(max(0, machine.stepsUntilCheck)))
    }

    private func run(_ machine: Machine, _ input: Datum, _ options: EvaluationOptions, _ context: BuiltinContext) throws(EvaluationError) {
        machine.begin(input: input, options: options, builtinContext: context)
        machine.observer = options.observer
        machine.enter(program)
        do throws(Machine.Stop) {
            _ = try machine.run(program.procedure, machine.stackTop)
        } catch {
            throw machine.error ?? EvaluationError(.internal, "evaluation stopped without a reason")
        }
        if let error = machine.firstBuiltinError { throw error }
    }

    /// Decides about an input given as JSON text: appends the value of the query's last expression as JSON, and says whether it is defined.
    ///
    /// The shortest way from bytes to bytes: nothing is converted on the way. Of several solutions the first counts.
    public func decide(inputJSON: UnsafeRawBufferPointer, options: EvaluationOptions = .init(), appendingTo output: inout [UInt8]) throws(EvaluationError) -> Bool {
        let context = makeContext(options)
        let machine = snapshot.takeMachine(context)
        defer { snapshot.giveBack(machine) }
        let document = inputJSON.count == 0 ? Datum.undefined : try read(inputJSON, machine)
        try run(machine, document, options, context)
        guard let first = machine.solutions.first, let value = first.last else { return false }
        JSONWriter.write(value, to: &output)
        return true
    }
}

/// A query's code, linked against a snapshot.
///
/// Owns the region that its pointers lead into; nothing writes there after `init`, so sharing it between threads is safe (INVARIANT linked).
final class QueryProgram: @unchecked Sendable {
    let region: Region
    let procedure: UnsafePointer<LinkedProcedure>
    let locations: Machine.CodeLocations
    private let variables: [(name: String, local: String)]
    private let expressions: [(text: String, location: SourceLocation)]

    init(snapshot: PolicySnapshot, text: String, original: Body, query: CompiledQuery) {
        let plan = snapshot.program.plan
        var functionGroups: [[String]: Int] = [:]
        for (number, group) in plan.groups.enumerated() where group.kind.isFunction { functionGroups[group.path] = number }
        var scope = PlanScope(registry: snapshot.program.registry, documents: plan.documents, groups: plan.groups, functionGroups: functionGroups)
        scope.localNames = query.localNames
        MockedFunctions.collect(query.body, &scope.mocked)
        let planned = QueryPlanner(scope: scope).plan(query)
        variables = query.variables
        let bytes = SourceText(file: "", text: text)
        expressions = original.map { expression in
            let start = expression.location.offset
            let end = min(bytes.bytes.count, start + expression.location.length)
            return (start < end ? bytes.text(start..<end) : expression.description, expression.location)
        }
        region = Region(blockSize: 4096)
        let linker = Linker(arena: region.arena, symbols: snapshot.program.symbols, interns: false, data: snapshot.program.data)
        procedure = linker.link(planned, number: 1)
        locations = Machine.CodeLocations(code: procedure.pointee.code, unit: planned)
    }

    /// A solution's values: the variables', then the expressions'.
    func solution(_ values: [Datum]) -> QueryResult.Solution {
        var bindings: [(name: String, value: Value)] = []
        for (position, variable) in variables.enumerated() where !values[position].isUndefined { bindings.append((variable.name, Value(values[position]))) }
        bindings.sort { Value.order($0.name, $1.name) < 0 }
        let results = values.dropFirst(variables.count)
        return QueryResult.Solution(bindings: bindings, expressions: zip(results, expressions).map { (Value($0), $1.text, $1.location) })
    }
}

extension Machine {
    func enter(_ query: QueryProgram) {
        if locations.count > 1 { locations.removeLast() }
        locations.append(query.locations)
    }
}
