import Foundation
import Support

/// Somebody who asks the gateway, with a token of the issuer.
public struct Caller: Sendable {
    let name: String
    public let token: String
    private let base: Base

    static let scope = "order pay record"

    /// - Parameter claims: others than usual, for tokens that are wrong.
    package init(_ name: String, of base: Base, scope: String = scope, claims: [String: JSON] = [:]) throws {
        self.name = name
        self.base = base
        let usual: [String: JSON] = ["sub": .string(name), "aud": "gateway", "scope": .string(scope)]
        token = try IssuerStandIn(in: base.folder).tokens.token(usual.merging(claims) { _, given in given })
    }

    /// A hero of the policies' data, who may buy.
    static func ada(of base: Base) throws -> Caller { try Caller("ada", of: base) }

    func order(_ price: Int = 120, headers: [String: String] = [:]) async throws -> Client.Answer {
        try await base.ask("gateway", "POST", "/checkout", token: token, body: "{\"gadget\": \"grappling hook\", \"price\": \(price)}", headers: headers)
    }

    /// Several orders at once.
    func orders(_ count: Int) async throws -> [Client.Answer] {
        try await withThrowingTaskGroup(of: Client.Answer.self) { group in
            for _ in 0..<count { group.addTask { try await order() } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    func look(at order: String) async throws -> Client.Answer { try await base.ask("gateway", "GET", "/orders/\(order)", token: token) }

    /// Waits until the caller can buy again, and gives the order's identifier.
    @discardableResult
    func orderEventually(_ price: Int = 120) async throws -> String {
        var identifier = ""
        try await Waiting.until {
            let answer = try await order(price)
            guard answer.status == 201, let order = try? JSONDecoder().decode(Order.self, from: Data(answer.body.utf8)), let id = order.id else { return false }
            identifier = id
            return true
        }
        return identifier
    }
}
