import DataFilters
import HTTPTypes
import Hummingbird
import NIOCore
import Rego

/// Data filters: what a rule asks of rows that are not known yet, as SQL or UCAST.
struct FilterRoutes {
    let decisions: Decisions

    func add(to router: Router<ServiceContext>) {
        router.get("/v1/compile/**") { request, context in try await respond(request, context) }
        router.post("/v1/compile/**") { request, context in try await respond(request, context) }
    }

    private func respond(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let path = try DocumentPath(request.uri.path, after: "/v1/compile").checkedForReading()
        let target = try FilterTarget(accept: request.headers[values: .accept])
        let body = Array(try await context.body(of: request).readableBytesView)
        let filters = try CompileRequest(json: body, isWhole: false)
        let parameters = request.parameters
        let answer = try answer(path, filters, try target.dialects(filters), parameters, context, isSingle: target.isSingle)
        var response = Response.json(.object(answer), pretty: parameters.isOn("pretty"))
        response.headers[.contentType] = target.mediaType
        return response
    }

    private func answer(
        _ path: DocumentPath, _ request: CompileRequest, _ dialects: [FilterDialect], _ parameters: RequestParameters, _ context: ServiceContext, isSingle: Bool
    ) throws -> [(name: String, value: Envelope)] {
        var timing = CompileTiming()
        let generation = decisions.store.generation
        let observation = decisions.observer.begin(path, input: request.input, context.caller)
        do {
            let annotations = generation.snapshot.filterAnnotations(ofRuleAt: path.keys)
            let unknowns = try Self.unknowns(request.unknowns ?? annotations.unknowns ?? ["input"])
            let evaluation = decisions.options(parameters, for: context.caller)
            let filter = try filter(path, request, unknowns, dialects, evaluation, generation.snapshot)
            timing.evaluated()
            let masks = try masks(request.maskRule ?? annotations.maskRule, path, request.input, evaluation, generation.snapshot)
            let result = Self.result(filter, dialects, request.mappings, masks, isSingle: isSingle)
            observation.end(result, on: generation, evaluation: timing.evaluation)
            var members: [(name: String, value: Envelope)] = []
            if let metrics = timing.metrics(parameters) { members.append(("metrics", metrics)) }
            if let result { members.append(("result", .value(result))) }
            let hints = FilterHints.hints(for: generation.snapshot.inputReferences(ofRuleAt: path.keys), unknowns: unknowns, input: request.input)
            if !hints.isEmpty { members.append(("hints", .value(.array(hints)))) }
            return members
        } catch let error as EvaluationError {
            observation.fail(error, on: generation)
            throw ServiceError(error)
        }
    }

    private static func unknowns(_ texts: [String]) throws(ServiceError) -> [String] {
        for text in texts {
            let root = text.prefix { $0 != "." && $0 != "[" }
            guard root == "input" || root == "data" else {
                throw ServiceError(filterProblem: "invalid_unknown", "unknowns must be prefixed with `input` or `data`: \(text)")
            }
        }
        return texts
    }

    private func filter(
        _ path: DocumentPath, _ request: CompileRequest, _ unknowns: [String], _ dialects: [FilterDialect], _ evaluation: EvaluationOptions, _ snapshot: PolicySnapshot
    ) throws -> DataFilter {
        guard snapshot.hasRule(at: path.keys), let query = path.queries.last else { return .nothing }
        var options = PartialEvaluationOptions()
        options.unknowns = unknowns
        options.disabledInlining = request.disabledInlining
        options.callsNondeterministicBuiltins = true
        options.evaluation = evaluation
        do {
            let result = try snapshot.partiallyEvaluate(query, input: request.input, options: options)
            return try FilterTranslation.filter(result, dialects: dialects, shortFields: request.mappings.shortFields(dialects))
        } catch let error as FilterProblems {
            throw ServiceError(error)
        } catch let error as ReferenceError {
            throw ServiceError(filterProblem: "invalid_unknown", error.description)
        } catch let error as DiagnosticList {
            throw ServiceError(error)
        }
    }

