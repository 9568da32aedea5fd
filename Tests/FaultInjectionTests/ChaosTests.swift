import FaultInjection
import Testing

@Suite struct ChaosTests {
    private static func experiment(_ fault: Fault = .error("no"), _ selection: Experiment.Selection = .init(), at point: HookPoint = .request, share: Double = 1) -> Experiment {
        Experiment(name: "e", hypothesis: "h", point: point, fault: fault, selection: selection, maximumShare: share)
    }

    private static func hits(_ chaos: Chaos, _ count: Int, tags: [String: String] = [:], at point: HookPoint = .request) -> [Bool] {
        (0..<count).map { _ in chaos.fault(at: point, tags) != nil }
    }

    /// What a run of three experiments does to 300 calls, in figures that any difference changes.
    private static func digest(seed: UInt64) throws -> UInt64 {
        let chaos = Chaos(seed: seed)
        let experiments: [(HookPoint, Fault)] = [
            (.request, .latency(.exponential(mean: .milliseconds(50)))), (.response, .corrupt(bytes: 3)), (.write, .tornWrite(after: 0.5)),
        ]
        for (point, fault) in experiments {
            try chaos.begin(Experiment(name: point.rawValue, hypothesis: "h", point: point, fault: fault, selection: .init(probability: 0.3)))
        }
        var digest: UInt64 = 0xcbf2_9ce4_8422_2325
        func add(_ bytes: some Sequence<UInt8>) { for byte in bytes { digest = (digest ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 } }
        for number in 0..<300 {
            guard let fault = chaos.fault(at: experiments[number % 3].0) else { continue }
            add("\(number) \(fault.experiment) \(fault.delay ?? .zero)".utf8)
            add(fault.altered(Array(repeating: 7, count: 20)))
        }
        return digest
    }

    @Test func theSameSeedGivesTheSameFaults() throws {
        let first = try Self.digest(seed: 42)
        for _ in 0..<100 { #expect(try Self.digest(seed: 42) == first) }
        #expect(try Self.digest(seed: 43) != first)
    }

    @Test func callsElsewhereChangeNothing() throws {
        let alone = Chaos(seed: 1), busy = Chaos(seed: 1)
        for chaos in [alone, busy] { try chaos.begin(Self.experiment(.error("no"), .init(probability: 0.5))) }
        try busy.begin(Experiment(name: "other", hypothesis: "h", point: .response, fault: .error("no"), selection: .init(probability: 0.5)))
        let expected = Self.hits(alone, 100)
        let found = (0..<100).map { _ in
            _ = busy.fault(at: .response)
            return busy.fault(at: .request) != nil
        }
        #expect(found == expected)
    }

    @Test func probabilityIsAShare() throws {
        let chaos = Chaos(seed: 3)
        try chaos.begin(Self.experiment(.error("no"), .init(probability: 0.2)))
        let count = Self.hits(chaos, 10_000).count { $0 }
        // Five standard deviations around the mean.
        #expect((1800...2200).contains(count), "\(count)")
    }

    @Test func everyNthCallIsHit() throws {
        let chaos = Chaos(seed: 3)
        try chaos.begin(Self.experiment(.error("no"), .init(every: 3)))
        #expect(Self.hits(chaos, 6) == [false, false, true, false, false, true])
    }

    @Test func onlyCallsWithTheTagsAreHit() throws {
        let chaos = Chaos(seed: 3)
        try chaos.begin(Self.experiment(.error("no"), .init(tags: ["upstream": "keys"])))
        #expect(chaos.fault(at: .request, ["upstream": "bundles"]) == nil)
        #expect(chaos.fault(at: .response, ["upstream": "keys"]) == nil)
        #expect(chaos.fault(at: .request, ["upstream": "keys", "more": "x"]) != nil)
    }

    @Test func theBlastRadiusIsKept() throws {
        let chaos = Chaos(seed: 3)
        try chaos.begin(Self.experiment(share: 0.1))
        #expect(Self.hits(chaos, 1000).count { $0 } == 100)
        for count in 1...200 {
            let other = Chaos(seed: UInt64(count))
            try other.begin(Self.experiment(.error("no"), .init(probability: 0.9), share: 0.25))
            #expect(Self.hits(other, count).count { $0 } * 4 <= count)
        }
    }

    @Test func experimentsEndByThemselves() throws {
        let chaos = Chaos(seed: 3), start = ContinuousClock.now
        var experiment = Self.experiment()
        experiment.duration = .seconds(5)
        try chaos.begin(experiment, at: start)
        #expect(chaos.fault(at: .request, now: start + .seconds(4.9)) != nil)
        #expect(chaos.reports(at: start + .seconds(4)).first?.remaining == .seconds(1))
        #expect(chaos.fault(at: .request, now: start + .seconds(5)) == nil)
        #expect(!chaos.isActive)
        let report = try #require(chaos.reports(at: start + .seconds(6)).first)
        #expect(report.ended == "expired" && report.hits == 1 && report.calls == 1)
    }

    @Test(arguments: [
        (Experiment(name: "", hypothesis: "h", point: .request, fault: .noSpace), "name is missing"),
        (Experiment(name: "a", hypothesis: "", point: .request, fault: .noSpace), "hypothesis is missing"),
        (Experiment(name: "a", hypothesis: "h", point: .init(rawValue: "moon.shine"), fault: .noSpace), "'moon.shine' is not one of listener.accept"),
        (Experiment(name: "a", hypothesis: "h", point: .request, fault: .noSpace), "no meaning at upstream.request"),
        (Experiment(name: "a", hypothesis: "h", point: .write, fault: .noSpace, duration: .seconds(4000)), "at most an hour"),
        (Experiment(name: "a", hypothesis: "h", point: .write, fault: .noSpace, selection: .init(probability: 2)), "between 0 and 1"),
    ])
    func whatMakesNoSenseIsRefused(_ experiment: Experiment, _ reason: String) {
        #expect(throws: Chaos.Refusal.self) { try Chaos(seed: 1).begin(experiment) }
        #expect(experiment.problem?.contains(reason) == true, "\(experiment.problem ?? "")")
    }

    @Test func bytesAreAltered() throws {
        let bytes = Array(repeating: UInt8(1), count: 100)
        func fault(_ fault: Fault) throws -> InjectedFault {
            let chaos = Chaos(seed: 5)
            try chaos.begin(Self.experiment(fault, at: .response))
            return try #require(chaos.fault(at: .response))
        }
        #expect(try fault(.truncate(to: 0.25)).altered(bytes).count == 25)
        let corrupted = try fault(.corrupt(bytes: 1)).altered(bytes)
        #expect(corrupted.count == 100 && zip(corrupted, bytes).count { $0 != $1 } == 1)
        #expect(try fault(.corrupt(bytes: 1)).altered([]).isEmpty)
    }

    @Test func filesAreTornAndFull() throws {
        let chaos = Chaos(seed: 5)
        #expect(try chaos.writing([1, 2], to: "f") == [1, 2])
        try chaos.begin(Self.experiment(.tornWrite(after: 0.5), at: .write))
        let torn = #expect(throws: TornWrite.self) { _ = try chaos.writing([1, 2, 3, 4], to: "f") }
        #expect(torn?.written == [1, 2])
        try chaos.begin(Self.experiment(.noSpace, .init(tags: ["file": "f"]), at: .rename))
        let full = #expect(throws: FaultFailure.self) { try chaos.operating(.rename, on: "f") }
        #expect(full?.description == "No space left on device (injected at file.rename by the experiment 'e')")
        try chaos.operating(.rename, on: "g")
    }

    @Test func waitsHaveTheirDistribution() throws {
        let chaos = Chaos(seed: 5)
        try chaos.begin(Self.experiment(.latency(.exponential(mean: .milliseconds(100)))))
        let waits = (0..<5000).compactMap { _ in chaos.fault(at: .request)?.delay }
        let mean = waits.reduce(.zero, +) / waits.count
        #expect(mean > .milliseconds(93) && mean < .milliseconds(107), "\(mean)")
        // An exponential distribution has its median at ln 2 of the mean.
        let median = waits.sorted()[2500]
        #expect(median > .milliseconds(63) && median < .milliseconds(76), "\(median)")
    }

    private struct Lost: SteadyState {
        func deviation(at now: ContinuousClock.Instant) -> String? { "6 % of requests failed" }
    }

    @Test func theGuardEndsExperiments() throws {
        let chaos = Chaos(seed: 1)
        let guarding = SteadyStateGuard(chaos, Lost())
        #expect(guarding.check(at: .now) == nil)
        try chaos.begin(Self.experiment())
        #expect(guarding.check(at: .now) == "6 % of requests failed")
        #expect(!chaos.isActive && chaos.reports().first?.ended == "steady state lost: 6 % of requests failed")
    }

    @Test func failuresAreSharesOfTheWindow() {
        var share = FailureShare(window: .seconds(2), minimum: 10)
        let start = ContinuousClock.now
        #expect(share.record(all: 100, failed: 50, at: start) == nil)
        #expect(share.record(all: 105, failed: 50, at: start + .seconds(1)) == nil)
        #expect(share.record(all: 120, failed: 55, at: start + .seconds(2)) == 0.25)
        #expect(share.record(all: 140, failed: 55, at: start + .seconds(5)) == 0)
    }
}
