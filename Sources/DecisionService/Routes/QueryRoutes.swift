import Hummingbird
import Logging
import NIOCore
import Rego

/// The Query API: any query, with all of its solutions.
struct QueryRoutes {
    let decisions: Decisions

    func add(to router: Router<ServiceContext>) {
        router.get("/v1/query") { request, context in
            let parameters = request.parameters
            guard let query = parameters["q"], !query.isEmpty else { throw ServiceError(.invalidParameter, "missing parameter 'q'") }
            return try answer(AdHocQuery(text: query, input: .none), parameters, context)
        }
        router.post("/v1/query") { request, context in
            let query = try AdHocQuery(json: Array(try await context.body(of: request).readableBytesView))
            return try answer(query, request.parameters, context)
        }
    }

    private func answer(_ query: AdHocQuery, _ parameters: RequestParameters, _ context: ServiceContext) throws -> Response {
        let start = ContinuousClock.now
        let explanation = Explanation(parameters)
        let generation = decisions.store.generation
        let snapshot = explanation == nil ? generation.snapshot : try Decisions.observed(generation)
        let prepared = try query.prepared(against: snapshot)
        let compiled = ContinuousClock.now
        var options = decisions.options(parameters, for: context.caller)
        options.observer = explanation?.observer()
        let observation = decisions.observer.begin(query, context.caller)
        let result: QueryResult
        do {
            result = try prepared.evaluate(input: query.input, options: options)
        } catch {
            observation.fail(error, on: generation)
            throw ServiceError(error)
        }
        let evaluated = ContinuousClock.now
        for line in result.prints { context.logger.info("\(line.text)", metadata: ["line": "\(line.location.file):\(line.location.row)"]) }
        var members: [(name: String, value: Envelope)] = []
        if let explanation, let observer = options.observer {
            members.append(("explanation", explanation.envelope(observer.trace, of: snapshot, query: query.text)))
        }
        if parameters.isOn("metrics") || parameters.isOn("instrument") {
            var metrics: [(Value, Value)] = [
                ("timer_rego_query_compile_ns", (compiled - start).nanosecondsValue),
                ("timer_rego_query_eval_ns", (evaluated - compiled).nanosecondsValue),
                ("timer_server_handler_ns", (ContinuousClock.now - start).nanosecondsValue),
            ]
            if parameters.isOn("instrument") { metrics.append(("counter_eval_steps", .number(Number(Int(clamping: result.steps))))) }
            members.append(("metrics", .value(.makeObject(metrics))))
        }
        let solutions = result.solutions.map { solution in Value.makeObject(solution.bindings.map { (.string($0.name), $0.value) }) }
        observation.end(solutions, nondeterminism: result.nondeterminism, on: generation, compilation: compiled - start, evaluation: evaluated - compiled)
        if !solutions.isEmpty { members.append(("result", .value(.array(solutions)))) }
        return .json(.object(members), pretty: parameters.isOn("pretty"))
    }
}

/// A query that a client sent, with its input.
struct AdHocQuery {
    let text: String
    let input: InputSource

    init(text: String, input: InputSource) {
        self.text = text
        self.input = input
    }

    /// Reads `{"query": …, "input": …}`.
    ///
    /// - Throws: `invalidParameter` where the body is something else.
    init(json: [UInt8]) throws(ServiceError) {
        let request: Value
        do {
            request = try Value(json: json)
        } catch {
            throw Self.undecodable(json.isEmpty ? "EOF" : "\(error)")
        }
        guard case .object = request else { throw Self.undecodable("the body must be a JSON object with the member \"query\"") }
        switch request["query"] {
        case .string(let text): self.text = text
        case nil, .null: text = ""
        default: throw Self.undecodable("the member \"query\" must be a string")
        }
        input = request["input"].map { .value($0) } ?? .none
    }

    private static func undecodable(_ reason: String) -> ServiceError {
        ServiceError(.invalidParameter, "error(s) occurred while decoding request: \(reason)")
    }

    /// - Throws: `invalidParameter` with every error of the query.
    func prepared(against snapshot: PolicySnapshot) throws(ServiceError) -> PreparedQuery {
        if text.allSatisfy(\.isWhitespace) { throw ServiceError(.evaluation, "cannot evaluate empty query") }
        do {
            return try snapshot.prepare(text, refusing: Self.unsafeBuiltins)
        } catch {
            let isSyntax = error.diagnostics.contains { $0.code == .parse }
            throw ServiceError(error, while: isSyntax ? "parsing query" : "compiling query")
        }
    }

    /// What policies may call but a client's query may not.
    static let unsafeBuiltins: Set<String> = ["http.send"]
}
