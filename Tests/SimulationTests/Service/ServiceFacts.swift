import DataConsistency
import Foundation
import Governance
import Rego
import TokenSecurity

@testable import DecisionService

/// What is true of the service, gathered outside of it and over all of its processes: what it promised, and what it must therefore answer.
final class ServiceFacts: Sendable {
    private struct State {
        var tokens: [String: Issuer.Token] = [:]
        /// Of what the process that runs has fetched whole.
        var keys: Set<String> = []
        var revoked: Set<String> = []
        /// Events that were acknowledged, with their places.
        var events: [EventIdentifier: Int] = [:]
        /// By key: the value that was acknowledged last, and those that were tried since without an answer, or refused.
        var changes: [String: (acknowledged: String?, tried: Set<String>)] = [:]
        var cursor = 0
        /// Revisions in the order in which they became active in the process that runs.
        var revisions: [(time: Duration, name: String?)] = []
        var quarantined: String?
        /// Whether the revision that became active last was the one before, taken back.
        var isRollingBack = false
        var decided: [String: Int] = [:]
    }

    private let world: World
    private let state = Confined(State())
    /// By how much any clock may be off, and what production allows for.
    private static let skew = 300.0
    private static let leeway = 300.0

    init(_ world: World) { self.world = world }

    /// A process ended; the next begins without what it knew.
    func beginProcess() {
        state.value.keys = []
        state.value.revoked = []
        state.value.revisions = []
        state.value.quarantined = nil
    }

    // MARK: Tokens

    var keys: Set<String> {
        get { state.value.keys }
        set { state.value.keys = newValue }
    }

    var revoked: Set<String> {
        get { state.value.revoked }
        set { state.value.revoked = newValue }
    }

    func know(_ token: Issuer.Token) { state.value.tokens["Bearer " + token.text] = token }

    func token(_ header: String?) -> Issuer.Token? { header.flatMap { state.value.tokens[$0] } }

    private func isBeyondDoubt(_ token: Issuer.Token) -> Bool { !token.isForged && keys.contains(token.key.identifier) && !revoked.contains(token.identifier) }

    func accepted(_ token: Issuer.Token, at now: Double) {
        if !isBeyondDoubt(token) { world.violate(.tokensThatEndedAreRefused, "\(token.identifier) is forged, revoked, or its key is") }
        if now > token.end + Self.leeway + Self.skew { world.violate(.tokensThatEndedAreRefused, "\(token.identifier) ended \(now - token.end) s ago") }
    }

    func refused(_ token: Issuer.Token, _ error: TokenError, at now: Double) {
        guard isBeyondDoubt(token), now >= token.start, now < token.end else { return }
        world.violate(.goodTokensAreAccepted, "\(token.identifier) was refused: \(error.code.rawValue)")
    }

    // MARK: The event log

    func acknowledged(_ identifier: EventIdentifier, _ event: Event?) {
        state.value.events[identifier] = event?.sequence ?? 0
        world.note("event \(event?.sequence ?? 0) is kept")
    }

    func moved(to sequence: Int) {
        state.value.cursor = sequence
        world.note("cursor is at \(sequence)")
    }

    /// Compares a log that was just opened with what was acknowledged.
    func check(_ log: SQLiteEventLog, of name: String) throws {
        for report in log.damage { check(report, of: name) }
        let first = log.firstSequence(of: .decision)
        let events = try log.read(EventPartition.decision, from: 1, limit: .max)
        var chain = EventChain(after: first - 1, digest: events.first?.previous ?? .none), places: [EventIdentifier: Int] = [:]
        for event in events {
            if let problem = chain.follow(event) { world.violate(.acknowledgedEventsAreThereOnce, "\(problem)") }
            if places.updateValue(event.sequence, forKey: event.id) != nil { world.violate(.acknowledgedEventsAreThereOnce, "event \(event.sequence) is there twice") }
        }
        world.note("\(name) finds \(events.count) decisions")
        for (identifier, sequence) in state.value.events.sorted(by: { $0.value < $1.value }) where sequence == 0 ? places[identifier] == nil : sequence >= first && places[identifier] != sequence {
            world.violate(.acknowledgedEventsAreThereOnce, "event \(sequence) was acknowledged and is not there")
        }
        let position = try log.position(of: ServiceEdge.cursor)
        if position < state.value.cursor { world.violate(.cursorsStayWhereTheyWereMoved, "the cursor was moved to \(state.value.cursor) and is at \(position)") }
    }

