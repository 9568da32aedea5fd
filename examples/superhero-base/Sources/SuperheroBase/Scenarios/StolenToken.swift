import Foundation
import Rego
import Support

extension Scenario {
    static let stolenToken = Scenario(
        name: "stolen-token", hypothesis: "a token is of use only where it is meant for, to whom it was given, and by whom it is bound to"
    ) { base, scene in
        let ada = try Caller.ada(of: base), holder = TestHolder()
        let forOrders = try await base.exchanged(ada.token, by: "gateway", for: "orders", scope: "order pay record") ?? ""
        scene.did("stole ada's token, and the one that the gateway was given for orders")
        let thefts: [(note: String, role: String, method: String, path: String, token: String)] = [
            ("ada's token, at payments", "payments", "POST", "/payments", ada.token),
            ("the token for orders, at the gateway", "gateway", "POST", "/checkout", forOrders),
            ("the token for orders, at the auditors", "audit", "POST", "/entries", forOrders),
            ("a token of ada's that is bound to her key, without proof", "gateway", "POST", "/checkout", try Caller("ada", of: base, claims: ["cnf": .object(["jkt": .string(holder.thumbprint)])]).token),
            ("a token of another issuer", "gateway", "POST", "/checkout", try TestIssuer("https://issuer.example").token(["sub": "ada", "aud": "gateway", "scope": .string(Caller.scope)])),
        ]
        let ledger = base.ledger.count
        for theft in thefts {
            let status = try await base.ask(theft.role, theft.method, theft.path, token: theft.token, body: #"{"gadget": "x", "price": 1, "order": "x", "amount": 1, "key": "x"}"#).status
            scene.saw("\(theft.note): \(status)", status == 401)
        }
        let other = try await base.exchanged(ada.token, by: "gateway", for: "audit", scope: "record")
        scene.saw("the gateway's own attempt to be given a token for the auditors: \(other == nil ? "refused" : "given")", other == nil)
        let more = try await base.exchanged(forOrders, by: "orders", for: "payments", scope: "pay rule-the-world")
        scene.saw("orders' attempt to be given more than ada has: \(more == nil ? "refused" : "given")", more == nil)
        scene.saw("payments and entries that came of it: \(base.ledger.count - ledger)", base.ledger.count == ledger)
    }
}

extension Base {
    /// A token that the issuer gives a service for another; nil where it refuses.
    fileprivate nonisolated func exchanged(_ token: String, by service: String, for audience: String, scope: String) async throws -> String? {
        let credentials = Data("\(service):\(try folder.secret(of: service))".utf8).base64EncodedString()
        let form = "subject_token=\(token)&audience=\(audience)&scope=\(scope.replacing(" ", with: "%20"))"
        let answer = try await ask("issuer", "POST", "/token", body: form, headers: ["Authorization": "Basic \(credentials)"])
        guard answer.status == 200, case .string(let given)? = try Value(json: Array(answer.body.utf8))["access_token"] else { return nil }
        return given
    }
}
