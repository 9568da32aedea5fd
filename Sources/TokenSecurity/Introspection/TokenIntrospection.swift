import Discovery
import Foundation
import Observability
import Rego
import Synchronization

/// Asks the issuer whether a token counts, and what it says (RFC 7662). Nothing is accepted while the issuer cannot be asked.
///
/// Answers are kept for a short time; callers that ask about one token at once make one request.
public final class TokenIntrospection: Sendable {
    /// Which tokens the issuer is asked about.
    public enum Scope: String, Sendable, CaseIterable {
        /// Those that are no JSON Web Tokens.
        case opaque
        /// Also those that are, after they were verified: so they can be taken back at any time.
        case all
    }

    public struct Settings: Sendable, Hashable {
        /// The endpoint.
        public var url: String
        public var headers: [String: String] = [:]
        public var scope = Scope.opaque
        /// How long an answer counts, at most to the token's end.
        public var lifetime: Duration = .seconds(60)
        /// How long a refusal counts.
        public var refusalLifetime: Duration = .seconds(10)
        public var deadline: Duration = .seconds(5)

        public init(url: String) { self.url = url }
    }

    /// Answers by what they were.
    public enum Outcome: String, Sendable, CaseIterable {
        case active, inactive, unavailable, cached
    }

    let settings: Settings
    private let requirements: TokenRequirements
    private let upstream: Upstream
    private let cache = Mutex(IntrospectionCache(capacity: 10_000))
    private let pending = Mutex<[Secret: Task<IntrospectionCache.Answer, any Error>]>([:])
    private let outcomes = Outcome.allCases.map { _ in Counter() }

    /// - Parameters:
    ///   - requirements: what the claims of a token must say.
    ///   - upstream: the issuer, with the service's own credentials.
    public init(_ settings: Settings, requirements: TokenRequirements, upstream: Upstream) {
        self.settings = settings
        self.requirements = requirements
        self.upstream = upstream
    }

    public func count(of outcome: Outcome) -> Int { Outcome.allCases.firstIndex(of: outcome).map { outcomes[$0].value } ?? 0 }

    private func count(_ outcome: Outcome) { if let position = Outcome.allCases.firstIndex(of: outcome) { outcomes[position].increment() } }

    /// What the issuer said shortly before; nil where it must be asked.
    ///
    /// - Throws: `TokenError` where the token does not count.
    func known(_ token: Secret, now: Double) throws(TokenError) -> VerifiedToken? {
        guard let answer = cache.withLock({ $0.answer(about: token.digest, now: now) }) else { return nil }
        count(.cached)
        return try judge(answer, now: now)
    }

    /// Asks the issuer, unless it said so shortly before.
    ///
    /// - Throws: `TokenError` where the token does not count, or the issuer cannot be asked.
    func verify(_ token: Secret, now: Double) async throws(TokenError) -> VerifiedToken {
        if let known = try known(token, now: now) { return known }
        let task = pending.withLock { pending in
            if let task = pending[token] { return task }
            let task = Task { try await self.ask(about: token, now: now) }
            pending[token] = task
            return task
        }
        let result = await task.result
        pending.withLock { $0[token] = nil }
        switch result {
        case .success(let answer): return try judge(answer, now: now)
        case .failure(let error):
            count(.unavailable)
            throw (error as? TokenError) ?? TokenError(.unavailable, "the issuer could not be asked about the token: \((error as? UpstreamError)?.reason ?? "no answer")")
        }
    }

    private func ask(about token: Secret, now: Double) async throws -> IntrospectionCache.Answer {
        let form = FormFields([("token", token.reveal()), ("token_type_hint", "access_token")])
        var request = UpstreamRequest("POST", settings.url, headers: form.headers(settings.headers), body: form.body, deadline: settings.deadline, maximumResponseSize: 1 << 20)
        request.callDeadline = settings.deadline
        // Asking changes nothing.
        request.isIdempotent = true
        let response = try await upstream.send(request)
        guard response.status == 200, let document = try? Value(json: response.body), case .boolean(let isActive)? = document["active"] else {
            throw TokenError(.unavailable, "the issuer's answer about the token cannot be used: status \(response.status)")
        }
        let answer = isActive ? IntrospectionCache.Answer.active(document) : .inactive
        count(isActive ? .active : .inactive)
        let lifetime = (isActive ? settings.lifetime : settings.refusalLifetime) / .seconds(1)
        cache.withLock { $0.keep(answer, about: token.digest, until: now + lifetime, now: now) }
        return answer
    }

    private func judge(_ answer: IntrospectionCache.Answer, now: Double) throws(TokenError) -> VerifiedToken {
        guard case .active(let claims) = answer else { throw TokenError(.inactive, "the issuer says that the token does not count") }
        let expiry = try ClaimChecks(requirements).checkAnswer(claims, now: now)
        return VerifiedToken(claims: claims, expiry: min(expiry, now + settings.lifetime / .seconds(1)))
    }
}
