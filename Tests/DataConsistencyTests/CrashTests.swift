import DataConsistency
import Foundation
import struct Rego.SeededRandom
import Support
import Testing

/// A process that appends is killed at random moments, again and again.
@Suite(.ownThread) struct CrashTests {
    /// `VERDICT_KILLS` sets how often; `Tests/Benchmarks/kills` does it a thousand times.
    private static let kills = ProcessInfo.processInfo.environment["VERDICT_KILLS"].flatMap { Int($0) } ?? 12

    @Test func noAcknowledgedEventIsLostOrThereTwice() async throws {
        var random = SeededRandom(seed: 11)
        let place = try TemporaryLog()
        var acknowledged: [EventPartition: [Int: EventIdentifier]] = [:]
        var damaged = 0
        for round in 1...Self.kills {
            // Some before anything was acknowledged.
            let isEarly = round % 4 == 0
            let delay = Double.random(in: 0...0.02, using: &random)
            let output = try await Self.run(place.url, seed: round, killedAfter: isEarly ? "open" : "ack", and: delay)
            // The last line may be half.
            for line in output.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
                let words = line.split(separator: " ")
                if words.first == "open" { damaged += Int(words[1]) ?? 0 }
                guard words.first == "ack", words.count == 4, let partition = EventPartition(rawValue: String(words[1])), let sequence = Int(words[2]) else { continue }
                #expect(acknowledged[partition]?[sequence] == nil, "a sequence is given once")
                acknowledged[partition, default: [:]][sequence] = EventIdentifier(words[3])
            }
        }
        #expect(damaged == 0, "a kill damages nothing")
        let log = try place.open()
        #expect(log.damage.isEmpty)
        log.close()
        let folder = try EventLogFolder(place.url)
        var total = 0
        for partition in [EventPartition.state, .decision] {
            var identifiers: Set<EventIdentifier> = []
            var there: [Int: EventIdentifier] = [:]
            try folder.forEach(partition) { event in
                #expect(identifiers.insert(event.id).inserted, "an event is there once")
                there[event.sequence] = event.id
            }
            for (sequence, id) in acknowledged[partition] ?? [:] where there[sequence] != id { Issue.record("event \(sequence) of \(partition) was acknowledged and is lost") }
            #expect(try folder.verify(partition).problems.isEmpty)
            total += acknowledged[partition]?.count ?? 0
        }
        #expect(total >= Self.kills / 2, "\(total) events were acknowledged")
        Measurement.note("crash", "\(Self.kills) kills, \(total) acknowledged events, none lost")
    }

    /// Runs the appender until it is killed, some time after it said a word; what it said.
    private static func run(_ url: URL, seed: Int, killedAfter word: String, and delay: Double) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                do {
                    let command = Command(Command.folder.appendingPathComponent("event-appender"), [url.path, "\(seed)"], in: Command.repository)
                    continuation.resume(returning: try command.runUntilKilled(after: word, and: delay))
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        }
    }
}
