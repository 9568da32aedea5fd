import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Rego

/// The Data API: decisions, asked by the path of a document.
struct DataRoutes {
    let store: PolicyStore
    let configuration: ServiceConfiguration

    func add(to router: Router<ServiceContext>) {
        for path: RouterPath in ["/v1/data", "/v1/data/**"] {
            router.get(path) { request, context in try getDecision(request, context) }
            router.post(path) { request, context in try await postDecision(request, context) }
        }
        for path: RouterPath in ["/v0/data", "/v0/data/**"] {
            router.post(path) { request, context in
                try await postBareDecision(request, context, at: DocumentPath(request, after: "/v0/data"))
            }
        }
        router.post("/") { request, context in try await postBareDecision(request, context, at: configuration.defaultDecision) }
    }

    // MARK: v1

    private func getDecision(_ request: Request, _ context: ServiceContext) throws -> Response {
        let parameters = RequestParameters(request)
        let start = ContinuousClock.now
        let path = try DocumentPath(request, after: "/v1/data")
        let input = parameters["input"].map { Array($0.utf8) } ?? []
        let decision: Decision
        do {
            decision = try decide(path, parameters, context) { query, options, output in
                try input.withUnsafeBytes { try query.decide(inputJSON: $0, options: options, appendingTo: &output) }
            }
        } catch let error as EvaluationError where error.code == .invalidInput {
            throw ServiceError(.invalidParameter, "parameter contains malformed input document: \(error.message)")
        }
        return response(decision, parameters, start, warnsOfMissingInput: false)
    }

    private func postDecision(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let parameters = RequestParameters(request)
        let start = ContinuousClock.now
        let path = try DocumentPath(request, after: "/v1/data")
        let body = try await context.body(of: request)
        let decision: Decision
        if request.isYAML {
            let text = Array("{\"input\":".utf8) + (try Self.inputFromYAML(body, isRequest: true)) + [UInt8(ascii: "}")]
            decision = try decide(path, parameters, context) { query, options, output in
                try text.withUnsafeBytes { try query.decide(requestJSON: $0, options: options, appendingTo: &output) }
            }
        } else {
            decision = try decide(path, parameters, context) { query, options, output in
                try body.withUnsafeReadableBytes { try query.decide(requestJSON: $0, options: options, appendingTo: &output) }
            }
        }
        return response(decision, parameters, start, warnsOfMissingInput: true)
    }

    private func response(_ decision: Decision, _ parameters: RequestParameters, _ start: ContinuousClock.Instant, warnsOfMissingInput: Bool) -> Response {
        var members: [(name: String, value: Envelope)] = []
        if parameters.isOn("metrics") { members.append(("metrics", .value(decision.metrics(since: start)))) }
        if decision.report.isDefined { members.append(("result", .text(decision.output))) }
        if warnsOfMissingInput, !decision.report.hasInput {
            members.append(("warning", .value(["code": "api_usage_warning", "message": "'input' key missing from the request"])))
        }
        return .json(.object(members), pretty: parameters.isOn("pretty"))
    }

    // MARK: v0

    private func postBareDecision(_ request: Request, _ context: ServiceContext, at path: DocumentPath) async throws -> Response {
        let parameters = RequestParameters(request)
        let body = try await context.body(of: request)
        let text = request.isYAML ? try Self.inputFromYAML(body, isRequest: false) : Array(body.readableBytesView)
        let decision: Decision
        do {
            decision = try decide(path, parameters, context) { query, options, output in
                try text.withUnsafeBytes { try query.decide(inputJSON: $0, options: options, appendingTo: &output) }
            }
        } catch let error as EvaluationError where error.code == .invalidInput {
            throw ServiceError(.invalidParameter, "unexpected parse error for input: body contains malformed input document: \(error.message)")
        }
        guard decision.report.isDefined else {
            let hasRule = decision.generation.snapshot.hasRule(at: path.keys)
            throw ServiceError(.undefinedDocument, "document \(hasRule ? "undefined" : "missing"): \(path.description)")
        }
        return .json(.text(decision.output), pretty: parameters.isOn("pretty"))
    }

    // MARK: Deciding

    private struct Decision {
        var output: [UInt8]
        var report: DecisionReport
        var generation: Generation
        var wasPrepared: Bool
        var prepared: Duration
        var evaluated: Duration

        func metrics(since start: ContinuousClock.Instant) -> Value {
            var entries: [(Value, Value)] = [
                ("counter_server_query_cache_hit", .number(Number(wasPrepared ? 1 : 0))),
                ("timer_rego_query_eval_ns", evaluated.nanosecondsValue),
                ("timer_server_handler_ns", (ContinuousClock.now - start).nanosecondsValue),
            ]
            if !wasPrepared { entries.append(("timer_rego_query_compile_ns", prepared.nanosecondsValue)) }
            return .makeObject(entries)
        }
    }

    private func decide(
        _ path: DocumentPath, _ parameters: RequestParameters, _ context: ServiceContext,
        _ ask: (PreparedQuery, EvaluationOptions, inout [UInt8]) throws -> DecisionReport
    ) throws -> Decision {
        let generation = store.generation
        var options = EvaluationOptions()
        options.strictBuiltinErrors = parameters.isOn("strict-builtin-errors")
        options.stepBudget = configuration.stepBudget
        options.runtime = configuration.runtime
        let queries = path.queries
        var output: [UInt8] = []
        for (position, text) in queries.enumerated() {
            let start = ContinuousClock.now
            let prepared: PreparedQuery, wasPrepared: Bool
            do {
                (prepared, wasPrepared) = try generation.query(text)
            } catch {
                throw ServiceError(.evaluation, error.diagnostics.map(\.description).joined(separator: "\n"))
            }
            let compiled = ContinuousClock.now
            let report = try ask(prepared, options, &output)
            for line in report.prints { context.logger.info("\(line.text)", metadata: ["line": "\(line.location.file):\(line.location.row)"]) }
            if report.isDefined || position == queries.count - 1 {
                return Decision(
                    output: output, report: report, generation: generation, wasPrepared: wasPrepared,
                    prepared: compiled - start, evaluated: ContinuousClock.now - compiled)
            }
        }
        throw ServiceError(.evaluation, "no query for \(path.description)")
    }

    /// An input document given as YAML, as JSON text; empty where there is none.
    private static func inputFromYAML(_ body: ByteBuffer, isRequest: Bool) throws -> [UInt8] {
        let value: Value
        do {
            value = try Value(yaml: String(buffer: body))
        } catch {
            throw ServiceError(.invalidParameter, "body contains malformed input document: \(error)")
        }
        guard isRequest else { return value.json(escapesHTML: false) }
        guard case .object(let entries) = value else {
            throw ServiceError(.invalidParameter, "body contains malformed input document: the request must be an object with the member \"input\"")
        }
        return (entries.first { $0.key == "input" }?.value ?? .null).json(escapesHTML: false)
    }
}

extension Duration {
    var nanosecondsValue: Value { .number(Number(Int(components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000))) }
}

extension Request {
    var isYAML: Bool { headers[.contentType]?.contains("yaml") ?? false }
}
