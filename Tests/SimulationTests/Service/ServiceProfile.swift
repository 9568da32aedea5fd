import DataConsistency
import Discovery
import FaultInjection
import Governance
import ReliabilityBudget
import Resilience

/// How the simulated service is configured: as small as production's mechanisms allow, so that a few seconds and requests meet all of them.
struct ServiceProfile: Sendable {
    /// Whether there is an event log; every third service has one.
    let keepsEvents: Bool
    /// Events after which a file of the log is sealed.
    let segmentEvents: Int
    var mistake: Simulation.Mistake?
    let keyPeriod = Duration.seconds(1)
    let keepingPeriod = Duration.milliseconds(1100)
    let snapshotEvents = 3
    let leeway = Duration.seconds(300)
    let polling = PollingSettings(minimumDelay: .milliseconds(300), maximumDelay: .milliseconds(500))

    init(_ random: FaultInjection.SeededRandom) {
        var random = random
        keepsEvents = Int.random(in: 0..<3, using: &random) == 0
        segmentEvents = Int.random(in: 4...30, using: &random)
    }

    var eventLog: SQLiteEventLog.Settings {
        var settings = SQLiteEventLog.Settings()
        settings.lossWindow = .milliseconds(200)
        settings.segmentEvents = segmentEvents
        // About three files of each.
        settings.retention = [.decision: Retention(maximumBytes: 100_000), .state: Retention(maximumBytes: 100_000)]
        return settings
    }

    var probation: Probation.Settings {
        var settings = Probation.Settings()
        settings.decisions = 4
        settings.window = .seconds(2)
        settings.errorShare = 0.3
        return settings
    }

    var admission: AdmissionControl.Settings {
        var settings = AdmissionControl.Settings()
        settings.concurrency.initial = 3
        settings.concurrency.minimum = 2
        settings.concurrency.maximum = 6
        settings.queueTarget = .milliseconds(30)
        settings.queueInterval = .milliseconds(100)
        return settings
    }

    var decisionLog: DecisionLogSettings {
        var settings = DecisionLogSettings()
        settings.delays = PollingSettings(minimumDelay: .milliseconds(300), maximumDelay: .milliseconds(600))
        settings.bufferType = .event
        settings.bufferSizeLimitEvents = 8
        return settings
    }

    // MARK: Upstreams

    static let retry = RetryPolicy(maximumAttempts: 3, baseDelay: .milliseconds(30), maximumDelay: .milliseconds(300))

    static func settings(of server: World.Server) -> UpstreamSettings {
        var settings = UpstreamSettings(name: server.rawValue)
        var breaker = CircuitBreaker.Settings()
        breaker.windowCalls = 10
        breaker.windowDuration = .seconds(2)
        breaker.minimumCalls = 4
        breaker.openDuration = .milliseconds(250)
        breaker.maximumOpenDuration = .seconds(1)
        breaker.probes = 2
        settings.breaker = breaker
        settings.bulkhead.inFlight = 6
        settings.bulkhead.queue = 3
        settings.budget = RetryBudget.Settings(share: 0.2, minimumPerSecond: 1, limit: 5)
        return settings
    }

    static func upstream(to server: World.Server, in world: World) -> Upstream {
        var upstream = Upstream(settings(of: server), retry: retry, time: world.time)
        upstream.transport = world.network.transport(to: server.rawValue)
        upstream.chaos = world.chaos
        return upstream
    }

    /// Those that the service asks.
    func upstreams(_ world: World) -> [World.Server: Upstream] {
        Dictionary(uniqueKeysWithValues: [World.Server.bundles, .issuer, .collector].map { ($0, Self.upstream(to: $0, in: world)) })
    }
}
