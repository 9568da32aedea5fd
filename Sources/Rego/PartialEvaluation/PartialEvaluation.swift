import Synchronization

/// What is left of a query once everything has been evaluated that is known.
public struct PartialResult: Sendable {
    /// The query holds where one of these does. None: it never holds; an empty one: it always does.
    public var queries: [Body]
    /// Rules that the queries refer to, in packages below `data.partial`.
    public var support: [Module]
}

public struct PartialEvaluationOptions: Sendable {
    /// References into `input` or `data` that are not known yet, such as `input.user`; what is below or above one of them is not known either.
    public var unknowns = ["input"]
    /// References to rules that are not to be inlined.
    public var disabledInlining: [String] = []
    /// Inlines no rule that depends on something unknown.
    public var inlinesNothingUnknown = false
    /// Calls built-ins such as `time.now_ns` now, instead of leaving their calls over.
    public var callsNondeterministicBuiltins = false
    public var evaluation = EvaluationOptions()
    public init() {}
}

/// Text that should be a reference and is none.
public struct ReferenceError: Error, Sendable, CustomStringConvertible {
    public var diagnostics: [Diagnostic]
    public var description: String { diagnostics.map(\.description).joined(separator: "; ") }
}

extension PolicySnapshot {
    /// Evaluates a query as far as it can be without what is unknown.
    ///
    /// What is left means the same as the query for every value of the unknowns.
    ///
    /// - Throws: `DiagnosticList` for a query that does not compile, `ReferenceError` for unknowns that are no references, `EvaluationError`
    ///   for what fails while it runs.
    public func partiallyEvaluate(
        _ query: String, input: InputSource = .none, package: [String] = [], imports: [String] = [], refusing unsafeBuiltins: Set<String> = [],
        options: PartialEvaluationOptions = .init()
    ) throws -> PartialResult {
        let (body, diagnostics) = Parser.parseQuery(query)
        guard let body else { throw DiagnosticList(diagnostics) }
        let flat = try flatQuery(body, package: package, imports: imports, refusing: unsafeBuiltins)
        let unknowns = try options.unknowns.map { try Self.reference($0) }
        let disabled = try options.disabledInlining.map { PartialTerm.referenceParts(try Self.reference($0)) }
        let evaluator = PartialEvaluator(
            self, rules: try policies.partialRules(compiler), unknowns: unknowns, disabledInlining: disabled, input: try input.value(), options: options)
        return try evaluator.run(flat.map { PartialExpression($0) })
    }

    private static func reference(_ text: String) throws -> PartialTerm {
        let (body, diagnostics) = Parser.parseQuery(text)
        guard let body else { throw ReferenceError(diagnostics: diagnostics) }
        if body.count == 1, case .term(let term) = body[0].kind, case .ref(let parts) = PartialTerm(term), parts[0].isRoot { return .ref(parts) }
        throw ReferenceError(diagnostics: [Diagnostic(.parse, "expected a reference into input or data but got \(text)", at: body.first?.location)])
    }
}

extension InputSource {
    /// The document; nil where there is none.
    ///
    /// - Throws: `EvaluationError` where the text is not JSON.
    package func value() throws(EvaluationError) -> Value? {
        switch self {
        case .none: nil
        case .value(let value): value
        case .json(let text): try Value(json: text)
        }
    }
}

extension PartialEvaluator {
    func run(_ query: [PartialExpression]) throws -> PartialResult {
        var live = unknownRoots
        for expression in query { live.formUnion(expression.variables.filter { !LocalNames.isGenerated($0) }) }
        let propagation = CopyPropagation(live: live, arities: rules.arities)
        var queries: [[PartialExpression]] = []
        let frame = Frame(body: query, number: 0, bindings: caller)
        try evaluate(frame) { [self] in
            var body = saved.current.map { $0.plugged(caller) }
            body += caller.values.keys.sorted().map { .equality(.variable($0), caller.plug(.variable($0), caller: caller)) }
            if passesTypeCheck(body), let rest = inlining.isShallow ? body : propagation.apply(body) { queries.append(rest) }
        }
        return PartialResult(queries: queries.map { $0.map(\.syntax) }, support: support.modules)
    }

    private var unknownRoots: Set<String> { ["input", "data"] }

    /// Whether a body can hold at all: an equality of a string and a number never does.
    func passesTypeCheck(_ body: [PartialExpression]) -> Bool {
        // Functions of support are not among those whose types are known.
        let known = body.filter { if case .call(let call) = $0.kind { !call.function.starts(with: ["data", "partial"]) } else { true } }
        let environment = snapshot.policies.types ?? TypeEnvironment(builtins: builtins.registry)
        return TypeChecker(originals: OriginalTerms()).check(known.map(\.syntax), in: environment).diagnostics.isEmpty
    }
}

/// Rules in the form for partial evaluation, made when they are first needed; policies are compiled for decisions far more often.
final class LazyPartialRules: Sendable {
    private let made = Mutex<PartialRules?>(nil)

    func rules(_ make: () throws -> PartialRules) rethrows -> PartialRules {
        try made.withLock { rules in
            if let rules { return rules }
            let new = try make()
            rules = new
            return new
        }
    }
}

extension CompiledPolicies {
    fileprivate func partialRules(_ compiler: Compiler) throws -> PartialRules {
        try lazyPartialRules.rules { PartialRules(try compiler.flatRules(modules), packages: modules.map(\.package.path), registry: compiler.registry) }
    }
}
