import Discovery
import FaultInjection
import ReliabilityBudget

/// Who asks the service: some for decisions, with tokens good and bad and more or less urgently, one to change data. All go out through one `Upstream`.
final class Clients: Sendable {
    let upstream: Upstream
    private let world: World
    private let facts: ServiceFacts
    /// The token that each client uses until it gets another one.
    private let tokens = Confined<[String: Issuer.Token]>([:])
    private static let callDeadline = Duration.milliseconds(800)
    private static let tryDeadline = Duration.milliseconds(300)

    init(_ world: World, facts: ServiceFacts) {
        self.world = world
        self.facts = facts
        upstream = ServiceProfile.upstream(to: .service, in: world)
    }

    // MARK: Decisions

    /// - Parameters:
    ///   - count: requests, one after the other.
    ///   - pause: the longest between two.
    ///   - end: after which nobody asks.
    ///   - isCalm: whether nothing is wrong any more, so that good requests must be answered.
    func ask(_ name: String, count: Int, pause: Duration, until end: Duration, isCalm: Bool = false) {
        world.time.start { [self] in
            var random = world.random(name)
            for number in 1...count {
                try? await world.time.sleep(for: pause * Double.random(in: 0...1, using: &random))
                guard world.time.elapsed < end else { return }
                await ask(name, number, isCalm: isCalm, &random)
            }
        }
    }

    private func ask(_ client: String, _ number: Int, isCalm: Bool, _ random: inout FaultInjection.SeededRandom) async {
        let name = "\(client)-\(number)"
        guard let (token, isGood) = token(of: client, name, &random) else { return }
        facts.know(token)
        let criticality = Criticality.allCases.randomElement(using: &random) ?? .critical
        var request = UpstreamRequest("POST", "http://service/v1/data/app/decision", body: Revision.inputs.randomElement(using: &random) ?? [], deadline: Self.tryDeadline)
        request.headers = [.init("Authorization", "Bearer " + token.text), .init("Verdict-Criticality", criticality.name)]
        request.callDeadline = Self.callDeadline
        request.isIdempotent = true
        let status = await status(of: request)
        world.note("\(name) \(criticality.name): \(status)")
        if isCalm, isGood, status != "200" { world.violate(.requestsAreAnswered, "\(name) was answered with \(status) when all was well") }
    }

    /// A token, and whether it is good beyond doubt.
    private func token(of client: String, _ name: String, _ random: inout FaultInjection.SeededRandom) -> (Issuer.Token, isGood: Bool)? {
        switch Int.random(in: 0..<24, using: &random) {
        case 0: return world.issuer.token(name, lasting: -1000).map { ($0, false) }
        case 1: return world.issuer.token(name, lasting: -100).map { ($0, false) }
        case 2: return world.issuer.token(name, lasting: 600, isForged: true).map { ($0, false) }
        case 3:
            // It is used once more when the service may know of it.
            guard let token = tokens.value[client] else { return nil }
            world.issuer.revoke(token)
            return (token, false)
        case 4: tokens.value[client] = world.issuer.token(name, lasting: 600)
        default: break
        }
        if let known = tokens.value[client], world.issuer.isGood(known) { return (known, true) }
        let token = world.issuer.token(name, lasting: 600)
        tokens.value[client] = token
        return token.map { ($0, true) }
    }

    // MARK: Changes

    /// Writes documents one after the other.
    func write(_ name: String, count: Int, pause: Duration) {
        world.time.start { [self] in
            var random = world.random(name)
            for number in 1...count {
                try? await world.time.sleep(for: pause * Double.random(in: 0...1, using: &random))
                guard let token = tokens.value["ada"] ?? world.issuer.token(name, lasting: 600) else { continue }
                facts.know(token)
                var request = UpstreamRequest("PUT", "http://service/v1/data/state/key-\(number % 3)", body: Array("\(name)-\(number)".utf8), deadline: Self.tryDeadline)
                request.headers = [.init("Authorization", "Bearer " + token.text)]
                request.callDeadline = Self.callDeadline
                let status = await status(of: request)
                world.note("\(name)-\(number) writes: \(status)")
            }
        }
    }

    private func status(of request: UpstreamRequest) async -> String {
        let start = world.time.elapsed, status: String
        do throws(UpstreamError) { status = "\(try await upstream.send(request).status)" } catch { status = error.code.rawValue }
        let duration = world.time.elapsed - start
        if duration > Self.callDeadline { world.violate(.callsEndAtTheirDeadline, "a call took \(duration), and ended with \(status)") }
        return status
    }
}
