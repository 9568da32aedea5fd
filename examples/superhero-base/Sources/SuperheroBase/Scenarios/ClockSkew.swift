import Foundation
import Support

extension Scenario {
    static let clockSkew = Scenario(
        name: "clock-skew", hypothesis: "a gateway whose clock is five minutes off, ahead or behind, decides as the others do, but for tokens that began or ended within the leeway"
    ) { base, scene in
        for skew in [0, 300, -300] {
            if skew != 0 {
                let fault = "{\"hypothesis\": \"tokens are judged alike\", \"at\": \"clock.now\", \"fault\": {\"clock_skew_seconds\": \(skew)}}"
                try await base.begin("skew", fault, in: .gateway)
                scene.did("the gateway's clock is off by \(skew) s (chaos hook clock.now)")
            }
            let now = Date().timeIntervalSince1970.rounded()
            let tokens: [(note: String, claims: [String: JSON], status: Int?)] = [
                ("made now", [:], 200), ("ended 700 s ago", ["exp": .number(now - 700), "iat": .number(now - 1300)], 401),
                ("beginning in 700 s", ["nbf": .number(now + 700)], 401), ("ended 100 s ago", ["exp": .number(now - 100), "iat": .number(now - 700)], nil),
            ]
            for token in tokens {
                let caller = try Caller("ada", of: base, claims: token.claims)
                let status = try await base.ask("gateway", "GET", "/status", token: caller.token).status
                scene.saw("off by \(skew) s, a token \(token.note): \(status)\(token.status == nil ? " (within the leeway either is right)" : "")", token.status == nil || status == token.status)
            }
            let order = try await Caller.ada(of: base).order()
            scene.saw("off by \(skew) s, an order: \(order.status)", order.status == 201)
            if skew != 0 { try await base.end("skew", in: .gateway) }
        }
    }
}
