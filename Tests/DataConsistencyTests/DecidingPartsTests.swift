import DataConsistency
import Support
import Testing

/// The parts that decide: values that are told the time.
@Suite(.ownThread) struct DecidingPartsTests {
    @Test func theFirstAfterAPauseIsWrittenAtOnceAndOthersShareTheNextWrite() {
        var commit = GroupCommit(.init(delay: .milliseconds(2), maximumEvents: 256))
        #expect(commit.next(at: .zero) == .idle)
        commit.add(1)
        #expect(commit.next(at: .zero) == .commit)
        commit.committed(at: .zero)
        commit.add(1)
        #expect(commit.next(at: .milliseconds(1)) == .wait(.milliseconds(1)))
        commit.add(254)
        #expect(commit.next(at: .milliseconds(1)) == .wait(.milliseconds(1)))
        commit.add(1)
        #expect(commit.next(at: .milliseconds(1)) == .commit, "256 wait")
        commit.committed(at: .milliseconds(1))
        commit.add(1)
        #expect(commit.next(at: .milliseconds(3)) == .commit, "the delay is over")
    }

    @Test(arguments: [
        (Retention(), 0), (Retention(maximumAge: .nanoseconds(50)), 2), (Retention(maximumAge: .nanoseconds(5)), 3), (Retention(maximumBytes: 35), 1),
        (Retention(maximumBytes: 0), 3), (Retention(maximumAge: .nanoseconds(75), maximumBytes: 25), 2),
    ])
    func segmentsGoFromTheOldest(_ retention: Retention, _ count: Int) {
        let sealed = [(1, 10, 20), (11, 20, 40), (21, 30, 90)].map { Retention.Candidate(first: $0.0, last: $0.1, time: Int64($0.2), bytes: 10) }
        #expect(retention.expired(sealed, activeBytes: 10, needed: nil, at: 100) == count)
        #expect(retention.expired(sealed, activeBytes: 10, needed: 15, at: 100) == min(count, 1), "what is needed stays")
    }

    @Test func identifiersSortAsTime() throws {
        let identifiers = (0..<1000).map { EventIdentifier.make(at: 1_700_000_000_000_000_000 + Int64($0) * 1000) }
        #expect(identifiers == identifiers.sorted())
        #expect(Set(identifiers).count == 1000)
        let text = identifiers[7].description
        #expect(EventIdentifier(text) == identifiers[7])
        #expect(Array(text)[14] == "7", "version 7")
        #expect("89ab".contains(Array(text)[19]), "the RFC's variant")
    }

    @Test(arguments: [
        ("2026-01-31T12:00:00Z", 1_769_860_800_000_000_000), ("2026-01-31T13:00:00.5+01:00", 1_769_860_800_500_000_000), ("1969-12-31T23:59:59.999999999Z", -1),
    ] as [(String, Int64)])
    func timesAreRead(_ text: String, _ nanoseconds: Int64) { #expect(RFC3339.nanoseconds(Array(text.utf8)) == nanoseconds) }

    @Test(arguments: ["", "2026", "2026-13-01T00:00:00Z", "2026-01-31 12:00:00Z", "2026-01-31T12:00:00", "2026-01-31T12:00:00.Z", "2026-01-31T12:00:00+1:00"])
    func whatIsNoTimeIsNone(_ text: String) { #expect(RFC3339.nanoseconds(Array(text.utf8)) == nil) }
}
