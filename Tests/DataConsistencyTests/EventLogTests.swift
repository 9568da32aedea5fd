import DataConsistency
import Foundation
import struct Rego.SeededRandom
import Support
import Testing

@Suite(.ownThread) struct EventLogTests {
    @Test func eventsAreReadInOrderAndChain() async throws {
        let place = try TemporaryLog(segmentEvents: 7)
        let log = try place.open()
        for number in 1...40 {
            let stream: EventStream = number % 3 == 0 ? .data : .policy
            try await log.append([.numbered(number, in: stream, padding: number % 5 == 0 ? 9000 : 3)])
        }
        #expect(log.lastSequence(of: .state) == 40)
        #expect(try log.read(.data, from: 1, limit: 100).map(\.sequence) == (1...13).map { $0 * 3 })
        #expect(try log.read(.policy, from: 20, limit: 3).map(\.sequence) == [20, 22, 23])
        let all = try log.read(.state, from: 1, limit: 100)
        var chain = EventChain()
        for event in all { #expect(chain.follow(event) == nil) }
        log.close()
        let again = try place.open()
        #expect(try again.read(.state, from: 1, limit: 100) == all)
        #expect(again.damage.isEmpty)
        try await again.append([.numbered(41)], expecting: 40)
        again.close()
        let verification = try EventLogFolder(place.url).verify(.state)
        #expect(verification.problems.isEmpty)
        #expect(verification.events == 41)
    }

    /// Whatever is appended in whatever order, again and again: each event is there once, and an expectation holds or is refused.
    @Test(arguments: 0..<3)
    func appendingIsIdempotentAndExpectationsHold(_ seed: Int) async throws {
        var random = SeededRandom(seed: UInt64(seed))
        let place = try TemporaryLog(segmentEvents: 9)
        var log = try place.open()
        let drafts = (0..<60).map { EventDraft.numbered($0, in: [.policy, .data, .config][$0 % 3]) }
        var placed: [EventIdentifier: Int] = [:]
        var order: [EventIdentifier] = []
        for _ in 0..<70 {
            let chosen = (0..<Int.random(in: 1...3, using: &random)).map { _ in drafts[Int.random(in: 0..<drafts.count, using: &random)] }
            let expecting = Bool.random(using: &random) ? Int.random(in: max(0, order.count - 1)...order.count + 1, using: &random) : nil
            let isKnown = chosen.allSatisfy { placed[$0.id] != nil }
            do {
                let events = try await log.append(chosen, expecting: expecting)
                #expect(expecting == nil || expecting == order.count || isKnown, "an expectation that does not hold is refused")
                for (draft, event) in zip(chosen, events) {
                    #expect(event.id == draft.id && event.payload == draft.payload)
                    if let known = placed[draft.id] {
                        #expect(known == event.sequence, "an event keeps its place")
                    } else {
                        order.append(draft.id)
                        placed[draft.id] = event.sequence
                        #expect(event.sequence == order.count)
                    }
                }
            } catch {
                #expect(error.code == .conflict && expecting != order.count && !isKnown)
            }
            if Int.random(in: 0..<20, using: &random) == 0 {
                log.close()
                log = try place.open()
            }
        }
        #expect(try log.read(.state, from: 1, limit: 1000).map(\.id) == order)
        log.close()
    }

    @Test func whatCannotBeAppendedIsRefused() async throws {
        let place = try TemporaryLog()
        let log = try place.open()
        await #expect(throws: EventLogError.self) { try await log.append([.numbered(1, in: .policy), .numbered(2, in: .decision)]) }
        await #expect(throws: EventLogError.self) { try await log.append([EventDraft("a", in: .policy, at: 0, payload: Array("{\n}".utf8))]) }
        #expect(throws: EventLogError.self) { try place.open() }
        log.close()
        await #expect(throws: EventLogError.self) { try await log.append([.numbered(1)]) }
    }

    @Test func aSubscriptionGoesOnBehindItsCursor() async throws {
        let place = try TemporaryLog()
        var log = try place.open()
        let cursor = EventCursor("reader", in: .decision)
        try await log.append((1...5).map { .numbered($0, in: .decision) })
        var seen: [Int] = []
        for try await events in log.subscribe(cursor, piece: 2) {
            seen += events.map(\.sequence)
            if seen.count == 4 { break }
        }
        try log.move(cursor, to: 3)
        log.close()
        log = try place.open()
        let subscription = log.subscribe(cursor)
        try await log.append([.numbered(6, in: .decision)])
        seen = []
        for try await events in subscription {
            seen += events.map(\.sequence)
            if seen.last == 6 { break }
        }
        #expect(seen == [4, 5, 6])
        log.close()
    }

    @Test func retentionTakesSealedSegmentsAndTheChainStillHolds() async throws {
        let place = try TemporaryLog(segmentEvents: 10, retention: [.decision: Retention(maximumBytes: 1), .state: Retention(maximumBytes: 1)])
        var log = try place.open()
        for first in stride(from: 1, through: 41, by: 5) {
            try await log.append((first...first + 4).map { .numbered($0, in: .decision) })
            try await log.append((first...first + 4).map { .numbered($0, in: .policy) })
        }
        let removed = try log.applyRetention(snapshot: 25, at: 1000)
        #expect(removed.first { $0.0 == .decision }?.1 == 1...40)
        #expect(removed.first { $0.0 == .state }?.1 == 1...20, "what the last snapshot does not have stays")
        log.close()
        for partition in [EventPartition.decision, .state] {
            let verification = try EventLogFolder(place.url).verify(partition)
            #expect(verification.problems.isEmpty)
            #expect(verification.range == (partition == .decision ? 41...45 : 21...45))
        }
        log = try place.open()
        #expect(log.damage.isEmpty, "what retention took is no damage")
        try log.compact()
        #expect(try await log.append([.numbered(46, in: .decision)]).first?.sequence == 46)
        log.close()
    }

    @Test func anExportIsImportedAsItIs() async throws {
        let place = try TemporaryLog(), other = try TemporaryLog()
        var log = try place.open()
        for number in 1...20 { try await log.append([.numbered(number, in: number % 2 == 0 ? .policy : .data, padding: 5000)]) }
        log.close()
        var lines: [[UInt8]] = []
        try EventLogFolder(place.url).forEach(.state) { event in
            var line: [UInt8] = []
            EventText.write(event, to: &line)
            lines.append(line)
        }
        log = try other.open()
        let events = try lines.map { try EventText.read($0) }
        #expect(try log.restore(Array(events[5...])) == 15, "also from the middle on")
        #expect(try log.restore(events.suffix(3)) == 0, "what is there is passed over")
        var forged = events[19]
        forged.payload = Array("{}".utf8)
        #expect(throws: EventLogError.self) { try log.restore([forged]) }
        log.close()
        let verification = try EventLogFolder(other.url).verify(.state)
        #expect(verification.problems.isEmpty)
        #expect(verification.range == 6...20)
        #expect(verification.digest == events[19].digest)
    }

    /// Someone who can write to the files changes, removes or moves an event: it shows.
    @Test func tamperingIsVisible() async throws {
        let place = try TemporaryLog()
        let log = try place.open()
        for number in 1...9 { try await log.append([.numbered(number)]) }
        var events = try log.read(.state, from: 1, limit: 100)
        log.close()
        func problems(_ events: [Event]) -> [EventChain.Problem] {
            var chain = EventChain()
            return events.compactMap { chain.follow($0) }
        }
        #expect(problems(events).isEmpty)
        #expect(problems(events.filter { $0.sequence != 4 }) == [.missing(4...4)])
        events[3].payload = Array("{\"number\":5}".utf8)
        #expect(problems(events) == [.changed(sequence: 4)])
        events[3].digest = events[3].computedDigest()
        #expect(problems(events) == [.broken(sequence: 5)], "the next event tells")
        #expect(problems([events[0], events[1], events[1]]) == [.disordered(sequence: 2)])
    }
}
