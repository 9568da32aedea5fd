import FaultInjection
import Foundation
import Governance
import Hummingbird
import Rego

/// Faults on purpose in a service of the base, as `/v1/chaos` has them in Verdict. Only for a base that is there to be broken.
struct FaultRoutes {
    let chaos: Chaos

    func add(to router: Router<BaseContext>) {
        router.put("/chaos/:name") { request, context -> Response in
            let document = try Value(json: Array(try await request.body.collect(upTo: 1 << 16).readableBytesView))
            do {
                try chaos.begin(try ExperimentSettings.experiment(try context.parameters.require("name"), document))
            } catch {
                throw HTTPError(.badRequest, message: "\(error)")
            }
            return Response(status: .noContent)
        }
        router.delete("/chaos/:name") { _, context -> Response in
            Response(status: chaos.end(try context.parameters.require("name")) ? .noContent : .notFound)
        }
    }
}
