import Resilience
import Testing

/// A breaker whose time the test tells.
private struct Driven {
    var breaker: CircuitBreaker
    var now = ContinuousClock.now
    private let start: ContinuousClock.Instant

    init(_ change: (inout CircuitBreaker.Settings) -> Void = { _ in }) {
        var settings = CircuitBreaker.Settings()
        change(&settings)
        breaker = CircuitBreaker(settings)
        start = now
    }

    mutating func pass(_ duration: Duration) { now += duration }

    /// False where the call was not let through.
    @discardableResult
    mutating func call(_ outcome: CircuitBreaker.Outcome = .success, took: Duration = .milliseconds(10), count: Int = 1) -> Bool {
        for _ in 0..<count {
            guard let permit = try? breaker.admit(at: now) else { return false }
            breaker.record(outcome, of: permit, took: took, at: now, jitter: 0.5)
        }
        return true
    }

    var state: CircuitBreaker.State { breaker.state(at: now) }
    var rejection: CircuitBreaker.Rejection? {
        mutating get {
            do throws(CircuitBreaker.Rejection) {
                _ = try breaker.admit(at: now)
                return nil
            } catch {
                return error
            }
        }
    }
}

@Suite struct CircuitBreakerTests {
    @Test func opensAtHalfOfTheCallsButNotBefore() {
        var driven = Driven()
        driven.call(count: 10)
        driven.call(.failure(), count: 9)
        #expect(driven.state == .closed)
        driven.call(.failure())
        #expect(driven.state == .open && driven.breaker.reason == "10 of 20 calls failed")
        #expect(driven.call() == false)
        #expect(driven.rejection?.retryAfter == .seconds(5))
    }

    @Test func fewCallsAreNotJudged() {
        var driven = Driven()
        driven.call(.failure(), count: 19)
        #expect(driven.state == .closed)
    }

    @Test func oldCallsAreForgotten() {
        var driven = Driven()
        driven.call(.failure(), count: 19)
        driven.pass(.seconds(10.1))
        driven.call(.failure(), count: 19)
        #expect(driven.state == .closed)
        driven.pass(.seconds(10.1))
        driven.call(count: 200)
        // Of the last 100 calls, 49 failed.
        driven.call(.failure(), count: 49)
        #expect(driven.state == .closed)
        driven.call(.failure())
        #expect(driven.state == .open)
    }

    @Test func slowCallsOpenIt() {
        var driven = Driven { $0.expectedLatency = .milliseconds(100) }
        driven.call(took: .milliseconds(199), count: 100)
        #expect(driven.state == .closed)
        driven.call(took: .milliseconds(201), count: 79)
        #expect(driven.state == .closed)
        driven.call(took: .milliseconds(201))
        #expect(driven.state == .open && driven.breaker.reason == "80 of 100 calls were slow")
    }

    @Test func threeProbesCloseIt() {
        var driven = Driven()
        driven.call(.failure(), count: 20)
        driven.pass(.seconds(5))
        #expect(driven.state == .halfOpen)
        let permits = (0..<3).compactMap { _ in try? driven.breaker.admit(at: driven.now) }
        #expect(permits.count == 3 && permits.allSatisfy(\.isProbe))
        #expect(driven.rejection?.reason == "it is being tried whether the upstream is back")
        for permit in permits {
            #expect(driven.state == .halfOpen)
            driven.breaker.record(.success, of: permit, took: .zero, at: driven.now, jitter: 0)
        }
        #expect(driven.state == .closed && driven.breaker.transitions == 3)
    }

    @Test func openTimesGrowToTheirLimit() {
        var driven = Driven()
        driven.call(.failure(), count: 20)
        var waits: [Duration] = []
        for _ in 0..<6 {
            let wait = driven.breaker.retryAfter(at: driven.now) ?? .zero
            waits.append(wait)
            driven.pass(wait)
            driven.call(.failure())
        }
        #expect(waits == [5, 10, 20, 40, 60, 60].map { .seconds($0) })
    }

    @Test func jitterSpreadsTheEnd() throws {
        for (jitter, expected) in [(0.0, 4.0), (1, 6)] {
            var breaker = CircuitBreaker()
            let now = ContinuousClock.now
            for _ in 0..<20 { breaker.record(.failure(), of: try breaker.admit(at: now), took: .zero, at: now, jitter: jitter) }
            let wait = try #require(breaker.retryAfter(at: now))
            #expect(abs(wait / .seconds(1) - expected) < 1e-6)
        }
    }

