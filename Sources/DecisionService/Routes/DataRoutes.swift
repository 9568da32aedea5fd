import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Rego

/// The Data API's decisions, asked by the path of a document.
struct DataRoutes {
    let decisions: Decisions

    func add(to router: Router<ServiceContext>) {
        for path: RouterPath in ["/v1/data", "/v1/data/**"] {
            router.get(path) { request, context in try getDecision(request, context) }
            router.post(path) { request, context in try await postDecision(request, context) }
        }
        for path: RouterPath in ["/v0/data", "/v0/data/**"] {
            router.post(path) { request, context in
                try await postBareDecision(request, context, at: DocumentPath(request.uri.path, after: "/v0/data"))
            }
        }
        router.post("/") { request, context in try await postBareDecision(request, context, at: decisions.configuration.defaultDecision) }
    }

    private func getDecision(_ request: Request, _ context: ServiceContext) throws -> Response {
        let parameters = request.parameters
        let answer = DecisionAnswer(configuration: decisions.configuration, parameters: parameters, start: .now)
        let path = try DocumentPath(request.uri.path, after: "/v1/data").checkedForReading()
        let input = parameters["input"].map { Array($0.utf8) } ?? []
        let decision = try decide(path, input, as: .document, parameters, context, carrier: "parameter")
        return .json(answer.envelope(decision, warnsOfMissingInput: false))
    }

    private func postDecision(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let parameters = request.parameters
        let answer = DecisionAnswer(configuration: decisions.configuration, parameters: parameters, start: .now)
        let path = try DocumentPath(request.uri.path, after: "/v1/data").checkedForReading()
        let body = try RequestBody.json(try await context.body(of: request), isYAML: request.isYAML)
        let decision = try decide(path, body, as: .envelope, parameters, context, carrier: "body")
        return .json(answer.envelope(decision, warnsOfMissingInput: true))
    }

    private func postBareDecision(_ request: Request, _ context: ServiceContext, at path: DocumentPath) async throws -> Response {
        let parameters = request.parameters
        let answer = DecisionAnswer(configuration: decisions.configuration, parameters: parameters, start: .now)
        let path = try path.checkedForReading()
        let body = try RequestBody.json(try await context.body(of: request), isYAML: request.isYAML)
        let decision = try decide(path, body, as: .document, parameters, context, carrier: "unexpected parse error for input: body")
        return .json(try answer.bare(decision, at: path))
    }

    private func decide(
        _ path: DocumentPath, _ text: [UInt8], as form: Decisions.InputForm, _ parameters: RequestParameters, _ context: ServiceContext, carrier: String
    ) throws -> Decision {
        do {
            let decision = try text.withUnsafeBytes { try decisions.decide(path, about: $0, as: form, parameters, for: context.caller) }
            for line in decision.report.prints { context.logger.info("\(line.text)", metadata: ["line": "\(line.location.file):\(line.location.row)"]) }
            return decision
        } catch let error as EvaluationError {
            throw ServiceError(error, carrier: carrier)
        }
    }
}
