import DataConsistency
import Discovery
import FaultInjection
import Foundation
import Governance
import Observability
import Rego
import ReliabilityBudget
import Resilience
import TokenSecurity

@testable import DecisionService
@testable import Governance

/// Where requests arrive: what the connection, the lanes and the routes do in production, without bytes and event loops.
///
/// Who asks is verified, then admission lets the request in; its turn comes by criticality, and then the engine decides on what is active.
final class ServiceEdge: SimulatedServer {
    private struct Work: Sendable {
        var ticket: AdmissionControl.Ticket
        var criticality: Criticality
        var arrival: Duration
        var input: Int
        var reply: @Sendable (UpstreamResponse) -> Void
    }

    private struct State {
        var queue = CriticalityQueue<Work>()
        /// By the class's raw value.
        var waiting = Criticality.allCases.map { _ in 0 }
        var atWork = 0
        var random: FaultInjection.SeededRandom
        /// The highest class that was turned away since something ended.
        var refused: Criticality?
        var events = 0
        /// What was answered first, for the mistake to answer so again.
        var remembered: [Int: [UInt8]] = [:]
    }

    let statuses: BundleStatuses
    let store: PolicyStore
    let decisionLog: DecisionLog
    private let world: World
    private let name: String
    private let decisions: Decisions
    private let admission: AdmissionControl
    private let authenticator: TokenAuthenticator
    /// Nil where no events are kept.
    private let log: SteppedEventLog?
    private let facts: ServiceFacts
    private let mistake: Simulation.Mistake?
    private let isAlive: @Sendable () -> Bool
    private let state: Confined<State>
    private let numbers: UniqueNumbers
    private let path = DocumentPath(keys: Revision.path)
    /// Decisions that are made at a time.
    private static let places = 2
    static let cursor = EventCursor("reader", in: .decision)

    init(
        _ world: World, name: String, store: PolicyStore, statuses: BundleStatuses, decisions: Decisions, admission: AdmissionControl,
        authenticator: TokenAuthenticator, log: SteppedEventLog?, decisionLog: DecisionLog, facts: ServiceFacts, mistake: Simulation.Mistake?, isAlive: @escaping @Sendable () -> Bool
    ) {
        self.mistake = mistake
        self.world = world
        self.name = name
        self.store = store
        self.statuses = statuses
        self.decisions = decisions
        self.admission = admission
        self.authenticator = authenticator
        self.log = log
        self.decisionLog = decisionLog
        self.facts = facts
        self.isAlive = isAlive
        state = Confined(State(random: world.random(name)))
        numbers = UniqueNumbers(from: world.time.number())
    }

    var isReady: Bool { isAlive() && statuses.areAllActive }

    func receive(_ request: UpstreamRequest, reply: @escaping @Sendable (UpstreamResponse) -> Void) {
        let answer: @Sendable (UpstreamResponse) -> Void = { [isAlive] response in if isAlive() { reply(response) } }
        guard isAlive() else { return }
        guard isAuthentic(request) else { return answer(UpstreamResponse(status: 401)) }
        request.method == "PUT" ? change(request, answer) : decide(request, answer)
    }

    // MARK: Who asks

    private func isAuthentic(_ request: UpstreamRequest) -> Bool {
        guard let token = facts.token(request.header("Authorization")) else { return false }
        let now = Double(world.time.wall) / 1e9
        do {
            if mistake != .asksForNoProof { _ = try authenticator.claims(of: token.text, now: now) }
            facts.accepted(token, at: now)
            return true
        } catch {
            facts.refused(token, error, at: now)
            return false
        }
    }

    // MARK: Changes

    /// A client writes a document of base data.
    private func change(_ request: UpstreamRequest, _ answer: @Sendable (UpstreamResponse) -> Void) {
        let key = String(request.url.split(separator: "/").last ?? ""), value = String(decoding: request.body, as: UTF8.self)
        facts.attempted(key, value)
        do {
            try store.write { _ in [DataOperation(.put, at: ["state", key], .value(.string(value)))] }
            guard isAlive() else { return }
            facts.acknowledged(key, value)
            world.note("\(name) keeps \(key)=\(value)")
            answer(UpstreamResponse(status: 204))
        } catch {
            world.note("\(name) refuses \(key)=\(value)")
            answer(UpstreamResponse(status: 503))
        }
    }

    // MARK: Decisions

