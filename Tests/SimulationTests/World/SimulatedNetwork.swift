import Discovery
import FaultInjection

/// Something that answers requests in a simulation.
protocol SimulatedServer: AnyObject, Sendable {
    /// - Parameter reply: called at most once, at once or later.
    func receive(_ request: UpstreamRequest, reply: @escaping @Sendable (UpstreamResponse) -> Void)
}

/// Carries requests to servers and answers back: late, twice, cut short, or not at all.
final class SimulatedNetwork: Sendable {
    /// How a server is reached. Shares are of messages, 0 to 1.
    struct Conditions: Sendable, Hashable {
        var latency = Duration.milliseconds(1)...Duration.milliseconds(10)
        var lost = 0.0
        var doubled = 0.0
        var truncated = 0.0
        var isPartitioned = false
    }

    /// What was on its way to a server.
    struct Traffic: Sendable {
        var requests = 0
        var underWay = 0
        var mostUnderWay = 0
    }

    private struct State {
        var servers: [String: any SimulatedServer] = [:]
        var conditions: [String: Conditions] = [:]
        var traffic: [String: Traffic] = [:]
        var random: FaultInjection.SeededRandom
    }

    /// What one server is reached by for the length of a request.
    private final class Journey: Sendable {
        private let ending: Confined<CheckedContinuation<Result<UpstreamResponse, UpstreamError>, Never>?>
        private let atEnd: @Sendable () -> Void

        init(_ continuation: CheckedContinuation<Result<UpstreamResponse, UpstreamError>, Never>, atEnd: @escaping @Sendable () -> Void) {
            ending = Confined(continuation)
            self.atEnd = atEnd
        }

        /// Only the first end counts.
        func end(_ result: Result<UpstreamResponse, UpstreamError>) {
            guard let continuation = ending.value.take() else { return }
            atEnd()
            continuation.resume(returning: result)
        }
    }

    private let time: VirtualTime
    private let state: Confined<State>

    init(_ time: VirtualTime, seed: UInt64) {
        self.time = time
        state = Confined(State(random: FaultInjection.SeededRandom(seed: seed, stream: "network")))
    }

    func add(_ server: any SimulatedServer, as name: String) { state.value.servers[name] = server }

    func change(_ name: String, _ change: (inout Conditions) -> Void) { change(&state.value.conditions[name, default: Conditions()]) }

    /// All servers are reached as they should be.
    func mend() { state.value.conditions = [:] }

    func traffic(to name: String) -> Traffic { state.value.traffic[name] ?? Traffic() }

    // MARK: Requests

    /// How production code sends requests to a server.
    func transport(to name: String) -> Upstream.Transport {
        { [self] request, limit async throws(UpstreamError) in
            let journey = Confined<Journey?>(nil)
            let result = await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    state.value.traffic[name, default: Traffic()].begin()
                    let made = Journey(continuation) { [self] in state.value.traffic[name]?.underWay -= 1 }
                    journey.value = made
                    guard !Task.isCancelled else { return made.end(.failure(Self.failure(.cancelled, request, "cancelled"))) }
                    time.call(after: limit) { made.end(.failure(Self.failure(.deadlineExceeded, request, "no answer within \(limit)"))) }
                    send(request, to: name, made)
                }
            } onCancel: {
                journey.value?.end(.failure(Self.failure(.cancelled, request, "cancelled")))
            }
            return try result.get()
        }
    }

    private static func failure(_ code: UpstreamError.Code, _ request: UpstreamRequest, _ reason: String) -> UpstreamError {
        UpstreamError(code, request: "\(request.method) \(request.url)", reason: reason)
    }

    private func send(_ request: UpstreamRequest, to name: String, _ journey: Journey) {
        let conditions = conditions(name)
        if conditions.isPartitioned {
            // Some networks say so, others swallow what is sent.
            guard happens(0.5) else { return }
            var refused = Self.failure(.connection, request, "no route to host")
            refused.isUnsent = true
            return time.call(after: latency(conditions)) { [refused] in journey.end(.failure(refused)) }
        }
        for _ in 0..<(happens(conditions.doubled) ? 2 : 1) {
            let isLost = happens(conditions.lost)
            time.call(after: latency(conditions)) { [self] in
                guard !isLost, let server = state.value.servers[name] else { return }
                server.receive(request) { [self] response in answer(response, of: name, to: request, journey) }
            }
        }
    }

    private func answer(_ response: UpstreamResponse, of name: String, to request: UpstreamRequest, _ journey: Journey) {
        let conditions = conditions(name)
        guard !conditions.isPartitioned, !happens(conditions.lost) else { return }
        let isTruncated = happens(conditions.truncated)
        time.call(after: latency(conditions)) {
            journey.end(isTruncated ? .failure(Self.failure(.connection, request, "the connection broke in the middle of the answer")) : .success(response))
        }
    }

    private func conditions(_ name: String) -> Conditions { state.value.conditions[name] ?? Conditions() }

    private func happens(_ share: Double) -> Bool { share > 0 && Double.random(in: 0..<1, using: &state.value.random) < share }

    private func latency(_ conditions: Conditions) -> Duration {
        let (least, most) = (conditions.latency.lowerBound, conditions.latency.upperBound)
        return least + (most - least) * Double.random(in: 0...1, using: &state.value.random)
    }
}

extension SimulatedNetwork.Traffic {
    fileprivate mutating func begin() {
        requests += 1
        underWay += 1
        mostUnderWay = max(mostUnderWay, underWay)
    }
}
