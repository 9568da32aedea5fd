import Resilience
import Testing

/// What is restarted, and when nothing helps, in virtual time.
@Suite struct SupervisionTests {
    private static let tree = SupervisionTree(
        [
            .init(name: "one", strategy: .oneForOne, components: ["a", "b"]), .init(name: "rest", strategy: .restForOne, components: ["c", "d", "e"]),
        ], intensity: RestartIntensity(limit: 5, window: .seconds(60)))

    private static func restarted(_ decision: SupervisionTree.Decision) -> [String]? { if case .restart(let names, _) = decision { names } else { nil } }

    @Test func strategiesSayWhatIsRestarted() {
        var tree = Self.tree
        let decisions = ["a", "d", "c"].map { tree.failed($0, at: .zero) }
        #expect(decisions.map(Self.restarted) == [["a"], ["d", "e"], ["c", "d", "e"]])
    }

    @Test func theSixthFailureWithinAMinuteEscalates() {
        var tree = Self.tree
        let first = (0..<5).map { tree.failed("a", at: .seconds($0)) }
        #expect(first.allSatisfy { Self.restarted($0) == ["a"] })
        guard case .restartSubsystem("one", ["a", "b"], _) = tree.failed("b", at: .seconds(5)) else {
            Issue.record("the subsystem was not restarted")
            return
        }
        // It begins anew, and so do its components; other subsystems know nothing of it.
        let next = tree.failed("a", at: .seconds(6)), other = tree.failed("c", at: .seconds(6))
        #expect(Self.restarted(next) == ["a"] && Self.restarted(other) == ["c", "d", "e"])
    }

    @Test func aSubsystemThatIsRestartedTooOftenEndsTheProcess() {
        var tree = Self.tree
        var decisions: [SupervisionTree.Decision] = []
        for step in 0..<36 { decisions.append(tree.failed("a", at: .milliseconds(step * 100))) }
        #expect(decisions.last == .exit(subsystem: "one"))
        #expect(decisions.dropLast().allSatisfy { $0 != .exit(subsystem: "one") })
    }

    @Test func failuresThatAreFarApartAreForgotten() {
        var tree = Self.tree
        let decisions = (0..<100).map { tree.failed("a", at: .seconds($0 * 13)) }
        #expect(decisions.allSatisfy { Self.restarted($0) == ["a"] })
        // And so is how long to wait.
        #expect(tree.failed("b", at: .seconds(10_000)) == .restart(["b"], after: .milliseconds(20)))
    }

    @Test func waitsGrowWithFailures() {
        var tree = Self.tree
        let waits = (0..<4).map { step -> Duration in if case .restart(_, let wait) = tree.failed("a", at: .seconds(step)) { wait } else { .zero } }
        #expect(waits == [20, 40, 80, 160].map { .milliseconds($0) })
    }

    @Test(arguments: [
        (200, 5, 0, true), (200, 4, 0, false), (199, 199, 0, false), (1000, 3, 11, true), (1000, 10, 10, false), (0, 0, 0, false),
    ])
    func newVersionsAreJudgedByTheirDecisions(_ decisions: Int, _ errors: Int, _ exhausted: Int, _ fails: Bool) {
        let before = Probation.Counts(decisions: 50, errors: 50, exhausted: 50)
        let probation = Probation(.init(), from: .seconds(100), counts: before)
        let counts = Probation.Counts(decisions: 50 + decisions, errors: 50 + errors, exhausted: 50 + exhausted)
        let (early, late) = (probation.verdict(counts, at: .seconds(130)), probation.verdict(counts, at: .seconds(160)))
        if fails {
            guard case .failed = early, case .failed = late else {
                Issue.record("\(early), \(late)")
                return
            }
        } else {
            #expect(early == .undecided && late == .passed)
        }
    }

    @Test func whatFailedBeforeIsNotHeldAgainstANewVersion() {
        let usual = Probation.Counts(decisions: 1000, errors: 50)
        let probation = Probation(.init(), from: .zero, counts: .init(), usual: usual)
        #expect(probation.verdict(.init(decisions: 1000, errors: 100), at: .seconds(1)) == .undecided)
        #expect(probation.verdict(.init(decisions: 1000, errors: 101), at: .seconds(1)) == .failed(reason: "101 of 1000 decisions failed"))
    }

    @Test func silentLoopsAreNamedOnceAndDeadOnesEndIt() {
        var beats = Heartbeats(loops: 2, warning: .seconds(2), death: .seconds(10), at: .zero)
        var findings: [Heartbeats.Finding] = []
        for step in 1...120 {
            let time = Duration.milliseconds(step * 100)
            beats.beat(0, at: time)
            if step <= 10 || step > 105 { beats.beat(1, at: time) }
            findings += beats.check(at: time)
        }
        #expect(findings == [.silent(loop: 1, for: .seconds(2)), .resumed(loop: 1, after: .milliseconds(9600))])
        for step in 1...101 { findings += beats.check(at: .seconds(12) + .milliseconds(step * 100)) }
        #expect(findings.suffix(2) == [.dead(loop: 0, for: .milliseconds(10_000)), .dead(loop: 1, for: .milliseconds(10_000))] || findings.contains { if case .dead = $0 { true } else { false } })
    }

    @Test func aWatcherThatSleptAccusesNobody() {
        var beats = Heartbeats(loops: 1, warning: .seconds(2), death: .seconds(10), at: .zero)
        let first = beats.check(at: .milliseconds(100)), woken = beats.check(at: .seconds(3600)), next = beats.check(at: .milliseconds(3_600_100))
        #expect(first.isEmpty && woken.isEmpty && next.isEmpty)
    }

    @Test func memoryPressureRisesAndFallsWithoutFlutter() {
        var pressure = MemoryPressure()
        let levels = [0.5, 0.79, 0.81, 0.79, 0.91, 0.89, 0.84, 0.76, 0.74].map { pressure.observe($0) }
        #expect(levels == [nil, nil, .shrinking, nil, .shedding, nil, .shrinking, nil, .normal])
    }
}