    private func decide(_ request: UpstreamRequest, _ answer: @escaping @Sendable (UpstreamResponse) -> Void) {
        guard let input = Revision.inputs.firstIndex(of: request.body) else { return answer(UpstreamResponse(status: 400)) }
        let criticality = admission.settings.classes.criticality(request.header(admission.settings.classes.header))
        do throws(Refusal) {
            try admission.admit(criticality, at: world.time.elapsed) { _ in nil }
            let ticket = try admission.begin(criticality, at: world.time.elapsed) { displace(below: criticality) }
            noteAdmission(of: criticality)
            state.value.waiting[criticality.rawValue] += 1
            state.value.queue.append(Work(ticket: ticket, criticality: criticality, arrival: world.time.elapsed, input: input, reply: answer), criticality)
            work()
        } catch {
            turnAway(criticality, error, answer)
        }
    }

    /// Takes away what waits and matters less.
    private func displace(below criticality: Criticality) -> Bool {
        guard let work = state.value.queue.displace(below: criticality) else { return false }
        state.value.waiting[work.criticality.rawValue] -= 1
        world.note("\(name) takes \(work.criticality.name) away for \(criticality.name): \(admission.endDisplaced(work.ticket).reason.rawValue)")
        work.reply(UpstreamResponse(status: 503))
        return true
    }

    private func noteAdmission(of criticality: Criticality) {
        guard let refused = state.value.refused, criticality < refused else { return }
        world.violate(.criticalComesFirst, "\(name) lets \(criticality.name) in, and has just turned \(refused.name) away")
    }

    private func turnAway(_ criticality: Criticality, _ refusal: Refusal, _ answer: @Sendable (UpstreamResponse) -> Void) {
        if refusal.reason == .concurrency {
            state.value.refused = max(criticality, state.value.refused ?? criticality)
            let less = Criticality.allCases.first { $0 < criticality && state.value.waiting[$0.rawValue] > 0 }
            if let less { world.violate(.criticalComesFirst, "\(name) turns \(criticality.name) away, and \(less.name) waits") }
        }
        world.note("\(name) turns \(criticality.name) away: \(refusal.reason.rawValue)")
        answer(UpstreamResponse(status: refusal.isCallers ? 429 : 503))
    }

    /// Begins work while there are places.
    private func work() {
        while isAlive(), state.value.atWork < Self.places, let work = state.value.queue.popFirst() {
            state.value.waiting[work.criticality.rawValue] -= 1
            do throws(Refusal) {
                try admission.start(work.ticket, at: world.time.elapsed)
            } catch {
                state.value.refused = nil
                world.note("\(name) drops \(work.criticality.name) at its turn: \(error.reason.rawValue)")
                work.reply(UpstreamResponse(status: 503))
                continue
            }
            state.value.atWork += 1
            let duration = Duration.milliseconds(Int.random(in: 2...40, using: &state.value.random) * world.slowness.value)
            world.time.call(after: duration) { [self] in finish(work) }
        }
    }

    private func finish(_ work: Work) {
        guard isAlive() else { return }
        work.reply(decide(work))
        admission.end(work.ticket, at: world.time.elapsed)
        state.value.refused = nil
        state.value.atWork -= 1
        self.work()
    }

    private func decide(_ work: Work) -> UpstreamResponse {
        let revision = store.generation.bundles["app"]?.revision
        facts.decided(by: name)
        do {
            let decision = try Revision.inputs[work.input].withUnsafeBytes { bytes in
                try decisions.decide(path, about: bytes, as: .document, RequestParameters(query: ""))
            }
            var output = decision.output
            if mistake == .remembersAnswers {
                output = state.value.remembered[work.input] ?? output
                state.value.remembered[work.input] = output
            }
            facts.check(output, about: work.input, since: work.arrival, active: revision)
            keep(output.count, revision)
            return UpstreamResponse(status: 200, body: output)
        } catch {
            facts.checkFailure(about: work.input, active: revision, isInjected: "\(error)".contains("injected"))
            return UpstreamResponse(status: 500)
        }
    }

    /// Puts the decision into the event log, which tells when it is kept.
    private func keep(_ size: Int, _ revision: String?) {
        guard let log else { return }
        state.value.events += 1
        let identifier = EventIdentifier.make(at: world.time.wall, from: numbers)
        let payload = Array("{\"number\":\(state.value.events),\"size\":\(size),\"revision\":\"\(revision ?? "")\"}".utf8)
        let draft = EventDraft("decision", in: .decision, at: world.time.wall, id: identifier, payload: payload)
        log.submit([draft], expecting: nil) { [self] result in
            guard isAlive(), case .success(let events) = result else { return }
            facts.acknowledged(identifier, events.first)
            guard let event = events.first, event.sequence % 4 == 0, (try? log.move(Self.cursor, to: event.sequence)) != nil, isAlive() else { return }
            facts.moved(to: event.sequence)
        }
    }
}
