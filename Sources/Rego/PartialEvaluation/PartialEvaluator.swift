/// Evaluates a query as far as it can be without what is unknown, and collects what is left over.
///
/// It goes through flat bodies one literal at a time and unifies in both directions, as OPA's evaluator does; a literal that depends on what
/// is unknown is saved instead, and evaluation goes on as if it held. At the end of the query the saved literals are one of the queries left.
/// Each step is given what follows it, so that a step may hold many times or not at all.
///
/// One evaluator serves one query on one thread.
///
/// Its functions are not optimised: each is given a closure and gives one on, which Swift 6.3's optimiser specialises for one another without end
/// in sight (an optimised build of this module took more than seven minutes, and takes two).
final class PartialEvaluator {
    /// What follows a step that holds.
    typealias Continuation = () throws -> Void

    /// A body at one of its literals.
    struct Frame {
        let body: [PartialExpression]
        var position = 0
        let number: Int
        let bindings: Bindings

        var expression: PartialExpression { body[position] }
    }

    /// Ends a search that needs only one solution.
    struct Found: Error {}

    let rules: PartialRules
    let snapshot: PolicySnapshot
    let builtins: ValueBuiltins
    /// The bindings of the query, whose variables keep their names.
    let caller: Bindings
    var unknown: SaveSet
    var saved = SavedExpressions()
    var support = SupportRules()
    var inlining: Inlining
    /// Nil where there is none.
    var input: Value?
    /// What `with` replaces at the moment.
    var overrides = Overrides()
    /// What rules gave that depend on nothing unknown, for as long as the same things are replaced.
    var memory: [[Value]: Value?] = [:]
    /// Whether a rule depends on what is unknown, by its place among the rules.
    var dependence: [Int: Bool] = [:]
    private var counter = 0
    private var generatedNames = 0
    private var stepsLeft: UInt64
    private let cancellation: Cancellation?
    private let stack = ThreadStack()

    /// The first part of the references that rules of support get.
    static let namespace = PartialTerm.value("partial")

    init(_ snapshot: PolicySnapshot, rules: PartialRules, unknowns: [PartialTerm], disabledInlining: [[PartialTerm]], input: Value?, options: PartialEvaluationOptions) {
        self.snapshot = snapshot
        self.rules = rules
        self.input = input
        caller = Bindings(number: 0)
        unknown = SaveSet(unknowns, caller)
        inlining = Inlining(
            isShallow: options.inlinesNothingUnknown, callsNondeterministicBuiltins: options.callsNondeterministicBuiltins,
            disabled: disabledInlining)
        builtins = ValueBuiltins(snapshot.program, options: options.evaluation)
        stepsLeft = options.evaluation.stepBudget
        cancellation = options.evaluation.cancellation
    }

    // MARK: Frames

    /// A body with bindings of its own.
    @_optimize(none) func enter(_ body: [PartialExpression]) throws -> Frame {
        let number = try nextNumber()
        return Frame(body: body, number: number, bindings: Bindings(number: number))
    }

    /// A body that shares its bindings with what surrounds it.
    @_optimize(none) func closure(_ body: [PartialExpression], _ bindings: Bindings) throws -> Frame {
        Frame(body: body, number: try nextNumber(), bindings: bindings)
    }

    @_optimize(none) private func nextNumber() throws -> Int {
        try countStep()
        counter += 1
        return counter
    }

    /// What follows a step runs inside it, so that each takes some of the stack.
    @_optimize(none) func countStep() throws {
        if stack.isExhausted { throw EvaluationError(.internal, "rules and terms lie too deeply within each other for partial evaluation") }
        guard stepsLeft > 0 else {
            throw EvaluationError(.cancel, "step budget exhausted: the query took more steps than allowed; raise the budget or bound the policy's loops")
        }
        stepsLeft -= 1
        if cancellation?.isCancelled ?? false { throw EvaluationError(.cancel, "caller cancelled query execution") }
    }

    @_optimize(none) func generateName(_ purpose: String) -> String {
        generatedNames += 1
        return "__\(purpose)_\(generatedNames - 1)__"
    }

    // MARK: Bodies

    /// Evaluates the rest of a body.
    @_optimize(none) func evaluate(_ frame: Frame, _ next: @escaping Continuation) throws {
        guard frame.position < frame.body.count else { return try next() }
        try countStep()
        let expression = frame.expression
        let rest: Continuation = { [self] in
            var following = frame
            following.position += 1
            try evaluate(following, next)
        }
        if expression.modifiers.isEmpty { try literal(frame, rest) } else { try with(frame, rest) }
    }

