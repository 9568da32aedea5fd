import FaultInjection
import Resilience
import Testing

@Suite struct RetryPolicyTests {
    private let policy = RetryPolicy(maximumAttempts: 6, baseDelay: .milliseconds(100), maximumDelay: .seconds(1), factor: 2)

    @Test func boundsGrowToTheMaximum() {
        #expect((1...6).map { policy.bound(afterFailures: $0) } == [100, 200, 400, 800, 1000, 1000].map { .milliseconds($0) })
        #expect(RetryPolicy(maximumAttempts: nil).bound(afterFailures: .max) == .seconds(20))
        #expect(policy.bound(afterFailures: 0) == .milliseconds(100))
    }

    @Test(arguments: 0..<20)
    func waitsLieBetweenZeroAndTheBound(_ seed: UInt64) {
        var retry = Retry(policy)
        var random = SeededRandom(seed: seed)
        for _ in 0..<5 {
            guard case .wait(let wait) = retry.recordFailure(using: &random) else {
                Issue.record("gave up too early")
                return
            }
            #expect(wait >= .zero && wait <= policy.bound(afterFailures: retry.failures))
        }
        #expect(retry.recordFailure(using: &random) == .giveUp)
    }

    @Test func waitsDiffer() {
        let waits = (UInt64(0)..<20).map { seed in
            var retry = Retry(policy)
            var random = SeededRandom(seed: seed)
            return retry.recordFailure(using: &random)
        }
        #expect(Set(waits).count > 15)
    }

    @Test func oneTryIsNoRetry() {
        var retry = Retry(.never)
        #expect(retry.recordFailure() == .giveUp)
    }

    @Test func theServersWishIsObeyedWithinReason() {
        var retry = Retry(policy)
        #expect(retry.recordFailure(retryAfter: .seconds(30)) == .wait(.seconds(30)))
        guard case .wait(let wait) = retry.recordFailure(retryAfter: .milliseconds(1)) else {
            Issue.record("gave up")
            return
        }
        #expect(wait >= .milliseconds(1) && wait <= .milliseconds(200))
        #expect(retry.recordFailure(retryAfter: .seconds(3600)) == .giveUp)
    }

    @Test func successStartsAgain() {
        var retry = Retry(RetryPolicy(maximumAttempts: 2))
        _ = retry.recordFailure()
        retry.recordSuccess()
        #expect(retry.failures == 0)
        #expect(retry.recordFailure() != .giveUp)
    }
}
