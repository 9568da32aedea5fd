import DataConsistency
import Discovery
import FaultInjection
import Foundation
import Governance
import Observability
import Resilience

@testable import DecisionService

/// The whole service and its world for some seconds, from one seed.
final class Simulation: Sendable {
    /// A mistake made on purpose: simulations must find it, and name what it breaks.
    enum Mistake: String, CaseIterable, Sendable {
        /// Decisions are acknowledged before they are on the disk.
        case acknowledgesEarly
        /// The disk says that it forced bytes, and did not.
        case forcesNothing
        /// Tokens are not verified.
        case asksForNoProof
        /// What was answered once is answered again, whatever is active by then.
        case remembersAnswers

        var broken: Invariant {
            switch self {
            case .acknowledgesEarly, .forcesNothing: .acknowledgedEventsAreThereOnce
            case .asksForNoProof: .tokensThatEndedAreRefused
            case .remembersAnswers: .decisionsAreThoseOfAnActiveRevision
            }
        }
    }

    private let world: World
    private let facts: ServiceFacts
    private let clients: Clients
    private let host = ServiceHost()
    private let settings: ServiceProfile
    private let processes = Confined(0)
    private let random: Confined<FaultInjection.SeededRandom>
    static let end = Duration.milliseconds(9400)
    private static let calm = Duration.milliseconds(8200)

    private init(seed: UInt64, _ mistake: Mistake?) {
        world = World(seed: seed)
        facts = ServiceFacts(world)
        clients = Clients(world, facts: facts)
        random = Confined(world.random("crashes"))
        var settings = ServiceProfile(world.random("profile"))
        settings.mistake = mistake
        self.settings = settings
        if mistake == .forcesNothing { world.disk.lie() }
        world.network.add(host, as: World.Server.service.rawValue)
    }

    /// Runs a seed from beginning to end.
    static func run(_ seed: UInt64, _ mistake: Mistake? = nil) -> History {
        let simulation = Simulation(seed: seed, mistake)
        simulation.run()
        return simulation.world.history.value
    }

    /// What is left of a simulation that has ended: nothing, as thousands run in one process.
    struct Leftovers {
        weak var time: VirtualTime?
        weak var disk: SimulatedDisk?
    }

    static func leftovers(of seed: UInt64) -> Leftovers {
        let simulation = Simulation(seed: seed, nil)
        simulation.run()
        return Leftovers(time: simulation.world.time, disk: simulation.world.disk)
    }

    private func run() {
        let time = world.time
        startService()
        for (moment, event) in Scenario(world).events { time.call(after: moment) { [self] in happen(event) } }
        for name in ["ada", "bob"] { clients.ask(name, count: 10, pause: .milliseconds(1200), until: Self.calm) }
        if settings.keepsEvents { clients.write("eve", count: 4, pause: .milliseconds(1600)) }
        time.run(until: Self.calm) { [self] in observe() }
        clients.ask("zoe", count: 4, pause: .milliseconds(100), until: Self.end, isCalm: true)
        time.run(until: Self.end) { [self] in observe() }
        checkPromises()
        checkRecovery()
        endProcess()
        if settings.keepsEvents { checkDisk() }
        time.run(until: Self.end + .seconds(3))
        time.stop()
        world.disk.unmount()
    }

    // MARK: What happens

    private func happen(_ event: Scenario.Event) {
        world.note("\(event)")
        switch event {
        case .publish(let name): if let revision = Revision.named(name) { world.bundles.publish(revision) }
        case .experiment(let experiment): do { try world.chaos.begin(experiment) } catch { world.note("\(error)") }
        case .network(let server, let conditions): world.network.change(server.rawValue) { $0 = conditions }
        case .mend(let server): world.network.change(server.rawValue) { $0 = .init() }
        case .rotateKeys: world.issuer.rotate()
        case .skewIssuer(let seconds): world.issuer.skew(by: seconds)
        case .rush(let count): for number in 1...count { clients.ask("rush-\(number)", count: 3, pause: .milliseconds(100), until: Scenario.faultsEnd) }
        case .slowDecisions(let factor): world.slowness.value = factor
        case .killProcess:
            endProcess()
            world.disk.loseProcess()
            startSoon()
        case .losePower: losePower()
        case .losePowerAfter(let changes): world.disk.losePower(after: changes)
        }
    }