    /// What the rule for masks says, a name that is resolved in the package of the filter's rule.
    private func masks(_ rule: String?, _ path: DocumentPath, _ input: InputSource, _ evaluation: EvaluationOptions, _ snapshot: PolicySnapshot) throws -> Value? {
        guard let rule else { return nil }
        do {
            let prepared = try snapshot.prepare(rule, package: Array(path.keys.dropLast()), refusing: AdHocQuery.unsafeBuiltins)
            return try prepared.evaluate(input: input, options: evaluation).solutions.first?.expressions.first?.value
        } catch let error as DiagnosticList {
            throw ServiceError(.invalidParameter, "error(s) occurred while parsing mask_rule name: \(error.diagnostics.map(\.message).joined(separator: "; "))")
        }
    }

    /// Nil where no row passes.
    private static func result(_ filter: DataFilter, _ dialects: [FilterDialect], _ mappings: TableMappings, _ masks: Value?, isSingle: Bool) -> Value? {
        let answers = dialects.compactMap { dialect in
            query(filter, dialect, mappings).map { query in
                (Value.string(dialect.answerName), Value.makeObject([(Value.string("query"), query)] + (masks.map { [(Value.string("masks"), $0)] } ?? [])))
            }
        }
        if isSingle { return answers.first?.1 }
        return answers.isEmpty ? nil : .makeObject(answers)
    }

    private static func query(_ filter: DataFilter, _ dialect: FilterDialect, _ mappings: TableMappings) -> Value? {
        if dialect.isSQL { return SQLFilter(dialect: dialect, mappings: mappings).text(filter).map { .string($0) } }
        return UCASTFilter(dialect: dialect, mappings: mappings).document(filter)
    }
}

/// What filter a request asks for, by its `Accept` header.
private struct FilterTarget {
    private static let multiple = "application/vnd.opa.multitarget+json"

    let mediaType: String
    private let dialect: FilterDialect?

    var isSingle: Bool { dialect != nil }

    init(accept: [String]) throws(ServiceError) {
        guard let header = accept.first else { throw ServiceError(.invalidParameter, "Accept header: missing required header") }
        guard accept.count == 1 else { throw ServiceError(.invalidParameter, "Accept header: multiple headers not supported") }
        dialect = FilterDialect.allCases.first { $0.mediaType == header }
        guard dialect != nil || header == Self.multiple else {
            throw ServiceError(.invalidParameter, "Accept header: unsupported header: \(header); one of \((FilterDialect.allCases.map(\.mediaType) + [Self.multiple]).joined(separator: ", "))")
        }
        mediaType = header
    }

    /// - Throws: `invalidParameter` where several are asked for and the body does not say which.
    func dialects(_ request: CompileRequest) throws(ServiceError) -> [FilterDialect] {
        if let dialect { return [dialect] }
        guard !request.dialects.isEmpty else { throw ServiceError(.invalidParameter, "\(Self.multiple) needs options.targetDialects, such as [\"sql+postgresql\"]") }
        guard request.dialects.count(where: { !$0.isSQL }) <= 1 else { throw ServiceError(.invalidParameter, "options.targetDialects may have one ucast dialect") }
        return request.dialects
    }
}

extension ServiceError {
    /// A policy that is no filter.
    fileprivate init(_ list: FilterProblems) {
        self.init(.filter, "error(s) occurred while evaluating query", errors: list.problems.map { problem in
            Self.item(
                code: "pe_fragment_error", message: problem.message, location: problem.location,
                details: problem.details.map { .value(.string($0)) })
        })
    }

    fileprivate init(filterProblem code: String, _ message: String) {
        self.init(.filter, "error(s) occurred while evaluating query", errors: [Self.item(code: code, message: message, location: nil)])
    }
}