    @Test func reportsFromBeforeCountNoMore() throws {
        var driven = Driven()
        let early = try driven.breaker.admit(at: driven.now)
        driven.call(.failure(), count: 20)
        driven.pass(.seconds(5))
        driven.call(count: 2)
        driven.breaker.record(.failure(), of: early, took: .seconds(9), at: driven.now, jitter: 0)
        driven.call()
        #expect(driven.state == .closed)
    }

    @Test func aProbeWhoseCallerWentAwayIsGivenBack() {
        var driven = Driven()
        driven.call(.failure(), count: 20)
        driven.pass(.seconds(5))
        driven.call(.ignored, count: 10)
        #expect(driven.state == .halfOpen)
        driven.call(count: 3)
        #expect(driven.state == .closed)
    }

    @Test func answersThatNameTheirRootOpenItAhead() {
        var driven = Driven()
        driven.call(.failure(root: "d", retryAfter: .seconds(9)), count: 2)
        #expect(driven.state == .closed)
        driven.call(.failure(root: "d", retryAfter: .seconds(9)))
        #expect(driven.rejection == CircuitBreaker.Rejection(retryAfter: .seconds(9), root: "d", reason: "it waits for 'd'"))
    }

    @Test func operatorsOverrideIt() {
        var driven = Driven()
        driven.breaker.force(.open, until: driven.now + .seconds(30))
        #expect(driven.rejection == CircuitBreaker.Rejection(retryAfter: .seconds(30), reason: "it was opened by hand"))
        driven.pass(.seconds(30))
        #expect(driven.call() == true)
        driven.breaker.force(.closed, until: driven.now + .seconds(30))
        #expect(driven.call(.failure(), count: 100) == true)
        driven.pass(.seconds(30))
        driven.call(.failure(), count: 20)
        #expect(driven.state == .open)
        driven.breaker.release(at: driven.now)
        #expect(driven.state == .closed)
    }
}

@Suite struct BreakerChainTests {
    private let chain = BreakerChain(["a": ["b"], "b": ["c", "e"], "c": ["d"]])

    @Test func theDeepestOpenOneIsTheRoot() {
        #expect(chain.root(of: "a") { _ in false } == nil)
        #expect(chain.root(of: "a") { ["b", "c", "d"].contains($0) } == "d")
        #expect(chain.root(of: "a") { $0 == "d" } == "d")
        #expect(chain.root(of: "c") { $0 == "b" } == nil)
        #expect(chain.root(of: "b") { $0 == "e" } == "e")
    }

    @Test func circlesAreFound() {
        #expect(chain.cycle == nil)
        #expect(BreakerChain(["a": ["b"], "b": ["c"], "c": ["b"]]).cycle == ["b", "c", "b"])
        #expect(BreakerChain(["a": ["a"]]).cycle == ["a", "a"])
        // Also a circle has an end for who looks for a root.
        #expect(BreakerChain(["a": ["b"], "b": ["a"]]).root(of: "a") { _ in false } == nil)
    }

    /// D fails; the chain above it opens ahead, and closes from the bottom, once each.
    @Test func recoveryRunsFromTheBottomUp() {
        let names = ["a", "b", "c", "d"]
        let chain = BreakerChain(["a": ["b"], "b": ["c"], "c": ["d"]])
        var breakers = Dictionary(uniqueKeysWithValues: names.map { ($0, CircuitBreaker()) })
        var now = ContinuousClock.now
        func call(_ name: String, works: Bool) -> String? {
            if let root = chain.root(of: name, isOpen: { breakers[$0]?.state(at: now) == .open }) { return root }
            guard let permit = try? breakers[name]?.admit(at: now) else { return name }
            breakers[name]?.record(works ? .success : .failure(), of: permit, took: .zero, at: now, jitter: 0.5)
            return nil
        }
        for _ in 0..<20 { _ = call("d", works: false) }
        for name in names { #expect(call(name, works: true) == "d") }
        now += .seconds(5)
        for _ in 0..<3 { #expect(call("d", works: true) == nil) }
        for name in names { #expect(call(name, works: true) == nil) }
        #expect(names.map { breakers[$0]?.transitions } == [0, 0, 0, 3])
    }
}
