import HTTPTypes
import Hummingbird
import Routing

/// Refuses intents that there are not, whatever is asked: nobody gets an answer to another question than theirs.
struct IntentChecks: RouterMiddleware {
    func handle(_ request: Request, context: ServiceContext, next: (Request, ServiceContext) async throws -> Response) async throws -> Response {
        if let name = HTTPField.Name(Intent.header), let text = request.headers[name] {
            do { _ = try Intent(named: text) } catch { throw ServiceError(.invalidIntent, error.message) }
        }
        return try await next(request, context)
    }
}
