import Resilience
import Testing

@Suite struct FallbackTests {
    @Test(arguments: [
        (1.0, true, FallbackPolicy.Source.cached), (1.0, false, .stale), (11.0, true, .stale), (61.0, true, .default),
    ])
    func theOrderIsFixed(_ age: Double, _ isCurrent: Bool, _ expected: FallbackPolicy.Source) {
        let policy = FallbackPolicy(fresh: .seconds(10), stale: .seconds(60), declared: Array("false".utf8))
        #expect(policy.source(age: .seconds(age), isCurrent: isCurrent) == expected)
        #expect(policy.source(age: nil, isCurrent: false) == .default)
    }

    @Test func whatIsNotAllowedDoesNotStandIn() {
        #expect(FallbackPolicy().source(age: .zero, isCurrent: true) == nil)
        #expect(FallbackPolicy(fresh: .seconds(10)).source(age: .seconds(1), isCurrent: false) == nil)
        #expect(FallbackPolicy(fresh: .seconds(10)).source(age: .seconds(11), isCurrent: true) == nil)
        #expect(FallbackPolicy(stale: .seconds(10)).source(age: .seconds(1), isCurrent: true) == .stale)
    }

    private static func question(_ number: Int) -> AnswerCache.Question { .init("a", Array("\(number)".utf8)) }
    private static func answer(_ text: String = "true") -> AnswerCache.Answer { .init(Array(text.utf8), version: 1, at: .now) }

    @Test func theOldestGoFirst() {
        var cache = AnswerCache(entryLimit: 3)
        for number in 1...3 { cache.keep(Self.answer(), to: Self.question(number)) }
        // Kept anew, the first is now the youngest.
        cache.keep(Self.answer("false"), to: Self.question(1))
        cache.keep(Self.answer(), to: Self.question(4))
        #expect((1...4).map { cache[Self.question($0)] != nil } == [true, false, true, true])
        #expect(cache[Self.question(1)]?.text == Array("false".utf8))
    }

    @Test func memoryIsBounded() {
        var cache = AnswerCache(entryLimit: 1_000_000, byteLimit: 100_000)
        for number in 0..<10_000 { cache.keep(Self.answer(String(repeating: "x", count: number % 500)), to: Self.question(number % 3000)) }
        #expect(cache.byteCount <= 100_000 && cache.count > 100)
        let large = Self.answer(String(repeating: "x", count: 50_000))
        cache.keep(large, to: Self.question(1))
        #expect(cache[Self.question(1)] == nil)
        for number in 0..<3000 { cache.keep(large, to: Self.question(number)) }
        #expect(cache.count == 0 && cache.byteCount == 0)
    }
}
