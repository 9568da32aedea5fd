import Discovery
import Foundation
import Hummingbird
import NIOCore
import Synchronization

/// What a hero orders.
struct Order: Codable, Sendable, ResponseEncodable {
    var id: String?
    var gadget: String
    var price: Int
    /// How it was paid.
    var payment: String?
}

/// Takes orders, once they are paid.
enum Orders {
    private final class Book: Sendable {
        private let orders = Mutex<[String: Order]>([:])

        func keep(_ order: Order, as id: String) { orders.withLock { $0[id] = order } }
        func order(_ id: String) -> Order? { orders.withLock { $0[id] } }
    }

    static func run(_ frame: ServiceFrame, port: Int) async throws {
        let book = Book(), payments = frame.neighbour("payments", scopes: ["pay", "record"])
        let router = frame.router()
        router.post("/checkout") { request, context -> EditedResponse<Order> in
            guard let caller = context.caller else { throw HTTPError(.unauthorized) }
            var order = try await request.decode(as: Order.self, context: context)
            let id = UUID().uuidString.lowercased()
            let payment = try JSONEncoder().encode(Payment(order: id, amount: order.price))
            let answer = try await payments.ask("POST", "/payments", body: Array(payment), as: caller, context.call, key: id)
            guard answer.status == 201 else { throw HTTPError(.init(code: answer.status), message: "the payment was refused") }
            (order.id, order.payment) = (id, try JSONDecoder().decode(Payment.self, from: Data(answer.body)).id)
            book.keep(order, as: id)
            return EditedResponse(status: .created, response: order)
        }
        router.get("/orders/:id") { _, context -> Order in
            guard let order = book.order(try context.parameters.require("id")) else { throw HTTPError(.notFound) }
            return order
        }
        try await frame.serve(router, port: port)
    }
}
