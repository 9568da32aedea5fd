import Crypto
import Observability
import Rego
import Synchronization
import TokenSecurity

/// Decides whether requests may pass, and what happens when nobody can say: then none may, except where the settings let one.
public final class AccessGuard: Sendable {
    public struct Settings: Sendable {
        /// Requests that pass while there is no decision. Each is counted.
        public var failOpen: [RoutePattern] = []
        /// Headers that policies see, in small letters; nil for all. Fewer make answers that can be kept more often of use.
        public var visibleHeaders: Set<String>?
        /// Headers that claim an identity: neither policies nor the service see what came from outside.
        public var identityHeaders = IdentityHeaders()
        /// How long what was allowed is kept; nil for not at all. With policies in this process it ends with their revision in any case; a service
        /// that decides is asked again after this time, so that a permission that was taken back lives on for so long at most.
        public var cacheAge: Duration?
        public var cacheCapacity = 10_000

        public init() {}
    }

    public enum Outcome: Sendable {
        case allowed(AccessDecision)
        case denied(AccessDecision)
        /// There is no decision, and the request may not pass.
        case failedClosed(reason: String)
        /// There is no decision, and the request passes because of this pattern.
        case failedOpen(RoutePattern, reason: String)
    }

    public let settings: Settings
    public let metrics = GuardMetrics()
    private let point: any DecisionPoint
    private let answers: Mutex<AllowedAnswers>

    public init(_ point: any DecisionPoint, settings: Settings = .init()) {
        self.point = point
        self.settings = settings
        answers = Mutex(AllowedAnswers(capacity: settings.cacheCapacity))
    }

    /// Whether a request may pass.
    public func check(_ request: CheckRequest) async -> Outcome {
        let start = ContinuousClock.now
        metrics.countBegun()
        let outcome = await outcome(of: request)
        metrics.count(outcome, took: .now - start)
        return outcome
    }

    private func outcome(of request: CheckRequest) async -> Outcome {
        let input: Value
        do { input = try prepared(request).input() } catch {
            var decision = AccessDecision(isAllowed: false)
            decision.status = 400
            return .denied(decision)
        }
        do {
            let decision = try await decision(about: input)
            return decision.isAllowed ? .allowed(decision) : .denied(decision)
        } catch {
            let reason = "\(error)"
            guard let pattern = settings.failOpen.first(where: { $0.matches(method: request.method, path: request.path) }) else { return .failedClosed(reason: reason) }
            return .failedOpen(pattern, reason: reason)
        }
    }

    private func prepared(_ request: CheckRequest) -> CheckRequest {
        var request = request
        request.headers.removeAll { header in
            settings.identityHeaders.contains(header.name) || settings.visibleHeaders.map { !$0.contains(header.name.lowercased()) } ?? false
        }
        return request
    }

    private func decision(about input: Value) async throws -> AccessDecision {
        guard let age = settings.cacheAge else { return try AccessDecision(try await point.answer(to: input).value) }
        let digest = SHA256.hash(data: input.json(escapesHTML: false)), revision = point.revision
        if let known = answers.withLock({ $0.decision(about: digest, current: revision, at: .now) }) {
            metrics.countCached()
            return known
        }
        let asked = ContinuousClock.now
        let answer = try await point.answer(to: input)
        let decision = try AccessDecision(answer.value)
        answers.withLock { answers in
            answers.take(answer.revision)
            answers.keep(decision, about: digest, of: answer.revision, until: asked + age, at: .now)
        }
        return decision
    }
}
