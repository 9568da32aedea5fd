import Resilience
import Testing

@Suite struct BudgetTests {
    @Test func aTenthOfTheCallsMayBeRepeated() {
        var budget = RetryBudget(.init(share: 0.1, minimumPerSecond: 0, limit: 1000))
        let now = ContinuousClock.now
        for _ in 0..<1000 { budget.recordCall() }
        let granted = (0..<1000).count { _ in budget.withdraw(at: now) }
        #expect((99...100).contains(granted), "\(granted)")
    }

    @Test func aFewASecondAreThereAnyway() {
        var budget = RetryBudget()
        let start = ContinuousClock.now
        #expect((0..<100).count { _ in budget.withdraw(at: start) } == 10)
        #expect((0..<100).count { _ in budget.withdraw(at: start + .milliseconds(500)) } == 5)
        // An hour saves up no more than a second.
        #expect((0..<100).count { _ in budget.withdraw(at: start + .seconds(3600)) } == 10)
    }

    @Test func bulkheadsAdmitQueueAndRefuse() {
        var settings = Bulkhead.Settings()
        settings.inFlight = 2
        settings.queue = 2
        var bulkhead = Bulkhead(settings)
        #expect((1...5).map { bulkhead.enter($0) } == [.admitted, .admitted, .waiting, .waiting, .refused])
        #expect(bulkhead.abandon(3) == true)
        #expect(bulkhead.leave() == 4)
        #expect(bulkhead.abandon(4) == false)
        #expect(bulkhead.inFlight == 2 && bulkhead.waiting == 0)
        for _ in 0..<2 { #expect(bulkhead.leave() == nil) }
        #expect(bulkhead.inFlight == 0)
    }

    @Test func theDeadlineShrinksByHop() {
        let now = ContinuousClock.now
        let first = CallContext(deadline: now + .milliseconds(1500))
        #expect(first.headers(attempt: 1, at: now + .milliseconds(200)).map { "\($0.name): \($0.value)" } == ["X-Request-Deadline: 1170"])
        let second = CallContext(deadlineHeader: "1300", attemptHeader: "2", at: now + .milliseconds(250))
        #expect(second.isRepetition && second.remaining(at: now + .milliseconds(1000)) == .milliseconds(550))
        #expect(second.headers(attempt: 3, at: now + .seconds(9)).map(\.value) == ["0", "3"])
        #expect(CallContext(deadlineHeader: "-1", attemptHeader: "x", at: now) == CallContext())
        #expect(CallContext(deadlineHeader: "99999999999999999999", attemptHeader: "0", at: now) == CallContext())
    }

    @Test func repeatingDependsOnTheMethod() {
        #expect(["GET", "PUT", "DELETE", "HEAD"].allSatisfy { Idempotency.mayRepeat(method: $0, hasKey: false) })
        #expect(!Idempotency.mayRepeat(method: "POST", hasKey: false) && !Idempotency.mayRepeat(method: "PATCH", hasKey: false))
        #expect(Idempotency.mayRepeat(method: "POST", hasKey: true))
    }

    @Test func latenciesHaveQuantiles() {
        var window = LatencyWindow(capacity: 100)
        for number in 1...19 { window.record(.milliseconds(number)) }
        #expect(window.quantile(0.95) == nil)
        for number in 20...1000 { window.record(.milliseconds(number)) }
        #expect(window.quantile(0.95) == .milliseconds(996))
    }

    @Test func aWaitBeyondTheDeadlineIsNotMade() {
        var retry = Retry(RetryPolicy(maximumAttempts: 5))
        #expect(retry.recordFailure(retryAfter: .seconds(3), remaining: .seconds(4)) == .wait(.seconds(3)))
        #expect(retry.recordFailure(retryAfter: .seconds(3), remaining: .seconds(2)) == .giveUp)
    }

    /// Waits drawn with full jitter are spread evenly: the Kolmogorov–Smirnov distance to the uniform distribution stays below the bound that
    /// chance exceeds once in a million runs.
    @Test func jitterIsUniform() {
        let count = 10_000
        let policy = RetryPolicy(maximumAttempts: nil)
        let waits = (0..<count).map { _ in
            var retry = Retry(policy)
            guard case .wait(let wait) = retry.recordFailure() else { return 1.0 }
            return wait / policy.baseDelay
        }.sorted()
        var distance = 0.0
        for (position, wait) in waits.enumerated() {
            let below = Double(position) / Double(count), above = Double(position + 1) / Double(count)
            distance = max(distance, abs(wait - below), abs(above - wait))
        }
        #expect(distance * Double(count).squareRoot() < 2.7, "\(distance)")
    }
}
