import Discovery
import Gatekeeper
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Support
import Testing

/// What `docs/guarding.md` shows, run: without a decision service nothing passes but what may.
@Suite struct GuardingPage {
    @Test func theServiceOfThePageIsGuarded() async throws {
        var settings = AccessGuard.Settings()
        settings.failOpen = ["GET /status/*"]
        let decisions = RemoteDecisionPoint("http://localhost:8181", path: ["shop", "allow"])
        let accessGuard = AccessGuard(decisions, settings: settings)

        let router = Router(context: BasicRequestContext.self)
        router.add(middleware: GatekeeperMiddleware(accessGuard))
        router.get("/orders/{id}") { _, _ in "an order" }

        // Nobody listens on the page's port while tests run, or somebody who knows of no shop: neither is a yes.
        let outcome = await accessGuard.check(CheckRequest(method: "GET", path: "/orders/1", headers: []))
        if case .allowed = outcome { Issue.record("was allowed") }
        _ = router.buildResponder()
    }
}
