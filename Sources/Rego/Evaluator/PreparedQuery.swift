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
    /// The cases that parameterised tests began with, each as an array of keys.
    public var testCases: [Value]
    /// What non-deterministic built-ins answered, `{name: {[argument, …]: answer}}`; nil where it was not recorded.
    public var nondeterminism: Value?
    /// Loop iterations and calls that were taken, to the next few thousand.
    public var steps: UInt64
    /// Bytes of the machine's region that the evaluation used.
    public var memory: Int
}

/// A query compiled against a snapshot, to be asked many times from any thread.
public struct PreparedQuery: Sendable {
    private let snapshot: PolicySnapshot
    private let program: QueryProgram

    init(snapshot: PolicySnapshot, text: String, original: Body, query: CompiledQuery) {
        self.snapshot = snapshot
        program = QueryProgram(snapshot: snapshot, text: text, original: original, query: query)
    }

    private init(snapshot: PolicySnapshot, program: QueryProgram) {
        self.snapshot = snapshot
        self.program = program
    }

    /// The same query against a snapshot that differs only in data, without compiling it again; nil where the policies are others.
    public func moved(to snapshot: PolicySnapshot) -> PreparedQuery? {
        guard snapshot.program.sharesPolicies(with: self.snapshot.program) else { return nil }
        return PreparedQuery(snapshot: snapshot, program: program.relinked(to: snapshot.program))
    }

    private func read(_ input: InputSource, _ machine: Machine, _ options: EvaluationOptions) throws(EvaluationError) -> Datum {
        switch input {
        case .none: return .undefined
        case .value(let value): return machine.arena.datum(value)
        case .json(let bytes):
            // The copy in the arena outlives the reading, as the values need.
            let copy = machine.arena.string(bytes)
            return try read(UnsafeRawBufferPointer(copy.bytes), machine, nesting: options.inputDepth, isRequest: false)
        }
    }

    private func read(_ text: UnsafeRawBufferPointer, _ machine: Machine, nesting: Int, isRequest: Bool) throws(EvaluationError) -> Datum {
        do throws(JSONReader.JSONRefusal) {
            let seen: JSONReader.Seen = isRequest ? .inputMember(program.projection) : .document(program.projection)
            return try JSONReader.read(text, into: machine.arena, symbols: snapshot.program.symbols, nesting: nesting, seen: seen)
        } catch {
            throw EvaluationError(.invalidInput, "input is not valid JSON: \(JSONReason.describe(Array(text), offset: error.offset, nesting: nesting))")
        }
    }

    /// Evaluates the query and gives all solutions.
    public func evaluate(input: InputSource = .none, options: EvaluationOptions = .init()) throws(EvaluationError) -> QueryResult {
        let machine = snapshot.takeMachine()
        defer { snapshot.giveBack(machine) }
        let document = try read(input, machine, options)
        try run(machine, document, options)
        let solutions = machine.solutions.map { program.solution($0) }
        return QueryResult(
            solutions: solutions, prints: machine.builtinContext.prints, traceNotes: machine.builtinContext.notes,
            testCases: machine.builtinContext.testCases,
            nondeterminism: machine.builtinContext.recordedAnswers, steps: options.stepBudget - machine.stepsLeft - UInt64(max(0, machine.stepsUntilCheck)),
            memory: machine.arena.usedBytes)
    }

    private func run(_ machine: Machine, _ input: Datum, _ options: EvaluationOptions) throws(EvaluationError) {
        machine.begin(input: input, options: options)
        machine.observer = options.observer
        machine.enter(program)
        do throws(Machine.Stop) {
            _ = try machine.run(program.procedure, machine.stackTop)
        } catch {
            throw machine.error ?? EvaluationError(.internal, "evaluation stopped without a reason")
        }
        machine.observer?.end()
        if let error = machine.firstBuiltinError { throw error }
    }

    /// Decides about an input given as JSON text: appends the value of the query's last expression as JSON, and says whether it is defined.
    ///
    /// The shortest way from bytes to bytes: nothing is converted on the way. Of several solutions the first counts.
    public func decide(inputJSON: UnsafeRawBufferPointer, options: EvaluationOptions = .init(), appendingTo output: inout [UInt8]) throws(EvaluationError) -> DecisionReport {
        try decide(inputJSON, isRequest: false, options: options, appendingTo: &output)
    }

    /// Like `decide(inputJSON:)`, where the text is an object whose member `input` is the input, as in a request of OPA's Data API.
    ///
    /// An empty text, a missing member and null all mean that there is no input.
    public func decide(requestJSON: UnsafeRawBufferPointer, options: EvaluationOptions = .init(), appendingTo output: inout [UInt8]) throws(EvaluationError) -> DecisionReport {
        try decide(requestJSON, isRequest: true, options: options, appendingTo: &output)
    }

    private func decide(_ text: UnsafeRawBufferPointer, isRequest: Bool, options: EvaluationOptions, appendingTo output: inout [UInt8]) throws(EvaluationError) -> DecisionReport {
        let machine = snapshot.takeMachine()
        defer { snapshot.giveBack(machine) }
        var document = text.count == 0 ? Datum.undefined : try read(text, machine, nesting: options.inputDepth, isRequest: isRequest)
        if isRequest, text.count > 0 { document = try Self.inputMember(document) }
        try run(machine, document, options)
        var report = DecisionReport(
            isDefined: false, hasInput: !document.isUndefined, prints: machine.builtinContext.prints, nondeterminism: machine.builtinContext.recordedAnswers,
            steps: options.stepBudget - machine.stepsLeft - UInt64(max(0, machine.stepsUntilCheck)), memory: machine.arena.usedBytes)
        guard let first = machine.solutions.first, let value = first.last else { return report }
        JSONWriter.write(value, to: &output)
        report.isDefined = true
        return report
    }

    /// The member `input`, in any case of letters as Go's decoder has it.
    static func inputMember(_ request: Datum) throws(EvaluationError) -> Datum {
        guard request.tag == .object else { throw EvaluationError(.invalidInput, "the request must be a JSON object with the member \"input\"") }
        let members = ObjectView(request)
        if let input = members["input"] { return input.tag == .null ? .undefined : input }
        for position in 0..<members.count where members.keys[position].text.lowercased() == "input" {
            let input = members.value(at: position)
            return input.tag == .null ? .undefined : input
        }
        return .undefined
    }
}

/// What is known about a decision beside its value.
public struct DecisionReport: Sendable {
    public var isDefined: Bool
    public var hasInput: Bool
    public var prints: [PrintedLine]
    /// What non-deterministic built-ins answered, `{name: {[argument, …]: answer}}`; nil where it was not recorded.
    public var nondeterminism: Value?
    /// Loop iterations and calls that were taken, to the next few thousand.
    public var steps: UInt64
    /// Bytes of the machine's region that the evaluation used.
    public var memory: Int

    public init(isDefined: Bool, hasInput: Bool, prints: [PrintedLine] = [], nondeterminism: Value? = nil, steps: UInt64 = 0, memory: Int = 0) {
        self.isDefined = isDefined
        self.hasInput = hasInput
        self.prints = prints
        self.nondeterminism = nondeterminism
        self.steps = steps
        self.memory = memory
    }
}