    /// After whatever happened.
    private func observe() {
        if world.disk.isDown { losePower() }
        guard let process = host.process.value else { return }
        if !process.isAlive {
            // It could not start: whoever watches over it tries again.
            endProcess()
            world.disk.loseProcess()
            return startSoon()
        }
        if let edge = process.edge.value { facts.observe(edge.store.generation.bundles["app"]?.revision) }
    }

    private func losePower() {
        endProcess()
        world.disk.losePower(&random.value)
        startSoon()
    }

    private func endProcess() {
        guard let process = host.process.value else { return }
        process.end()
        host.process.value = nil
        world.note("\(process.name) ended")
        // What it had open is closed to it; this lets go of the memory.
        world.disk.loseProcess()
        process.eventLog.value?.close()
    }

    private func startSoon() {
        let delay = Duration.milliseconds(Int.random(in: 50...400, using: &random.value))
        world.time.call(after: delay) { [self] in if host.process.value == nil { startService() } }
    }

    private func startService() {
        processes.value += 1
        facts.beginProcess()
        let process = SimulatedService(world, number: processes.value, settings: settings, facts: facts)
        host.process.value = process
        process.start()
    }

    // MARK: What must hold

    /// After one more loss of power everything is there that was ever promised.
    private func checkDisk() {
        world.disk.losePower(&random.value)
        let last = SimulatedService(world, number: processes.value + 1, settings: settings, facts: facts)
        do { try last.restore() } catch { world.violate(.serviceIsReady, "the log does not open: \(error)") }
        world.disk.loseProcess()
        last.eventLog.value?.close()
    }

    /// What holds whatever goes wrong.
    private func checkPromises() {
        var upstreams = [World.Server.service: clients.upstream]
        for (server, upstream) in host.process.value?.upstreams.value ?? [:] { upstreams[server] = upstream }
        for server in World.Server.allCases {
            let traffic = world.network.traffic(to: server.rawValue)
            guard let state = upstreams[server]?.shared else { continue }
            let bulkhead = state.settings.bulkhead, budget = state.settings.budget
            // Each process of the service has a bulkhead and a budget of its own, and its requests end with it.
            if traffic.mostUnderWay > bulkhead.inFlight {
                world.violate(.callsStayWithinTheBulkhead, "\(traffic.mostUnderWay) requests to \(server.rawValue) were under way, and \(bulkhead.inFlight) may be")
            }
            let counts = state.report().counts
            let allowed = Double(counts.calls) * budget.share + budget.minimumPerSecond * (world.time.elapsed / .seconds(1) + 1)
            if Double(counts.retries) > allowed { world.violate(.retriesStayWithinTheirBudget, "\(counts.retries) retries to \(server.rawValue) for \(counts.calls) calls") }
            if server == .service, traffic.requests > counts.calls + counts.retries + counts.hedges {
                world.violate(.retriesStayWithinTheirBudget, "\(traffic.requests) requests to \(server.rawValue), of which \(counts.calls + counts.retries) are known")
            }
        }
    }

    /// What holds again some seconds after the last fault.
    private func checkRecovery() {
        guard let process = host.process.value, let edge = process.edge.value, edge.isReady else { return world.violate(.serviceIsReady, "it is not ready") }
        for (server, upstream) in process.upstreams.value.sorted(by: { $0.key.rawValue < $1.key.rawValue }) + [(.service, clients.upstream)] {
            guard let breaker = upstream.shared?.breaker, breaker.state(at: world.time.now) != .closed else { continue }
            world.violate(.breakersClose, "the breaker of \(server.rawValue) is \(breaker.state(at: world.time.now).rawValue)")
        }
        let active = edge.store.generation.bundles["app"]?.revision, newest = world.bundles.newest?.name
        if active != newest { world.violate(.newestGoodRevisionIsActive, "\(active ?? "nothing") is active, and \(newest ?? "nothing") was published") }
        checkDecisionLog(of: process, edge)
    }

    private func checkDecisionLog(of process: SimulatedService, _ edge: ServiceEdge) {
        let counters = edge.decisionLog.counters
        let decided = facts.decisionCount(of: process.name), uploaded = counters.uploaded.value
        let dropped = counters.lost
        world.note("\(decided) decisions: \(uploaded) uploaded, \(dropped) dropped")
        if uploaded + dropped != decided { world.violate(.decisionLogDrains, "\(decided) decisions, \(uploaded) uploaded, \(dropped) dropped") }
        let there = world.collector.events(of: process.name).count
        if there < uploaded || there > decided { world.violate(.loggedOrCounted, "\(uploaded) of \(decided) decisions were uploaded, and \(there) are there") }
    }
}
