import Hummingbird
import Rego

/// `/health`: the service answers and can evaluate.
struct HealthRoutes {
    let store: PolicyStore

    func add(to router: Router<ServiceContext>) {
        router.get("/health") { _, _ in
            do {
                _ = try store.generation.query("true").query.evaluate()
                return Response.json(Array("{}".utf8))
            } catch {
                return Response.json(Array("{\"error\":\"unable to perform evaluation\"}".utf8), status: .internalServerError)
            }
        }
    }
}
