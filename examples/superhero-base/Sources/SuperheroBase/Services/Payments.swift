import Foundation
import Hummingbird
import Resilience

struct Payment: Codable, Sendable, ResponseEncodable {
    var id: String?
    var order: String
    var amount: Int
}

/// Takes payments. The policy obliges it to have each written down by the auditors, before it is made.
enum Payments {
    static func run(_ frame: ServiceFrame, port: Int) async throws {
        let outbox = Outbox(frame, audit: frame.neighbour("audit", scopes: ["record"]))
        let router = frame.router(obligations: [
            "audit": { _, request, context in
                guard let caller = context.caller else { throw HTTPError(.unauthorized) }
                // Who no longer waits has been told that nothing was paid.
                guard context.call.remaining(at: .now) != .zero else { throw HTTPError(.gatewayTimeout) }
                let payment = try await request.decode(as: Payment.self, context: context)
                try await outbox.record(Entry(key: payment.order, amount: payment.amount), for: caller, context.call)
            }
        ])
        router.post("/payments") { request, context -> EditedResponse<Payment> in
            var payment = try await request.decode(as: Payment.self, context: context)
            payment.id = "paid-\(payment.order)"
            return EditedResponse(status: .created, response: payment)
        }
        try await frame.serve(router, port: port, with: [outbox])
    }
}
