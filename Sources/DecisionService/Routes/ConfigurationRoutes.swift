import HTTPTypes
import Hummingbird
import NIOCore
import Rego

/// What the service was set up with, what it reports of itself, and how its API is described.
struct ConfigurationRoutes {
    let configuration: ServiceConfiguration

    func add(to router: Router<ServiceContext>) {
        router.get("/v1/config") { request, _ -> Response in
            Response.json(.object([("result", .value(configuration.document))]), pretty: request.parameters.isOn("pretty"))
        }
        router.get("/v1/openapi.json") { _, _ in
            Response(status: .ok, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: ByteBuffer(bytes: PackageResources.openapi_json)))
        }
        router.get("/v1/status") { request, _ -> Response in
            guard let report = configuration.statusReport else { throw ServiceError(.evaluation, "status plugin not enabled") }
            return Response.json(.object([("result", .value(report() ?? .object([])))]), pretty: request.parameters.isOn("pretty"))
        }
    }
}
