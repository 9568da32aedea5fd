/// Asks the engine about single terms and the beginnings of bodies, within the limits of one explanation.
///
/// One thread uses it, for one explanation.
final class ExplanationEngine {
    let snapshot: PolicySnapshot
    let rules: ExplainedRules
    private let limits: ExplanationLimits
    private var options: EvaluationOptions
    private var queriesLeft: Int
    private(set) var decisionsLeft: Int
    private let texts: [String: SourceText]
    /// More solutions than these are not looked at.
    static let solutionLimit = 8

    /// - Parameter options: the steps are those of the whole explanation.
    init(_ snapshot: PolicySnapshot, limits: ExplanationLimits, options: EvaluationOptions) {
        self.snapshot = snapshot
        self.limits = limits
        rules = ExplainedRules(snapshot.policies)
        self.options = options
        // Each time the question must be the same one.
        self.options.now = options.now ?? WallClock.nanoseconds()
        self.options.seed = options.seed ?? 0
        self.options.observer = nil
        self.options.recordsNondeterminism = false
        self.options.network = options.network.map { RememberedNetwork($0) }
        queriesLeft = limits.queries
        decisionsLeft = limits.decisions
        texts = Dictionary(snapshot.modules.map { ($0.file, SourceText(file: $0.file, text: $0.text)) }) { first, _ in first }
    }

    /// Whether no more rules are to be looked at; what is begun is brought to its end.
    var isExhausted: Bool { queriesLeft <= 0 }

    /// What stands at a place of a policy.
    func text(at location: SourceLocation) -> String? {
        guard location.length > 0, let source = texts[location.file] else { return nil }
        return source.text(location.offset..<location.offset + location.length)
    }

    // MARK: Decisions

    /// The value of a decision; nil where it is undefined.
    func decide(_ query: PreparedQuery, _ input: Value?) throws(EvaluationError) -> Value? {
        decisionsLeft -= 1
        return try evaluate(query, input).solutions.first?.expressions.last?.value
    }

    private func evaluate(_ query: PreparedQuery, _ input: Value?) throws(EvaluationError) -> QueryResult {
        if options.cancellation?.isCancelled == true { throw EvaluationError(.cancel, "caller cancelled query execution") }
        guard options.stepBudget > 0 else { throw EvaluationError(.cancel, "step budget exhausted: the explanation took more steps than allowed") }
        let result = try query.evaluate(input: input.map { .value($0) } ?? .none, options: options)
        options.stepBudget -= min(options.stepBudget, result.steps + 1)
        return result
    }

    // MARK: Terms

    /// The value of a term, where it has one and only one.
    func value(of term: Term, _ frame: ExplanationFrame, _ input: Value?) throws(EvaluationError) -> Value? {
        if let known = known(term, frame, input) { return known }
        let found = try solutions([(Term(.variable(Self.result)), [Self.equation(Term(.variable(Self.result)), term)])], frame, input)[0]
        return found.count == 1 ? found[0] : nil
    }

    /// What needs no query: constants, variables, and references into the input. The inner nil is undefined.
    private func known(_ term: Term, _ frame: ExplanationFrame, _ input: Value?) -> Value?? {
        if let constant = PlanScope.constantValue(of: term) { return .some(constant) }
        switch term.kind {
        case .variable("input"): return .some(input)
        case .variable(let name): return frame.values[name].map { .some($0) }
        case .ref(let ref):
            if case .variable("data") = ref.head.kind { return nil }
            guard let head = known(ref.head, frame, input) else { return nil }
            var keys: [Value] = []
            for term in ref.path {
                guard case .some(.some(let key)) = known(term, frame, input) else { return nil }
                keys.append(key)
            }
            return .some(head?.at(keys))
        default: return nil
        }
    }

    // MARK: Bodies

    /// How far a body holds.
    struct Probe {
        /// The first literal that never holds behind those before it; nil where all of them hold.
        var failing: Int?
        /// The variables with which the literals before that hold, some of them.
        var frames: [ExplanationFrame]
    }

