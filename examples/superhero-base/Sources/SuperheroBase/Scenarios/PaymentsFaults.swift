import Support

extension Scenario {
    static let paymentsSlow = Scenario(
        name: "payments-slow", hypothesis: "orders are refused in time and name payments; then payments are left alone; looking at orders goes on; nothing is paid for an order that was refused"
    ) { base, scene in
        let ada = try Caller.ada(of: base), known = try await ada.orderEventually(), paid = base.ledger.count
        let slow = #"{"hypothesis": "orders do not wait", "at": "upstream.request", "tags": {"upstream": "verdict"}, "fault": {"latency": {"seconds": 5}}}"#
        try await base.begin("slow", slow, in: .payments)
        scene.did("payments wait 5 s before they ask Verdict (chaos hook upstream.request)")
        let late = try await ada.orders(8)
        scene.saw("eight orders at once, because of \(Set(late.map(\.root)).sorted().joined(separator: ", "))", late, 503)
        // From time to time one is let through, to see whether payments are back; whoever comes then is told at once.
        var answer = try await ada.order()
        for _ in 0..<5 where !answer.saysWhen { answer = try await ada.order() }
        scene.saw("one more: \(answer.status), told when to ask again, because of \(answer.root)", answer.status == 503 && answer.saysWhen && answer.root == "payments")
        scene.saw("looks at an order meanwhile", try await (0..<5).asyncMap { _ in try await ada.look(at: known) }, 200)
        try await base.end("slow", in: .payments)
        scene.did("ended the experiment")
        try await ada.orderEventually()
        // Until payments are through with all that reached them, also when nobody waited any more.
        try await Waiting.until { try await base.count("gatekeeper_pending", in: .payments) == 0 }
        scene.saw("payments of refused orders: \(base.ledger.count - paid - 1)", base.ledger.count == paid + 1)
    }

    static let paymentsDown = Scenario(
        name: "payments-down", hypothesis: "orders are refused at once and name payments; looking at orders goes on; payments are found where they come back"
    ) { base, scene in
        let ada = try Caller.ada(of: base), known = try await ada.orderEventually()
        let before = base.folder.address(of: "payments") ?? ""
        await base.kill(.payments)
        scene.did("killed payments")
        let refused = try await ada.orders(8)
        scene.saw("eight orders, because of \(Set(refused.map(\.root)).sorted().joined(separator: ", "))", refused, 503)
        scene.saw("looks at an order meanwhile", try await (0..<5).asyncMap { _ in try await ada.look(at: known) }, 200)
        try await base.start(.payments)
        let after = base.folder.address(of: "payments") ?? ""
        scene.did("started them again, at \(after) instead of \(before)")
        try await ada.orderEventually()
        scene.saw("an order is taken; nobody was told the new address but by the file", after != before)
    }
}

extension Sequence {
    /// One after the other.
    func asyncMap<Result>(_ transform: (Element) async throws -> Result) async rethrows -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
