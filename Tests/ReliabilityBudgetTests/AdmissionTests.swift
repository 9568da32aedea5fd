import ReliabilityBudget
import Testing

/// Who is turned away, in virtual time.
@Suite struct AdmissionTests {
    @Test func aCallerMayBurstAndThenKeepsItsRate() {
        let budget = RateBudget(perSecond: 10, burst: 5)
        var cell = RateBudget.Cell()
        var admitted = 0
        // A thousand tries within ten seconds: the burst, and ten for each second.
        for step in 0..<1000 {
            let time = Duration.milliseconds(10 * step)
            guard budget.wait(cell, at: time) == nil else { continue }
            budget.spend(&cell, at: time)
            admitted += 1
        }
        #expect(admitted == 5 + 99)
        #expect(budget.wait(cell, at: .milliseconds(9990)) == .milliseconds(10))
        #expect(budget.wait(cell, at: .seconds(20)) == nil)
    }

    @Test func oneCallerDoesNotSpendAnothersBudget() throws {
        var settings = AdmissionControl.Settings()
        settings.rates = [
            .init(name: "tenants", subject: .header("T"), budget: RateBudget(perSecond: 1, burst: 2)),
            .init(name: "all", subject: .route, budget: RateBudget(perSecond: 1, burst: 3)),
        ]
        let control = AdmissionControl(settings)
        func ask(_ tenant: String?) -> Refusal? {
            do throws(Refusal) {
                try control.admit(.critical, at: .seconds(1)) { $0 == .route ? "/" : tenant }
                return nil
            } catch { return error }
        }
        #expect(ask("a") == nil && ask("a") == nil)
        #expect(ask("a")?.reason == .rateBudget && ask("a")?.retryAfter == .seconds(1))
        // What was refused has not been counted against the other budget.
        #expect(ask("b") == nil)
        #expect(ask("b")?.detail == "the rate budget 'all' is spent")
    }

    @Test func theLimitFallsWhenWorkGetsSlowerAndComesBack() {
        var settings = ConcurrencyLimit.Settings()
        (settings.initial, settings.minimum, settings.maximum) = (100, 10, 200)
        var limit = ConcurrencyLimit(settings)
        func work(_ duration: Duration, rounds: Int) {
            for _ in 0..<rounds {
                var begun = 0
                while limit.begin(.criticalPlus) { begun += 1 }
                for _ in 0..<begun { limit.end(after: duration) }
            }
        }
        work(.milliseconds(10), rounds: 5)
        #expect(limit.limit == 200)
        work(.milliseconds(100), rounds: 1)
        let fallen = limit.limit
        #expect(fallen < 100)
        work(.milliseconds(10), rounds: 20)
        #expect(limit.limit == 200)
        #expect(limit.underWay == 0)
    }

    @Test func lowerClassesLeaveRoomForHigherOnes() {
        var settings = ConcurrencyLimit.Settings()
        (settings.initial, settings.minimum, settings.maximum) = (20, 20, 20)
        var limit = ConcurrencyLimit(settings)
        var admitted: [Criticality: Int] = [:]
        for criticality in Criticality.allCases { while limit.begin(criticality) { admitted[criticality, default: 0] += 1 } }
        #expect(admitted == [.sheddable: 10, .sheddablePlus: 5, .critical: 3, .criticalPlus: 2])
    }

    @Test func theMostCriticalComeFirstAndThenWhoCameFirst() {
        var queue = CriticalityQueue<Int>()
        for number in 0..<400 { queue.append(number, Criticality.allCases[number % 4]) }
        var turns: [Int] = []
        for _ in 0..<250 { if let number = queue.popFirst() { turns.append(number) } }
        queue.append(1000, .criticalPlus)
        while let number = queue.popFirst() { turns.append(number) }
        let expected = [3, 2].flatMap { Array(stride(from: $0, to: 400, by: 4)) } + Array(stride(from: 1, to: 200, by: 4)) + [1000] + Array(stride(from: 201, to: 400, by: 4))
        #expect(turns == expected + Array(stride(from: 0, to: 400, by: 4)))
    }

