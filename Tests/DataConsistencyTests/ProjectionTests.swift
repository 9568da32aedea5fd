import DataConsistency
import Foundation
import Rego
import Support
import Testing

/// The state is what the events say, however it is rebuilt.
@Suite(.ownThread) struct ProjectionTests {
    /// A live state that changes at random, and puts every change into a log.
    struct Live {
        var state: ProjectedState
        var random: SeededRandom
        private let paths = [["a"], ["a", "b"], ["a", "b", "c"], ["list"], ["list", "0"], ["list", "-"], ["deep", "er", "still"], ["ü/~"]]
        private let values: [Value] = [1, "text", [1, 2, 3], ["b": ["c": "x"], "d": .null], .object([]), true, .array([])]

        init(_ seed: Int) throws {
            state = try ProjectedState()
            random = SeededRandom(seed: UInt64(seed))
        }

        /// Nil where the change was not possible, which nobody records.
        mutating func change(_ number: Int) -> EventDraft? {
            var documents = StateChange.Documents()
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                let kind = [DataOperation.Kind.put, .add, .replace, .remove].randomElement(using: &random) ?? .put
                documents.operations.append(DataOperation(kind, at: paths.randomElement(using: &random) ?? [], .value(values.randomElement(using: &random) ?? .null)))
            }
            if Int.random(in: 0..<3, using: &random) == 0 {
                let file = "p\(Int.random(in: 0..<5, using: &random)).rego"
                if Bool.random(using: &random) {
                    documents.policies.put.append(PolicySource(file: file, text: "package p\n\nx := \(number)\n", version: Bool.random(using: &random) ? .v1 : .v0))
                } else {
                    documents.policies.removed.append(file)
                }
            }
            var change = StateChange(.client, documents)
            if Int.random(in: 0..<4, using: &random) == 0 { change.loaded = documents }
            if Int.random(in: 0..<5, using: &random) == 0 { change.bundles = ["authz": ["manifest": ["revision": .string("r\(number)")]]] }
            if Int.random(in: 0..<9, using: &random) == 0 { change = StateChange(.configuration, configuration: ["labels": ["n": .number(Number(number))]]) }
            var next = state
            guard (try? next.apply(change, sequence: state.sequence + 1, time: Int64(number))) != nil, let payload = try? change.payload(digest: next.digest) else { return nil }
            state = next
            return EventDraft(change.type, in: change.stream, at: Int64(number), payload: payload)
        }
    }

    @Test(arguments: 0..<3)
    func rebuildingGivesTheLiveState(_ seed: Int) async throws {
        var live = try Live(seed)
        let place = try TemporaryLog(segmentEvents: 50)
        let log = try place.open()
        let snapshots = StateSnapshots(in: place.url)
        var earlier: [Int: ProjectedState] = [:]
        for number in 1...70 {
            guard let draft = live.change(number) else { continue }
            try await log.append([draft])
            #expect(live.state.computedDigest() == live.state.digest, "what is moved along is what is made of everything")
            if number % 25 == 0 { try snapshots.save(live.state) }
            earlier[live.state.sequence] = live.state
        }
        log.close()
        let folder = try EventLogFolder(place.url)
        let fromSnapshot = try #require(try folder.state(at: .now))
        Self.expectSame(fromSnapshot.state, live.state)
        #expect(fromSnapshot.problems.isEmpty)
        let fromStart = try #require(try StateProjection().rebuild(from: ProjectedState(), to: .now) { from, limit throws(EventLogError) in
            try folder.read(.state, from: from, limit: limit)
        })
        Self.expectSame(fromStart.state, live.state)
        for (sequence, state) in earlier where sequence % 13 == 0 {
            let rebuilt = try #require(try folder.state(at: .sequence(sequence)))
            Self.expectSame(rebuilt.state, state)
            let named = try #require(try folder.state(at: .named(String(state.digest.description.prefix(16)))))
            #expect(named.state.digest == state.digest)
            Self.expectSame(try #require(try folder.state(at: .time(state.time))).state, state)
        }
    }

    private static func expectSame(_ a: ProjectedState, _ b: ProjectedState) {
        #expect(a.digest == b.digest)
        #expect(a.computedDigest() == b.computedDigest())
        #expect(a.current.data.baseDocument == b.current.data.baseDocument)
        #expect(a.loaded.data.baseDocument == b.loaded.data.baseDocument)
        #expect(a.current.policies.mapValues(\.text) == b.current.policies.mapValues(\.text))
        #expect(a.loaded.policies.mapValues(\.text) == b.loaded.policies.mapValues(\.text))
        #expect(a.bundles == b.bundles && a.configuration == b.configuration && a.sequence == b.sequence)
    }

    @Test func aDamagedSnapshotIsNotUsed() async throws {
        var live = try Live(3)
        let place = try TemporaryLog()
        let log = try place.open()
        let snapshots = StateSnapshots(in: place.url)
        for number in 1...60 {
            if let draft = live.change(number) { try await log.append([draft]) }
            if number == 20 || number == 50 { try snapshots.save(live.state) }
        }
        log.close()
        let newest = try #require(snapshots.sequences.last)
        let folder = place.url.appendingPathComponent("snapshots")
        let file = folder.appendingPathComponent(try #require(try FileManager.default.contentsOfDirectory(atPath: folder.path).max()))
        var bytes = Array(try Data(contentsOf: file))
        bytes[bytes.count / 2] ^= 4
        try Data(bytes).write(to: file)
        let (state, damaged) = try snapshots.last(before: .now)
        #expect(damaged.count == 1 && state.sequence < newest)
        #expect(try EventLogFolder(place.url).state(at: .now)?.state.digest == live.state.digest)
    }

    /// An event whose digest is not that of the state after it shows.
    @Test func aStateThatDiffersIsNamed() async throws {
        let place = try TemporaryLog()
        let log = try place.open()
        let change = StateChange(.client, .init(operations: [DataOperation(.put, at: ["a"], .value(1))]))
        try await log.append([EventDraft(change.type, in: change.stream, at: 1, payload: change.payload(digest: StateDigest()))])
        try await log.append([EventDraft("data.changed", in: .data, at: 2, payload: Array("{\"cause\":\"nobody\"}".utf8))])
        log.close()
        let rebuilt = try #require(try EventLogFolder(place.url).state(at: .now))
        #expect(rebuilt.problems == [.differs(sequence: 1), .unusable(sequence: 2, reason: "its payload is no change of the state")])
        #expect(rebuilt.state.current.data.baseDocument == ["a": 1])
    }

    /// An event of an older form is made into one of today, step by step.
    @Test func olderEventsAreUpcast() async throws {
        let place = try TemporaryLog()
        let log = try place.open()
        try await log.append([EventDraft("data.changed", in: .data, at: 1, version: -1, payload: Array("{\"by\":\"client\",\"key\":\"a\",\"value\":7}".utf8))])
        log.close()
        var upcasters = EventUpcasters()
        upcasters.add("data.changed", from: -1) { old in ["cause": old["by"] ?? .null, "path": [old["key"] ?? .null], "value": old["value"] ?? .null] }
        upcasters.add("data.changed", from: 0) { old in
            ["cause": old["cause"] ?? .null, "data": [["op": "put", "path": old["path"] ?? .null, "value": old["value"] ?? .null]]]
        }
        let rebuilt = try #require(try EventLogFolder(place.url).state(at: .now, upcasters: upcasters))
        #expect(rebuilt.problems.isEmpty)
        #expect(rebuilt.state.current.data.baseDocument == ["a": 7])
        #expect(try EventLogFolder(place.url).verify(.state).problems.isEmpty, "the chain is about what was written")
    }

    @Test(arguments: 0..<20)
    func aDifferenceMakesOneDocumentOfAnother(_ seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        let before = Self.document(3, &random), after = Self.document(3, &random)
        let changed = try PolicySnapshot(policies: [], data: .value(before)).applying(StateDifference.operations(from: before, to: after))
        #expect(changed.baseDocument == after)
    }

    private static func document(_ depth: Int, _ random: inout SeededRandom) -> Value {
        var entries: [(Value, Value)] = []
        for key in ["a", "b", "c", ""] where Bool.random(using: &random) {
            let value: Value = depth > 0 && Bool.random(using: &random) ? document(depth - 1, &random) : [.number(Number(Int.random(in: 0..<3, using: &random)))]
            entries.append((.string(key), value))
        }
        return .makeObject(entries)
    }
}
