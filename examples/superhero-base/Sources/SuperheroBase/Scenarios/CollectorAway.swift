import Support

extension Scenario {
    static let collectorAway = Scenario(
        name: "collector-away", hypothesis: "nobody notices; spans that are lost are counted; the next trace is whole again"
    ) { base, scene in
        let ada = try Caller.ada(of: base)
        func dropped() async throws -> Int { try await base.count("verdict_spans_dropped_total", in: .gateway) }
        let before = try await dropped()
        let port = await base.kill(.collector)
        scene.did("killed the collector")
        scene.saw("five orders", try await ada.orders(5), 201)
        try await Waiting.until { try await dropped() > before }
        scene.saw("the gateway counts \(try await dropped() - before) spans as dropped", true)
        try await base.start(.collector, port: port)
        scene.did("started it again")
        // The longer it was away, the longer Verdict leaves it alone: at most 72 s.
        let tree = try await base.tracedOrder(within: .seconds(180))
        scene.saw("the trace of another order: \(tree.spans.count) spans, \(tree.roots.count) root", tree.roots.count == 1)
    }
}
