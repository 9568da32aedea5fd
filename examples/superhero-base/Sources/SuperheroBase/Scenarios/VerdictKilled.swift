import Support

extension Scenario {
    static let verdictKilled = Scenario(
        name: "verdict-killed", hypothesis: "while nobody decides nothing passes but what may; what was decided about a caller before the crash holds after it"
    ) { base, scene in
        let ada = try Caller.ada(of: base), ben = try Caller("ben", of: base)
        try await ben.orderEventually()
        let write = try await base.ask("verdict", "PUT", "/v1/data/grounded/ben", body: "true")
        scene.did("grounded ben (PUT /v1/data/grounded/ben: \(write.status))")
        let grounded = try await ben.order()
        scene.saw("ben's next order: \(grounded.status)", grounded.status == 403)
        await base.killVerdict()
        scene.did("killed Verdict (kill -9)")
        scene.saw("five orders", try await ada.orders(5), 503)
        scene.saw("whether the gateway is up", [try await base.ask("gateway", "GET", "/status")], 200)
        try await base.startVerdict()
        scene.did("started it again, at another port")
        try await ada.orderEventually()
        let still = try await ben.order()
        scene.saw("ada's order is taken; ben's: \(still.status)", still.status == 403)
        _ = try await base.ask("verdict", "DELETE", "/v1/data/grounded/ben")
        scene.did("let ben off")
        try await ben.orderEventually()
        let events = try await base.ask("verdict", "GET", "/v1/events?stream=data").body
        scene.saw("the event log has both writes", events.contains("grounded"))
    }
}