    func probe(_ body: Body, _ frame: ExplanationFrame, _ input: Value?) throws(EvaluationError) -> Probe {
        let entered = frame.entering(body)
        var names: Set<String> = []
        var closures: [(Term, Body)] = []
        for (position, literal) in body.enumerated() {
            if !literal.isNegated { names.formUnion(Self.variables(literal)) }
            closures.append((Self.object(names), Array(body.prefix(position + 1))))
        }
        let found = try solutions(closures, frame, input)
        let failing = found.firstIndex(where: \.isEmpty)
        guard failing != 0, let held = failing.map({ found[$0 - 1] }) ?? found.last else { return Probe(failing: failing, frames: [entered]) }
        return Probe(failing: failing, frames: held.prefix(Self.solutionLimit).map { entered.adding(Self.variables(in: $0)) })
    }

    /// A frame for each way in which the variables that a literal leaves open can be bound by its references; the frame itself where none is open.
    func binding(_ literal: Expression, _ frame: ExplanationFrame, _ input: Value?) throws(EvaluationError) -> [ExplanationFrame] {
        let open = Self.variables(literal, wildcards: true).subtracting(frame.values.keys)
        guard !open.isEmpty else { return [frame] }
        var references: Body = []
        for term in literal.terms {
            term.walk({ part in
                guard case .ref = part.kind else { return true }
                references.append(Self.equation(Term(.variable("reference \(references.count)")), part))
                return false
            }, closure: { _, _ in })
        }
        let bound = references.reduce(into: Set<String>()) { $0.formUnion(Self.variables($1, wildcards: true)) }.intersection(open)
        guard !bound.isEmpty else { return [frame] }
        let found = try solutions([(Self.object(bound), references)], frame, input)[0]
        return found.isEmpty ? [frame] : found.prefix(Self.solutionLimit).map { frame.adding(Self.variables(in: $0)) }
    }

    private static let result = "the result"

    /// The heads of closures for each solution of their bodies.
    private func solutions(_ closures: [(head: Term, body: Body)], _ frame: ExplanationFrame, _ input: Value?) throws(EvaluationError) -> [[Value]] {
        let none: [[Value]] = closures.map { _ in [] }
        queriesLeft -= 1
        let comprehensions = closures.map { Term(.arrayComprehension($0.head, $0.body)) }
        let used = comprehensions.reduce(into: Set<String>()) { $0.formUnion($1.variables()) }
        var query: Body = []
        for (name, value) in frame.values.sorted(by: { $0.key < $1.key }) where used.contains(name) {
            query.append(Self.equation(Term(.variable(name)), Term(value: value)))
        }
        for (position, term) in comprehensions.enumerated() { query.append(Self.equation(Term(.variable("solutions \(position)")), term)) }
        let (compiled, _) = snapshot.compiler.compileQuery(query, policies: snapshot.policies, checksTypes: false)
        guard let compiled else { return none }
        let prepared = PreparedQuery(snapshot: snapshot, text: "", original: query, query: compiled)
        let bindings: [(name: String, value: Value)]
        do throws(EvaluationError) {
            bindings = try evaluate(prepared, input).solutions.first?.bindings ?? []
        } catch {
            // Rules that contradict each other leave a term without a value; an end of all steps leaves no explanation.
            guard error.code != .cancel else { throw error }
            return none
        }
        let found = Dictionary(bindings.map { ($0.name, $0.value) }) { first, _ in first }
        return closures.indices.map { found["solutions \($0)"]?.memberValues ?? [] }
    }

    static func equation(_ a: Term, _ b: Term) -> Expression {
        Expression(.term(Term(.call(Call(function: ["eq"], arguments: [a, b], isInfix: true)))))
    }

    private static func object(_ names: Set<String>) -> Term {
        Term(.object(names.sorted().map { Term.ObjectEntry(key: Term(.string($0)), value: Term(.variable($0))) }))
    }

    private static func variables(in solution: Value) -> [String: Value] {
        guard case .object(let entries) = solution else { return [:] }
        return Dictionary(entries.compactMap { entry in if case .string(let name) = entry.key { (name, entry.value) } else { nil } }) { first, _ in first }
    }

    /// The variables that are bound where a literal holds.
    private static func variables(_ literal: Expression, wildcards: Bool = false) -> Set<String> {
        var collection = VariableCollection(.safety)
        for term in literal.terms { collection.add(term) }
        return wildcards ? collection.names : collection.names.filter { !$0.hasPrefix("$") }
    }
}
