import Support

extension Scenario {
    static let auditDown = Scenario(
        name: "audit-down", hypothesis: "payments go on, and every one of them is written down in the end, once"
    ) { base, scene in
        let ada = try Caller.ada(of: base)
        let before = Set(base.ledger.map(\.key))
        await base.kill(.audit)
        scene.did("killed the auditors")
        scene.saw("six orders", try await ada.orders(6), 201)
        scene.saw("written down meanwhile: \(base.ledger.count - before.count)", base.ledger.count == before.count)
        try await base.start(.audit)
        scene.did("started them again")
        try await Waiting.until { base.ledger.count >= before.count + 6 }
        let keys = base.ledger.map(\.key)
        scene.saw("written down since: \(keys.count - before.count), each once", keys.count == before.count + 6 && Set(keys).count == keys.count)
    }
}
