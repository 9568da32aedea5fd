import Discovery
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Rego

/// A registry of instances for services that find each other; only where the configuration says `registry.serve`.
struct RegistryRoutes {
    let registry: Registry?

    private static let leaseSeconds = 1.0...3600
    private static let waitSeconds = 0.0...60

    func add(to router: Router<ServiceContext>) {
        router.get("/v1/registry/**") { request, _ in try await watch(request) }
        router.put("/v1/registry/**") { request, context in try await register(request, context) }
        router.delete("/v1/registry/**") { request, _ -> Response in
            let (service, id) = try instance(request)
            guard try served().remove(id, of: service) else { throw ServiceError(.notFound, "'\(service)' has no instance '\(id)'") }
            return Response(status: .noContent)
        }
    }

    private func served() throws(ServiceError) -> Registry {
        guard let registry else { throw ServiceError(.notFound, "this service is no registry: registry.serve is not true in the configuration") }
        return registry
    }

    private func names(_ request: Request) throws(ServiceError) -> [String] {
        let segments = request.uri.path.dropFirst("/v1/registry/".count).split(separator: "/")
        let names = segments.compactMap { String($0).removingPercentEncoding }
        guard names.count == segments.count else { throw ServiceError(.invalidParameter, "the path is not percent-encoded UTF-8") }
        return names
    }

    private func instance(_ request: Request) throws(ServiceError) -> (service: String, id: String) {
        let names = try names(request)
        guard names.count == 2 else { throw ServiceError(.invalidParameter, "expected the path /v1/registry/SERVICE/INSTANCE") }
        return (names[0], names[1])
    }

    private func watch(_ request: Request) async throws -> Response {
        let registry = try served()
        let names = try names(request)
        guard names.count == 1 else { throw ServiceError(.invalidParameter, "expected the path /v1/registry/SERVICE") }
        let wait = request.parameters["wait"].flatMap(Double.init) ?? 0
        guard Self.waitSeconds.contains(wait) else { throw ServiceError(.invalidParameter, "wait must be a number of seconds from 0 to 60") }
        let found = await registry.watch(names[0], index: request.parameters["index"].flatMap { Int($0) }, wait: .seconds(wait))
        return .json(Array(try JSONEncoder().encode(RegistryClient.Listing(index: found.index, instances: found.instances))))
    }

    private func register(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let registry = try served()
        let (service, id) = try instance(request)
        let body = Data(try await context.body(of: request).readableBytesView)
        guard let announcement = try? JSONDecoder().decode(RegistryClient.Announcement.self, from: body) else {
            throw ServiceError(.invalidParameter, "the body must be {\"address\": \"http://HOST:PORT\", \"lease_seconds\": 15}")
        }
        if let problem = Discovery.Endpoint.problem(ofBase: announcement.address) { throw ServiceError(.invalidParameter, problem) }
        guard Self.leaseSeconds.contains(announcement.leaseSeconds) else { throw ServiceError(.invalidParameter, "lease_seconds must lie between 1 and 3600") }
        guard registry.register(.init(id: id, address: announcement.address, zone: announcement.zone), of: service, for: .seconds(announcement.leaseSeconds)) else {
            throw ServiceError(.invalidParameter, "the registry is full")
        }
        return Response(status: .noContent)
    }
}
