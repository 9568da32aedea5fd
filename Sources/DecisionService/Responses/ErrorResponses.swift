import Hummingbird
import Logging
import Rego

/// Turns what a route throws into OPA's error bodies, so that no failure leaves without a code and a message.
struct ErrorResponses: RouterMiddleware {
    func handle(_ request: Request, context: ServiceContext, next: (Request, ServiceContext) async throws -> Response) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as ServiceError {
            return error.response()
        } catch let error as EvaluationError {
            return ServiceError(error).response()
        } catch let error as any HTTPResponseError {
            // The router's own: unknown paths and methods.
            return try error.response(from: request, context: context)
        } catch {
            context.logger.error("request failed: \(error)")
            return ServiceError(.evaluation, "\(error)").response()
        }
    }
}
