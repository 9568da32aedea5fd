import FaultInjection
import Foundation

/// What a seed does to the service, and when: all of it over by `faultsEnd`.
struct Scenario: Sendable {
    enum Event: Sendable {
        case publish(String)
        case experiment(Experiment)
        case network(World.Server, SimulatedNetwork.Conditions)
        case mend(World.Server)
        case rotateKeys
        case skewIssuer(seconds: Double)
        /// So many clients come at once.
        case rush(clients: Int)
        /// Decisions take so many times longer than usual.
        case slowDecisions(factor: Int)
        /// kill -9
        case killProcess
        case losePower
        /// Power is lost in the middle of a write or of its forcing.
        case losePowerAfter(changes: Int)
    }

    static let faultsEnd = Duration.seconds(4)
    private(set) var events: [(time: Duration, event: Event)] = []

    init(_ world: World) {
        var random = world.random("scenario")
        publish(&random)
        for number in 0..<Int.random(in: 0...4, using: &random) { experiment(number, &random) }
        for _ in 0..<Int.random(in: 0...3, using: &random) { disturbNetwork(&random) }
        for _ in 0..<Int.random(in: 0...2, using: &random) { events.append((Self.time(&random), .rotateKeys)) }
        if Int.random(in: 0..<4, using: &random) == 0 { skew(&random) }
        if Int.random(in: 0..<4, using: &random) == 0 { rush(&random) }
        for _ in 0..<Int.random(in: 0...2, using: &random) { events.append((Self.time(&random), crash(&random))) }
        events.sort { $0.time < $1.time }
    }

    private static func time(_ random: inout FaultInjection.SeededRandom) -> Duration { faultsEnd * Double.random(in: 0..<1, using: &random) }

    private static func share(_ random: inout FaultInjection.SeededRandom) -> Double { [0.2, 0.5, 1].randomElement(using: &random) ?? 1 }

    /// A good revision at the beginning and one at the end, and others between.
    private mutating func publish(_ random: inout FaultInjection.SeededRandom) {
        events.append((.zero, .publish("good-1")))
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            let name = ["good-2", "good-3", "good-4", "failing-1", "failing-2", "failing-3", "broken-1"].randomElement(using: &random) ?? ""
            events.append((Self.time(&random), .publish(name)))
        }
        events.append((Self.faultsEnd, .publish("good-\(Int.random(in: 5...6, using: &random))")))
    }

    private mutating func experiment(_ number: Int, _ random: inout FaultInjection.SeededRandom) {
        let upstream = World.Server.allCases.randomElement(using: &random) ?? .bundles
        let latency = Fault.latency(.uniform(.milliseconds(10), .milliseconds(600)))
        let choices: [(HookPoint, Fault, [String: String])] = [
            (.connect, .error("connection refused"), ["upstream": upstream.rawValue]), (.request, .error("broken pipe"), ["upstream": upstream.rawValue]),
            (.request, latency, ["upstream": upstream.rawValue]), (.response, .status(503), ["upstream": upstream.rawValue]),
            (.response, .truncate(to: 0.5), ["upstream": upstream.rawValue]), (.response, .corrupt(bytes: 3), ["upstream": World.Server.bundles.rawValue]),
            (.evaluate, .error("injected"), [:]), (.write, .noSpace, [:]), (.write, .tornWrite(after: 0.5), [:]), (.synchronize, .inputOutput, [:]),
            (.rename, .inputOutput, [:]),
        ]
        guard let (point, fault, tags) = choices.randomElement(using: &random) else { return }
        let start = Self.time(&random)
        let duration = min(.milliseconds(Int.random(in: 100...2000, using: &random)), Self.faultsEnd - start + .milliseconds(1))
        events.append(
            (start, .experiment(Experiment(
                name: "\(number) \(point) \(fault)", hypothesis: "every invariant holds", point: point, fault: fault,
                selection: .init(probability: Self.share(&random), tags: tags), duration: duration))))
    }

    private mutating func disturbNetwork(_ random: inout FaultInjection.SeededRandom) {
        let server = World.Server.allCases.randomElement(using: &random) ?? .service
        var conditions = SimulatedNetwork.Conditions()
        switch Int.random(in: 0..<4, using: &random) {
        case 0: conditions.isPartitioned = true
        case 1: conditions.lost = Self.share(&random) / 2
        case 2: (conditions.doubled, conditions.truncated) = (Self.share(&random), Self.share(&random) / 3)
        default: conditions.latency = .milliseconds(20)...(.milliseconds(Int.random(in: 50...800, using: &random)))
        }
        let start = Self.time(&random)
        events.append((start, .network(server, conditions)))
        events.append((min(start + .milliseconds(Int.random(in: 200...2000, using: &random)), Self.faultsEnd), .mend(server)))
    }

    /// One clock is off, by five minutes at most.
    private mutating func skew(_ random: inout FaultInjection.SeededRandom) {
        let seconds = Double.random(in: -300...300, using: &random)
        if Bool.random(using: &random) { return events.append((Self.time(&random), .skewIssuer(seconds: seconds))) }
        let skew = Experiment(
            name: "skew", hypothesis: "no decision changes beyond the leeway", point: .clock, fault: .clockSkew(.seconds(seconds)), duration: .seconds(10))
        events.append((Self.time(&random), .experiment(skew)))
    }

    /// More than the service can do; sometimes for long.
    private mutating func rush(_ random: inout FaultInjection.SeededRandom) {
        let start = Self.time(&random)
        events.append((start, .rush(clients: Int.random(in: 6...12, using: &random))))
        guard Bool.random(using: &random) else { return }
        events.append((start, .slowDecisions(factor: Int.random(in: 2...6, using: &random))))
        events.append((min(start + .milliseconds(1500), Self.faultsEnd), .slowDecisions(factor: 1)))
    }

    private func crash(_ random: inout FaultInjection.SeededRandom) -> Event {
        switch Int.random(in: 0..<3, using: &random) {
        case 0: .killProcess
        case 1: .losePower
        default: .losePowerAfter(changes: Int.random(in: 1...40, using: &random))
        }
    }
}