    @Test func whatMattersLessMakesRoom() throws {
        var queue = CriticalityQueue<Int>()
        for (number, criticality) in [Criticality.sheddablePlus, .sheddable, .sheddable, .critical].enumerated() { queue.append(number, criticality) }
        #expect(queue.displace(below: .sheddable) == nil)
        #expect((0..<4).map { _ in queue.displace(below: .critical) } == [2, 1, 0, nil])
        #expect(queue.popFirst() == 3 && queue.popFirst() == nil)
        queue.append(4, .sheddable)
        #expect(queue.popFirst() == 4)
    }

    /// What waits fills the limit, and more: it has fallen meanwhile.
    @Test func criticalWorkIsLetInWhereOthersWait() throws {
        var settings = AdmissionControl.Settings()
        (settings.concurrency.initial, settings.concurrency.minimum) = (8, 1)
        let control = AdmissionControl(settings)
        var waiting: [AdmissionControl.Ticket] = []
        while let ticket = try? control.begin(.critical, at: .zero) { waiting.append(ticket) }
        #expect(waiting.count == 8)
        func displace() -> Bool { waiting.popLast().map { control.endDisplaced($0).reason == .concurrency } ?? false }
        for _ in 0..<8 { #expect(throws: Never.self) { try control.begin(.criticalPlus, at: .zero, displace: displace) } }
        #expect(throws: Refusal.self) { try control.begin(.criticalPlus, at: .zero, displace: displace) }
    }

    @Test func aStandingQueueDropsTheLowestFirst() {
        var delay = QueueDelay(target: .milliseconds(10), interval: .milliseconds(100))
        // A burst: the queue is long for less than an interval.
        let burst = [(50, 0), (50, 90), (1, 95)].map { delay.drops(.sheddable, waited: .milliseconds($0.0), at: .milliseconds($0.1)) }
        #expect(burst == [false, false, false])
        var dropped: [Criticality: Int] = [:]
        for step in 100..<1100 {
            for criticality in Criticality.allCases where delay.drops(criticality, waited: .milliseconds(50), at: .milliseconds(step)) { dropped[criticality, default: 0] += 1 }
        }
        #expect(dropped[.sheddable] == 900 && dropped[.sheddablePlus] == 900)
        #expect(dropped[.criticalPlus] == nil)
        #expect(dropped[.critical] == nil)
        let late = (1100..<2100).count { delay.drops(.critical, waited: .milliseconds(250), at: .milliseconds($0)) }
        #expect(late > 5 && late < 100)
        let isStillDropping = delay.drops(.sheddable, waited: .zero, at: .milliseconds(2100))
        #expect(!isStillDropping)
    }

    @Test func pressureShutsOutClassesUntilItEnds() throws {
        let control = AdmissionControl()
        #expect(control.isOpen)
        control.shed(upTo: .sheddable, because: .memory)
        control.shed(upTo: .critical, because: .lag)
        #expect(!control.isOpen)
        #expect(throws: Refusal.self) { try control.admit(.critical, at: .zero) { _ in nil } }
        try control.admit(.criticalPlus, at: .zero) { _ in nil }
        control.shed(upTo: nil, because: .lag)
        try control.admit(.sheddablePlus, at: .zero) { _ in nil }
        #expect(throws: Refusal(.memory, "the service is under pressure", retryAfter: .seconds(1))) { try control.admit(.sheddable, at: .zero) { _ in nil } }
        control.shed(upTo: nil, because: .memory)
        #expect(control.isOpen)
    }

    @Test func headersAskForClassesUpToTheHighest() {
        var classes = AdmissionControl.Classes()
        classes.highest = .critical
        #expect(classes.criticality(nil) == .critical && classes.criticality("nonsense") == .critical)
        #expect(classes.criticality("sheddable_plus") == .sheddablePlus && classes.criticality("CRITICAL_PLUS") == .critical)
    }
}
