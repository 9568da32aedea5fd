import Gatekeeper
import HTTPTypes
import Hummingbird

/// A shop on port 8080 whose every request is decided about by Verdict on port 8181.
@main
struct Shop {
    static func main() async throws {
        var settings = AccessGuard.Settings()
        // While nobody can decide, whether the shop is up may still be asked. Each such request is counted.
        settings.failOpen = ["GET /status"]
        let accessGuard = AccessGuard(RemoteDecisionPoint("http://127.0.0.1:8181", path: ["shop", "allow"]), settings: settings)

        let router = Router()
        router.add(middleware: GatekeeperMiddleware(accessGuard))
        router.get("/orders/{id}") { request, context in
            // Only the decision can have written this header.
            let user = HTTPField.Name("X-User").flatMap { request.headers[$0] } ?? "nobody"
            return "order \(context.parameters.get("id") ?? "") of \(user)\n"
        }
        router.get("/status") { _, _ in "up\n" }
        try await Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: 8080))).runService()
    }
}
