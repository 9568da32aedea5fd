import Hummingbird
import NIOCore
import Rego

/// The Compile API: evaluates a query without what is unknown and answers with what is left of it.
struct CompileRoutes {
    let decisions: Decisions

    func add(to router: Router<ServiceContext>) {
        router.post("/v1/compile") { request, context in
            let body = try CompileRequest(json: Array(try await context.body(of: request).readableBytesView), isWhole: true)
            return try answer(body, request.parameters, context)
        }
    }

    private func answer(_ request: CompileRequest, _ parameters: RequestParameters, _ context: ServiceContext) throws -> Response {
        var timing = CompileTiming()
        var options = PartialEvaluationOptions()
        options.unknowns = request.unknowns ?? ["input"]
        options.disabledInlining = request.disabledInlining
        options.callsNondeterministicBuiltins = request.callsNondeterministicBuiltins
        options.evaluation = decisions.options(parameters, for: context.caller)
        let result: PartialResult
        do {
            let snapshot = decisions.store.generation.snapshot
            result = try snapshot.partiallyEvaluate(request.query, input: request.input, refusing: AdHocQuery.unsafeBuiltins, options: options)
        } catch let error as DiagnosticList {
            throw ServiceError(error, while: error.diagnostics.contains { $0.code == .parse } ? "parsing query" : "compiling module(s)")
        } catch let error as ReferenceError {
            throw ServiceError(.invalidParameter, "error(s) occurred while parsing unknowns: \(error.description)")
        } catch let error as EvaluationError {
            throw ServiceError(error)
        }
        timing.evaluated()
        var members: [(name: String, value: Envelope)] = []
        if let metrics = timing.metrics(parameters) { members.append(("metrics", metrics)) }
        members.append(("result", .value(result.document)))
        return .json(.object(members), pretty: parameters.isOn("pretty"))
    }
}

/// How long the parts of a request to the Compile API took.
struct CompileTiming {
    private let start = ContinuousClock.now
    private(set) var evaluation = Duration.zero

    mutating func evaluated() { evaluation = .now - start }

    /// Nil where the request does not ask.
    func metrics(_ parameters: RequestParameters) -> Envelope? {
        guard parameters.isOn("metrics") || parameters.isOn("instrument") else { return nil }
        return .value([
            "timer_rego_partial_eval_ns": evaluation.nanosecondsValue, "timer_server_handler_ns": (ContinuousClock.now - start).nanosecondsValue,
        ])
    }
}
