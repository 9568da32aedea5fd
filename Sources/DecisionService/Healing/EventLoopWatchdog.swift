import Foundation
import Governance
import Logging
import NIOCore
import NIOPosix
import Observability
import ReliabilityBudget
import Resilience
import ServiceLifecycle
import Synchronization

/// Asks every event loop again and again whether it still turns, from a thread of its own, as the others might be blocked too.
///
/// A loop that is late makes the service turn sheddable requests away; one that is silent is said; one that stays silent ends the process, as
/// nothing else would get its connections answered.
public final class EventLoopWatchdog: Service {
    /// What the process exits with where an event loop is dead.
    public static let exitCode: Int32 = 4

    private final class Flag: Sendable {
        private let value = Atomic<Bool>(false)
        var isRaised: Bool { value.load(ordering: .relaxed) }
        func raise() { value.store(true, ordering: .relaxed) }
    }

    /// A question to a loop, and its answer.
    private final class Question: Sendable {
        private let isOpen = Atomic<Bool>(false)
        private let asked = Atomic<Int>(0)
        private let answered = Atomic<Int>(0)

        /// Asks, unless the last question is still open.
        func ask(_ loop: any EventLoop) {
            guard !isOpen.exchange(true, ordering: .relaxed) else { return }
            asked.store(ProcessTime.now.wholeNanoseconds, ordering: .relaxed)
            loop.execute { [self] in
                answered.store(ProcessTime.now.wholeNanoseconds, ordering: .relaxed)
                isOpen.store(false, ordering: .releasing)
            }
        }

        var isAnswered: Bool { !isOpen.load(ordering: .acquiring) }

        /// How long the answer took, or takes already.
        func delay(at time: Duration) -> Duration {
            let end = isAnswered ? answered.load(ordering: .relaxed) : time.wholeNanoseconds
            return .nanoseconds(end - asked.load(ordering: .relaxed))
        }
    }

    private let settings: HealingSettings
    private let admission: AdmissionControl
    private let healing: HealingLog
    private let health: HealthBoard
    private let logger: Logger
    private let loops: [(loop: any EventLoop, question: Question)]

    public init(_ settings: HealingSettings, admission: AdmissionControl, healing: HealingLog, health: HealthBoard, logger: Logger) {
        self.settings = settings
        self.admission = admission
        self.healing = healing
        self.health = health
        self.logger = logger
        loops = MultiThreadedEventLoopGroup.singleton.makeIterator().map { ($0, Question()) }
    }

    public func run() async throws {
        let end = Flag()
        health.report("event_loops", .ok, probes: [.live])
        Thread.detachNewThread { [self] in watch(until: end) }
        try? await gracefulShutdown()
        end.raise()
    }

    private var period: Duration { min(settings.loopWarning / 8, settings.loopShedding / 2, .milliseconds(100)) }

    private func watch(until end: Flag) {
        var heartbeats = Heartbeats(loops: loops.count, warning: settings.loopWarning, death: settings.loopDeath, at: ProcessTime.now)
        var shed: Criticality?
        while !end.isRaised {
            for (loop, question) in loops { question.ask(loop) }
            Thread.sleep(forTimeInterval: period / .seconds(1))
            let time = ProcessTime.now
            for (number, entry) in loops.enumerated() where entry.question.isAnswered { heartbeats.beat(number, at: time) }
            for finding in heartbeats.check(at: time) { act(on: finding) }
            let wanted = shedding(loops.map { $0.question.delay(at: time) }.max() ?? .zero)
            guard wanted != shed else { continue }
            shed = wanted
            admission.shed(upTo: wanted, because: .lag)
            if let wanted { healing.record(.shed, of: "event_loops", cause: "an event loop is late: requests up to \(wanted.name) are turned away") }
        }
        admission.shed(upTo: nil, because: .lag)
    }

    private func shedding(_ delay: Duration) -> Criticality? {
        if delay > settings.loopShedding * 4 { return .sheddablePlus }
        return delay > settings.loopShedding ? .sheddable : nil
    }

    private func act(on finding: Heartbeats.Finding) {
        switch finding {
        case .silent(let loop, let time):
            let text = "event loop \(loop) has not turned for \(Self.text(time))"
            logger.error("An event loop is blocked.", metadata: ["loop": "\(loop)", "silence": "\(Self.text(time))"])
            healing.record(.notice, of: "event_loops", cause: text, duration: time)
            health.report("event_loops", .failed, text, probes: [.live])
        case .resumed(let loop, let time):
            logger.info("An event loop turns again.", metadata: ["loop": "\(loop)", "silence": "\(Self.text(time))"])
            healing.record(.notice, of: "event_loops", cause: "event loop \(loop) turns again", duration: time)
            health.report("event_loops", .ok, probes: [.live])
        case .dead(let loop, let time):
            logger.critical("An event loop is dead; the process ends so that it is started anew.", metadata: ["loop": "\(loop)", "silence": "\(Self.text(time))"])
            // Without handlers of exit: they might wait for the thread that is blocked.
            _exit(Self.exitCode)
        }
    }

    private static func text(_ time: Duration) -> String { time.formatted(.units(allowed: [.seconds], fractionalPart: .show(length: 1))) }

    /// Blocks a loop, as an endless built-in would: for drills.
    public func block(for time: Duration) {
        loops.first?.loop.execute { Thread.sleep(forTimeInterval: time / .seconds(1)) }
    }
}
