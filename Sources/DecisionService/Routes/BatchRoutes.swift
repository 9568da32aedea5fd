import HTTPTypes
import Hummingbird
import NIOCore
import Rego

/// Decides about many inputs in one request: `{"inputs": {id: input}, "common_input": input}` is answered with `{"responses": {id: answer}}`.
///
/// The shape is that of Enterprise OPA's batch API. A decision that fails does not keep the others from being made: the status is then
/// 207, or 500 where all fail, and each answer says its own.
struct BatchRoutes {
    let decisions: Decisions

    func add(to router: Router<ServiceContext>) {
        for path: RouterPath in ["/v1/batch/data", "/v1/batch/data/**"] {
            router.post(path) { request, context in try await respond(request, context) }
        }
    }

    private struct Answer {
        var status: HTTPResponse.Status
        var members: [(name: String, value: Envelope)]
    }

    private func respond(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let path = try DocumentPath(request.uri.path, after: "/v1/batch/data").checkedForReading()
        let parameters = request.parameters
        let batch = try BatchRequest(json: Array(try await context.body(of: request).readableBytesView))
        var answers: [(id: String, answer: Answer)] = []
        for (id, input) in batch.inputs {
            answers.append((id, answer(path, input, parameters, context)))
            // Requests of others wait for the same threads.
            await Task.yield()
        }
        let failures = answers.count { $0.answer.status != .ok }
        let status: HTTPResponse.Status = failures == 0 ? .ok : failures == answers.count ? .internalServerError : HTTPResponse.Status(code: 207, reasonPhrase: "Multi-Status")
        let responses = answers.map { item in
            let ownStatus: [(name: String, value: Envelope)] = failures == 0 ? [] : [("http_status_code", .value(.string("\(item.answer.status.code)")))]
            return (name: Self.escaped(item.id), value: Envelope.object(item.answer.members + ownStatus))
        }
        return .json(.object([("responses", .object(responses))]), pretty: parameters.isOn("pretty"), status: status)
    }

    private func answer(_ path: DocumentPath, _ input: Value, _ parameters: RequestParameters, _ context: ServiceContext) -> Answer {
        let answer = DecisionAnswer(decisions: decisions, parameters: parameters, start: .now)
        do {
            let text = input.json(escapesHTML: false)
            let decision = try text.withUnsafeBytes { try decisions.decide(path, about: $0, as: .document, parameters, for: context.caller) }
            return Answer(status: .ok, members: answer.members(decision, warnsOfMissingInput: false))
        } catch {
            let error = (error as? ServiceError) ?? (error as? EvaluationError).map { ServiceError($0) } ?? ServiceError(.evaluation, "\(error)")
            return Answer(status: error.status, members: error.members)
        }
    }

    /// A name as it stands between quotation marks.
    private static func escaped(_ name: String) -> String { String(decoding: Value.string(name).json().dropFirst().dropLast(), as: UTF8.self) }
}

/// The inputs of a batch, each merged into what they have in common.
struct BatchRequest {
    let inputs: [(id: String, input: Value)]

    /// - Throws: `invalidParameter` where the body is not a batch.
    init(json: [UInt8]) throws(ServiceError) {
        let request: Value
        do {
            request = try Value(json: json)
        } catch {
            throw ServiceError(.invalidParameter, "body contains malformed input document: \(error.message)")
        }
        guard case .object(let inputs)? = request["inputs"] else {
            throw ServiceError(.invalidParameter, "body contains malformed input document: the request must be an object with the member \"inputs\", an object of inputs by identifier")
        }
        let common = request["common_input"]
        var merged: [(id: String, input: Value)] = []
        for entry in inputs {
            guard case .string(let id) = entry.key else { continue }
            merged.append((id, common.map { Self.merge(entry.value, into: $0) } ?? entry.value))
        }
        self.inputs = merged
    }

    /// Objects are merged member by member; of anything else the input's own value counts.
    private static func merge(_ value: Value, into common: Value) -> Value {
        guard case .object(let own) = value, case .object(let shared) = common else { return value }
        let kept = shared.filter { entry in !own.contains { $0.key == entry.key } }.map { ($0.key, $0.value) }
        let merged = own.map { entry in
            let base = shared.first { $0.key == entry.key }
            return (entry.key, base.map { merge(entry.value, into: $0.value) } ?? entry.value)
        }
        return .makeObject(kept + merged)
    }
}
