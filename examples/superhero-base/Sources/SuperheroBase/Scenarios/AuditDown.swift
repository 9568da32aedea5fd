import Support

extension Scenario {
    static let auditDown = Scenario(
        name: "audit-down", hypothesis: "payments go on, and every one of them is written down in the end, once"
    ) { base, scene in
        let ada = try Caller.ada(of: base)
        let before = Set(base.ledger.map(\.key)), lateBefore = try await base.requestsOfLateEntries().count
        await base.kill(.audit)
        scene.did("killed the auditors")
        scene.saw("six orders", try await ada.orders(6), 201)
        scene.saw("written down meanwhile: \(base.ledger.count - before.count)", base.ledger.count == before.count)
        try await base.start(.audit)
        scene.did("started them again")
        try await Waiting.until { base.ledger.count >= before.count + 6 }
        let keys = base.ledger.map(\.key)
        scene.saw("written down since: \(keys.count - before.count), each once", keys.count == before.count + 6 && Set(keys).count == keys.count)
        try await Waiting.until { try await base.requestsOfLateEntries().count >= lateBefore + 6 }
        let linked = Set(try await base.requestsOfLateEntries().values)
        scene.saw("what the traces of late entries link to: \(linked.sorted().joined(separator: ", "))", linked == ["POST /payments"])
    }
}

extension Base {
    /// The requests that entries are about which the auditors took later, by what the spans of their delivery link to. An entry may be delivered more than
    /// once, where the answer came too late.
    fileprivate nonisolated func requestsOfLateEntries() async throws -> [String: String] {
        let spans = try await spans()
        var requests: [String: String] = [:]
        for delivery in spans where delivery.name == "outbox.deliver" {
            let tree = SpanTree(of: delivery.trace, in: spans)
            guard tree.spans.contains(where: { $0.name == "POST /entries" && $0.attributes["http.response.status_code"] == "204" }) else { continue }
            let link = delivery.links.first
            requests[link?.span ?? delivery.identifier] = link.flatMap { tree.target(of: $0) }?.name ?? "nothing"
        }
        return requests
    }
}
