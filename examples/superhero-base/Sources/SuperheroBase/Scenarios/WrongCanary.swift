import Foundation
import Support

extension Scenario {
    static let wrongCanary = Scenario(
        name: "wrong-canary", hypothesis: "policies that let too many in are taken back within 1,000 decisions; even before, nobody gets a token for what they may not do"
    ) { base, scene in
        // Of forty callers half may order.
        let callers = try (0..<40).map { try Caller("hero-\($0)", of: base, scope: $0.isMultiple(of: 2) ? Caller.scope : "nothing") }
        try base.writeCanary("gateway.rego", "package base.gateway\n\nallow := true\n")
        let routes = #"{"key": ["header.X-Subject"], "analysis": {"maximum_latency_factor": 1000}, "routes": [{"name": "canary", "match": {"path": "base/**"}, "revision": {"canary": "next", "share": 0.2}}]}"#
        let put = try await base.ask("verdict", "PUT", "/v1/routes", body: routes)
        scene.did("a fifth of the callers is decided about by a revision that allows everything (PUT /v1/routes: \(put.status))")
        var asked = 0, wrong = 0
        while asked < 1000, try await base.canaryState() != "ended" {
            for caller in callers.shuffled().prefix(20) {
                let answer = try await caller.look(at: "none")
                asked += 1
                // An order that is not there is not found by those who may look, and refused to the others.
                if answer.status == 404, caller.name.last.flatMap({ $0.wholeNumberValue })?.isMultiple(of: 2) == false { wrong += 1 }
            }
        }
        let state = try await base.canaryState()
        let metrics = try await base.ask("verdict", "GET", "/metrics").body
        let decided = metrics.split(separator: "\n").filter { $0.hasPrefix("routing_decisions_total{") && $0.contains("revision=\"next\"") }
            .compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }.reduce(0, +)
        scene.saw("after \(asked) questions, of which the canary decided \(decided), it is \(state)", state == "ended" && asked < 1000)
        scene.saw("callers who got through to where they may not: \(wrong)", wrong == 0)
        scene.saw("Verdict says so: routing_rollbacks_total is 1", metrics.contains("routing_rollbacks_total{revision=\"next\"} 1"))
        _ = try await base.ask("verdict", "PUT", "/v1/routes", body: #"{"routes": []}"#)
        try base.restoreCanary()
        scene.did("took the route and the revision away")
    }
}

extension Base {
    fileprivate nonisolated func canaryState() async throws -> String {
        let routes = try JSONDecoder().decode(JSON.self, from: Data(try await ask("verdict", "GET", "/v1/routes").body.utf8))
        guard case .string(let state)? = routes["result"]?["canaries"]?["next"]?["state"] else { return "not there" }
        return state
    }
}
