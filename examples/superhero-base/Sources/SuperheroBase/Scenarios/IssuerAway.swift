import Discovery
import Support

extension Scenario {
    static let issuerAway = Scenario(
        name: "issuer-away", hypothesis: "who has been here goes on; who is new waits; nobody gets in unseen"
    ) { base, scene in
        let ada = try Caller.ada(of: base), eve = try Caller("eve", of: base)
        try await ada.orderEventually()
        let port = await base.kill(.issuer)
        scene.did("killed the issuer")
        scene.saw("ada, whose tokens were exchanged before", try await ada.orders(5), 201)
        let refused = try await eve.order()
        scene.saw("eve, who is new: \(refused.status), because of \(refused.root)", refused.status == 503 && refused.root == "issuer")
        let forged = try TestIssuer(ServiceFrame.issuerName).token(["sub": "ada", "aud": "gateway", "scope": .string(Caller.scope)])
        let answer = try await base.ask("gateway", "GET", "/orders/1", token: forged)
        scene.saw("a forged token: \(answer.status)", answer.status == 401)
        try await base.start(.issuer, port: port)
        scene.did("started it again")
        try await eve.orderEventually(100)
        scene.saw("eve's order is taken", true)
    }
}

extension Client.Answer {
    /// Who is the cause of an answer that says so.
    var root: String { headers[UpstreamError.rootHeader.lowercased()] ?? "nobody" }

    /// Whether it says when it makes sense to ask again.
    var saysWhen: Bool { headers["retry-after"] != nil }
}
