import Foundation
import Support
import Testing

/// The whole service under faults, from seeds.
@Suite(.ownThread) struct SimulationTests {
    /// `VERDICT_SEED` replays one, and prints all of its history.
    private static let replayed = number("VERDICT_SEED")
    /// `VERDICT_SEEDS` sets how many there are; then all processors work on them.
    private static let asked = number("VERDICT_SEEDS")
    private static let usual: UInt64 = 100
    /// So many meet everything that a simulation can meet.
    private static let enough: UInt64 = 4000

    private static func number(_ name: String) -> UInt64? { ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) } }

    /// A seed that found something, and what.
    struct Finding: Decodable, Sendable, CustomTestStringConvertible {
        var seed: UInt64
        var found: String

        var testDescription: String { "\(seed): \(found)" }
    }

    private static let findings = Result { try JSONDecoder().decode([Finding].self, from: Data(contentsOf: URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Seeds.json"))) }

    /// What went wrong with a seed, and how to see it again.
    private static func report(_ seed: UInt64, _ history: History) -> Comment {
        let found = history.violations.map { "\($0.invariant.rawValue): \($0.detail)" }.joined(separator: "\n")
        let tail = history.lines.prefix { !$0.hasPrefix("VIOLATION") }.suffix(30).joined(separator: "\n")
        return "seed \(seed):\n\(found)\n\nbefore the first:\n\(tail)\n\nreplay it with: VERDICT_SEED=\(seed) swift test --filter SimulationTests"
    }

    /// Runs simulations on a thread of their own: those of Swift's tasks are needed by what ends beside them.
    private static func onThread<Outcome: Sendable>(_ work: @escaping @Sendable () -> Outcome) async -> Outcome {
        await withCheckedContinuation { continuation in
            let thread = Thread { continuation.resume(returning: work()) }
            thread.stackSize = 16 << 20
            thread.start()
        }
    }

    // MARK: Seeds

    @Test(arguments: (try? findings.get()) ?? [])
    func whatWasFoundStaysMended(_ finding: Finding) async {
        let history = await Self.onThread { Simulation.run(finding.seed) }
        if !history.violations.isEmpty { Issue.record(Self.report(finding.seed, history)) }
    }

    @Test func findingsAreThere() throws { #expect(try !Self.findings.get().isEmpty) }

    @Test(.enabled(if: replayed == nil)) func everyInvariantHolds() async {
        let count = Self.asked ?? Self.usual, workers = Self.asked == nil ? 1 : UInt64(ProcessInfo.processInfo.activeProcessorCount)
        var missed = Set(Self.marks)
        await withTaskGroup(of: Set<String>.self) { group in
            for worker in 0..<workers { group.addTask { await Self.onThread { Self.marksMissed(by: stride(from: worker, to: count, by: Int(workers))) } } }
            for await some in group { missed.formIntersection(some) }
        }
        if count >= Self.enough { #expect(missed.isEmpty, "no seed met these: they say nothing about them") }
    }

    /// Words of histories: a run of many seeds that misses one of them says less than it seems to.
    private static let marks = [
        "killProcess", "losePower\n", "losePowerAfter", "cannot start", "rolled back to", "cannot decide", "turns SHEDDABLE away", "drops SHEDDABLE",
        "takes SHEDDABLE away", "refuses key-", "lets decision", "cursor is at", ": 401", ": 503", "circuit_open", "deadline_exceeded", "connection_failed", "bulkhead_full",
    ]

    /// Runs seeds one after the other.
    private static func marksMissed(by seeds: some Sequence<UInt64>) -> Set<String> {
        var missed = Set(marks)
        for seed in seeds {
            let history = Simulation.run(seed)
            if !missed.isEmpty {
                let text = history.lines.joined(separator: "\n")
                missed = missed.filter { !text.contains($0) }
            }
            if !history.violations.isEmpty { Issue.record(report(seed, history)) }
        }
        return missed
    }

    @Test(.enabled(if: replayed != nil)) func aSeedIsReplayed() async throws {
        let seed = try #require(Self.replayed)
        let history = await Self.onThread { Simulation.run(seed) }
        print(history.lines.joined(separator: "\n"))
        if !history.violations.isEmpty { Issue.record(Self.report(seed, history)) }
    }

    // MARK: The harness

    @Test(arguments: 0..<8 as Range<UInt64>)
    func aSeedHasOneHistory(_ seed: UInt64) async {
        let (first, second) = await Self.onThread { (Simulation.run(seed), Simulation.run(seed)) }
        #expect(first.digest == second.digest)
        if let (line, other) = zip(first.lines, second.lines).first(where: { $0 != $1 }) { Issue.record("'\(line)' was '\(other)'") }
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func nothingIsLeft(_ seed: UInt64) async {
        let left = await Self.onThread { Simulation.leftovers(of: seed) }
        #expect(left.time == nil && left.disk == nil)
    }

    /// Simulations that are built to fail do, and say why.
    @Test(arguments: Simulation.Mistake.allCases)
    func aMistakeIsFound(_ mistake: Simulation.Mistake) async {
        let found = await Self.onThread { (0..<50 as Range<UInt64>).lazy.compactMap { Simulation.run($0, mistake).violations.first }.first }
        #expect(found?.invariant == mistake.broken, "\(mistake): \(found.map { $0.detail } ?? "not found")")
    }
}
