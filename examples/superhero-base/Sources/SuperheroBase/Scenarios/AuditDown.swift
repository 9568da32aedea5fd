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
        try await Waiting.until { try await base.lateEntries().count >= 6 }
        let payments = try await base.lateEntries().map { $0?.name ?? "nothing" }
        scene.saw("what the traces of late entries link to: \(Set(payments).sorted().joined(separator: ", "))", payments == Array(repeating: "POST /payments", count: 6))
    }
}

extension Base {
    /// The requests that entries are about which the auditors took later: what the spans of their delivery link to.
    fileprivate nonisolated func lateEntries() async throws -> [ReceivedSpan?] {
        let spans = try await spans()
        return spans.filter { $0.name == "outbox.deliver" }.compactMap { delivery in
            let tree = SpanTree(of: delivery.trace, in: spans)
            guard tree.spans.contains(where: { $0.name == "POST /entries" && $0.attributes["http.response.status_code"] == "204" }) else { return nil }
            return .some(delivery.links.first.flatMap { tree.target(of: $0) })
        }
    }
}