    func check(_ report: DamageReport, of name: String) {
        let lost = report.lost.map { "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
        world.note("\(name) mends \(report.partition.rawValue): lost \(lost.isEmpty ? "nothing" : lost)")
        // No bit of the disk turns by itself here: what is called lost was retained, or never acknowledged.
        if !report.lost.isEmpty { world.violate(.nothingIsCalledLostThatWasNotLost, "\(report.partition.rawValue) \(lost): \(report.reason)") }
    }

    // MARK: Changes of data

    func attempted(_ key: String, _ value: String) { state.value.changes[key, default: (nil, [])].tried.insert(value) }

    func acknowledged(_ key: String, _ value: String) { state.value.changes[key] = (value, []) }

    func check(restored store: PolicyStore, of name: String) {
        let document = store.generation.snapshot.baseDocument["state"]
        for (key, change) in state.value.changes.sorted(by: { $0.key < $1.key }) {
            let found: String? = if case .string(let text)? = document?[key] { text } else { nil }
            if found != change.acknowledged, found.map({ !change.tried.contains($0) }) ?? true {
                world.violate(.acknowledgedChangesAreThere, "\(key) is \(found ?? "gone"), and \(change.acknowledged ?? "nothing") was acknowledged")
            }
            // What was tried and is there counts from now on. What is not may come with the next loss of power, as long as nothing is written after it.
            state.value.changes[key] = (found, change.tried)
        }
    }

    // MARK: Revisions and decisions

    /// Notes which revision is active; called after whatever happened.
    func observe(_ revision: String?) {
        guard state.value.revisions.last?.name != revision || state.value.revisions.isEmpty else { return }
        state.value.revisions.append((world.time.elapsed, revision))
        world.note("active: \(revision ?? "nothing")")
        guard let quarantined = state.value.quarantined else { return }
        if revision == quarantined {
            world.violate(.quarantinedRevisionsDoNotDecide, "\(quarantined) is active again")
        } else if !state.value.isRollingBack {
            state.value.quarantined = nil
        }
        state.value.isRollingBack = false
    }

    /// The active revision was given up for the one before.
    func rolledBack(to revision: String) {
        let active = state.value.revisions.last?.name
        state.value.quarantined = active == revision ? state.value.revisions.dropLast().last?.name : active
        state.value.isRollingBack = active != revision
        world.note("rolled back to \(revision) from \(state.value.quarantined ?? "nothing")")
    }

    func decided(by name: String) { state.value.decided[name, default: 0] += 1 }

    func decisionCount(of name: String) -> Int { state.value.decided[name] ?? 0 }

    func check(_ output: [UInt8], about input: Int, since arrival: Duration, active: String?) {
        world.note("decides \(input) by \(active ?? "nothing"): \(String(decoding: output, as: UTF8.self))")
        let activeMeanwhile = state.value.revisions.indices.filter { index in
            index + 1 == state.value.revisions.count || state.value.revisions[index + 1].time >= arrival
        }.map { state.value.revisions[$0].name }
        let answers = (activeMeanwhile + [active]).map { $0.flatMap { Revision.named($0)?.answer(about: input) } ?? [] }
        guard !answers.contains(output) else { return }
        world.violate(.decisionsAreThoseOfAnActiveRevision, "\(String(decoding: output, as: UTF8.self)) about \(input), while \(activeMeanwhile.map { $0 ?? "nothing" }) was active")
    }

    func checkFailure(about input: Int, active: String?, isInjected: Bool) {
        world.note("cannot decide \(input) by \(active ?? "nothing")")
        if let active, !isInjected, Revision.named(active)?.answer(about: input) != nil {
            world.violate(.decisionsAreThoseOfAnActiveRevision, "no answer about \(input), and \(active) has one")
        }
    }
}
