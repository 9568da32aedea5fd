import Support
import Testing

@testable import Routing

/// Who gets a canary, when it is ended, and which instance is whose.
@Suite struct CanaryTests {
    private static func side(_ identity: Int, _ share: Double) -> String? {
        var route = Route(name: "r")
        route.revision = .canary("next", share: share)
        return CanarySplit.revision(of: route, key: "user-\(identity)")
    }

    @Test(arguments: [(0.0, 0.01), (0.05, 0.06), (0.5, 0.49), (0.99, 1)])
    func identitiesStayOnTheirSide(_ before: Double, _ after: Double) {
        let all = 50_000
        var moved = 0, wrongWay = 0, onCanary = 0
        for identity in 0..<all {
            let first = Self.side(identity, before), second = Self.side(identity, after)
            if first != second { moved += 1 }
            if after > before, first != nil, second == nil { wrongWay += 1 }
            if second != nil { onCanary += 1 }
        }
        #expect(Double(moved) / Double(all) < 0.0125, "\(moved)")
        #expect(moved > 0 && wrongWay == 0)
        #expect(abs(Double(onCanary) / Double(all) - after) < 0.01)
    }

    @Test func withoutAKeyNobodyIsSurprised() {
        var route = Route(name: "r")
        route.revision = .canary("next", share: 1)
        #expect(CanarySplit.revision(of: route, key: nil) == nil)
        #expect(CanarySplit.revision(of: route, key: "ada") == "next")
    }

    /// The same on every machine: instances agree without speaking to each other.
    @Test func theHashNeverChanges() {
        #expect(StableHash.of("next", "ada") == StableHash.of("next", "ada"))
        #expect(StableHash.of("a", "bc") != StableHash.of("ab", "c"))
        #expect(CanarySplit.position(of: "ada", in: "next") == CanaryTests.known)
    }

    private static let known = 0.5681372958503927

    @Test func onlyTheCallersOfAnInstanceThatGoesMove() {
        let instances = ["a", "b", "c", "d"]
        var counts: [String: Int] = [:], moved = 0
        for caller in 0..<8000 {
            let first = RendezvousOrder.of(instances, key: "\(caller)"), without = RendezvousOrder.of(["a", "b", "d"], key: "\(caller)")
            counts[first[0], default: 0] += 1
            #expect(first.filter { $0 != "c" } == without)
            if first[0] != without[0] { moved += 1 }
        }
        #expect(counts.values.allSatisfy { (1800...2200).contains($0) }, "\(counts)")
        #expect(moved == counts["c"])
    }

    // MARK: Analysis

    @Test(arguments: [(1, 20), (5, 120), (20, 700)])
    func aWrongCanaryIsEndedWithinAThousandDecisions(_ every: Int, _ limit: Int) {
        var analysis = CanaryAnalysis(), count = 0
        while count < 1000, analysis.verdict == .undecided || analysis.verdict == .healthy {
            count += 1
            analysis.record(count % every == 0 ? .different : .same, own: .microseconds(10), other: .microseconds(10))
        }
        #expect(count <= limit, "one in \(every) differs: ended after \(count)")
        guard case .failed(let reason) = analysis.verdict else {
            Issue.record("was not ended")
            return
        }
        #expect(reason.contains("differ"))
    }

    @Test func aCanaryThatFailsOrIsSlowIsEnded() {
        var failing = CanaryAnalysis(), slow = CanaryAnalysis()
        for number in 0..<200 {
            failing.record(number % 10 == 0 ? .failed : .same, own: .microseconds(10), other: .microseconds(10))
            slow.record(.same, own: .milliseconds(30), other: .milliseconds(5))
        }
        guard case .failed(let reason) = failing.verdict, case .failed(let slowReason) = slow.verdict else {
            Issue.record("\(failing.verdict) \(slow.verdict)")
            return
        }
        #expect(reason.contains("fail") && slowReason.contains("6.0 times as long"))
    }

    @Test func aGoodCanaryIsLeftAlone() {
        var analysis = CanaryAnalysis()
        for number in 0..<100_000 {
            // Half of what may differ, by chance; and quick enough, however slow the other is.
            analysis.record(number % 200 == 0 ? .different : .same, own: .milliseconds(1), other: .microseconds(1))
            if case .failed(let reason) = analysis.verdict {
                Issue.record("\(reason) after \(number)")
                return
            }
        }
        #expect(analysis.verdict == .healthy)
    }

    @Test func keptAnswersGrowOldAndAreBounded() {
        var kept = KeptAnswers<Int, String>(capacity: 3)
        let now = ContinuousClock.now
        kept.keep("a", for: 1, at: now)
        #expect(kept.answer(1, maximumAge: .seconds(1), at: now + .milliseconds(900))?.answer == "a")
        #expect(kept.answer(1, maximumAge: .seconds(1), at: now + .seconds(1)) == nil)
        for key in 0..<10 { kept.keep("b", for: key, at: now) }
        #expect(kept.count <= 3)
    }
}
