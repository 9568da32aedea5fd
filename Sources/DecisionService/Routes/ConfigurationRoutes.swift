import Hummingbird
import Rego

/// `/v1/config` and `/v1/status`: what the service was set up with, and what it reports of itself.
struct ConfigurationRoutes {
    let configuration: ServiceConfiguration

    func add(to router: Router<ServiceContext>) {
        router.get("/v1/config") { request, _ -> Response in
            Response.json(.object([("result", .value(configuration.document))]), pretty: request.parameters.isOn("pretty"))
        }
        router.get("/v1/status") { request, _ -> Response in
            guard let report = configuration.statusReport else { throw ServiceError(.evaluation, "status plugin not enabled") }
            return Response.json(.object([("result", .value(report() ?? .object([])))]), pretty: request.parameters.isOn("pretty"))
        }
    }
}
