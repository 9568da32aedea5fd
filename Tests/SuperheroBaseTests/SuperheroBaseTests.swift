import Foundation
import Support
import Testing

@testable import SuperheroBase

/// The base of `examples/superhero-base`, run: real processes on loopback, broken in every way that its README names.
@Suite struct SuperheroBaseTests {
    private static func withBase(_ work: (Base) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        let base = try await Base.started(in: folder.url)
        do { try await work(base) } catch {
            await base.stop()
            throw error
        }
        await base.stop()
    }

    @Test func anOrderIsOneTreeThroughAllServices() async throws {
        try await Self.withBase { base in
            let calm = try await base.tracedOrder()
            #expect(try Self.readme.contains(Self.indented(calm.outline)), "the README shows another trace than:\n\(calm.outline)")
            // One try in two of the gateway's calls does not get through.
            let away = #"{"hypothesis": "it is tried again", "at": "upstream.connect", "tags": {"upstream": "orders"}, "every": 2, "fault": {"error": "connection refused"}}"#
            try await base.begin("away", away, in: .gateway)
            var trees: [SpanTree] = []
            while trees.count < 2 { trees.append(try await base.tracedOrder()) }
            for tree in [calm] + trees { try Self.check(tree) }
            let tries = trees.flatMap(\.spans).filter { $0.service == "gateway" && $0.attributes["peer.service"] == "orders" }
            #expect(tries.contains { $0.hasFailed } && tries.contains { $0.attributes["http.request.resend_count"] == "1" && !$0.hasFailed })
        }
    }

    private static func check(_ tree: SpanTree) throws {
        #expect(tree.roots.map(\.service) == ["gateway"] && tree.roots.map(\.name) == ["POST /checkout"], "\(tree.text)")
        // Each service was asked by the one before it, and Verdict by each of them.
        for (service, name, caller) in [("orders", "POST /checkout", "gateway"), ("payments", "POST /payments", "orders"), ("audit", "POST /entries", "payments")] {
            let served = try #require(tree.spans.first { $0.service == service && $0.kind == 2 }, "\(tree.text)")
            let asked = try #require(tree.parent(of: served))
            #expect(served.name == name && asked.service == caller && asked.kind == 3 && asked.attributes["peer.service"] == service, "\(tree.text)")
        }
        let decisions = tree.spans.filter { $0.name == "decision" }
        #expect(Set(decisions.compactMap { $0.attributes["verdict.path"] }) == ["base/gateway/allow", "base/orders/allow", "base/payments/allow", "base/audit/allow"])
        for decision in decisions {
            let asker = try #require(tree.parent(of: decision).flatMap { tree.parent(of: $0) })
            #expect(asker.kind == 3 && asker.attributes["peer.service"] == "verdict" && decision.attributes["verdict.path"] == "base/\(asker.service)/allow", "\(tree.text)")
            // Every decision says what activated the policies that made it.
            let activation = try #require(decision.links.first.flatMap { tree.target(of: $0) }, "\(tree.text)")
            #expect(activation.name == "policy.activation" && activation.service == "verdict" && activation.trace != tree.trace)
            #expect(activation.attributes["verdict.event_id"] != nil && activation.attributes["verdict.event_id"] == decision.links[0].attributes["verdict.event_id"])
        }
    }

    @Test func everyFaultIsBorneAsTheReadmeSays() async throws {
        try await Self.withBase { base in
            let start = ContinuousClock.now
            for scenario in Scenario.all {
                let scene = await scenario.run(on: base)
                #expect(scene.isPassed, "\(scene.text)")
            }
            Measurement.note("\(Scenario.all.count) faults of the superhero base", "\(ContinuousClock.now - start)")
        }
    }

    @Test func thePoliciesOfTheBaseKeepTheirPromises() throws {
        let outcome = try Command.verdict(["test", Base.sources.appending(path: "policies").path])
        #expect(outcome.code == 0 && outcome.output.hasSuffix("PASS: 6/6\n"), "\(outcome.output)\(outcome.error)")
    }

    @Test func theReadmeNamesEveryFault() throws {
        for scenario in Scenario.all { #expect(try Self.readme.contains("| `\(scenario.name)` |"), "\(scenario.name)") }
    }

    private static var readme: String { get throws { try String(contentsOf: Base.sources.appending(path: "README.md"), encoding: .utf8) } }

    /// As a block of a page has it.
    private static func indented(_ text: String) -> String { text.split(separator: "\n").map { "    \($0)\n" }.joined() }
}