    /// Evaluates a literal without what `with` says.
    @_optimize(none) func literal(_ frame: Frame, _ next: @escaping Continuation) throws {
        let expression = frame.expression
        if expression.isNegated { return try negation(frame, next) }
        switch expression.kind {
        case .call(let call):
            if call.isEquality {
                try unify(call.arguments[0], frame.bindings, call.arguments[1], frame.bindings, frame, next)
            } else {
                try self.call(call, frame, next)
            }
        case .term(let term): try truth(of: term, frame, next)
        case .every(let every): try self.every(every, frame, next)
        }
    }

    /// A term alone holds where it is defined and not false.
    @_optimize(none) private func truth(of term: PartialTerm, _ frame: Frame, _ next: @escaping Continuation) throws {
        if overrides.isActive, openVariables(term, frame.bindings).isEmpty, isUnknown(term, frame.bindings) {
            return try save(PartialExpression(.term(term)).inPlace(of: frame.expression), frame.bindings, next)
        }
        let name = "__term_\(frame.number)_\(frame.position)__"
        inlining.disable(variable: name)
        defer { inlining.enable() }
        try unify(term, frame.bindings, .variable(name), frame.bindings, frame) { [self] in
            if unknown.contains(.variable(name), frame.bindings) {
                return try save(PartialExpression(.term(.variable(name))).inPlace(of: frame.expression), frame.bindings, next)
            }
            if frame.bindings.plug(.variable(name)) != .value(false) { try next() }
        }
    }

    // MARK: Saving

    @_optimize(none) func save(_ expression: PartialExpression, _ bindings: Bindings, _ next: Continuation) throws {
        saved.push(expression, bindings, bindings)
        defer { saved.pop() }
        try next()
    }

    /// Saves an equality; the variables in it are then unknown.
    @_optimize(none) func saveEquality(_ a: PartialTerm, _ aBindings: Bindings, _ b: PartialTerm, _ bBindings: Bindings, _ frame: Frame, _ next: Continuation) throws {
        let expression = PartialExpression.equality(a, b).inPlace(of: frame.expression)
        let variables = openVariables(a, aBindings) + openVariables(b, bBindings)
        for (term, bindings) in variables { unknown.push([term], bindings) }
        saved.push(expression, aBindings, bBindings)
        defer {
            saved.pop()
            for _ in variables { unknown.pop() }
        }
        try next()
    }

    /// Saves a call; what takes its value is then unknown.
    @_optimize(none) func saveCall(_ call: PartialCall, arity: Int, _ frame: Frame, _ next: Continuation) throws {
        let expression = PartialExpression(.call(call)).inPlace(of: frame.expression)
        let variables = call.arguments.count == arity + 1 ? openVariables(call.arguments[arity], frame.bindings) : []
        for (term, bindings) in variables { unknown.push([term], bindings) }
        saved.push(expression, frame.bindings, nil)
        defer {
            saved.pop()
            for _ in variables { unknown.pop() }
        }
        try next()
    }

    /// The variables that a term comes down to, outside closures and but for heads of references.
    @_optimize(none) func openVariables(_ term: PartialTerm, _ bindings: Bindings) -> [(PartialTerm, Bindings)] {
        if case .variable = term { return [(term, bindings)] }
        var names: [String] = []
        func visit(_ term: PartialTerm) {
            switch term {
            case .value, .comprehension: break
            case .variable(let name): if !names.contains(name) { names.append(name) }
            case .ref(let parts): parts.dropFirst().forEach(visit)
            case .array(let terms), .set(let terms): terms.forEach(visit)
            case .object(let entries):
                for entry in entries {
                    visit(entry.key)
                    visit(entry.value)
                }
            case .call(let call): call.arguments.forEach(visit)
            }
        }
        visit(term)
        return names.flatMap { name in
            let (value, owner) = bindings.apply(.variable(name))
            return openVariables(value, owner)
        }
    }
}

extension PartialTerm {
    /// The parts of a reference; of a variable, itself.
    static func referenceParts(_ term: PartialTerm) -> [PartialTerm] { if case .ref(let parts) = term { parts } else { [term] } }
}
