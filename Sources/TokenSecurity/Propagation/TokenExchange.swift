import Discovery
import Observability
import Rego
import Synchronization

/// Exchanges the token of a caller for one that is meant for the next service: the caller is its subject, this service its actor.
///
/// Source: RFC 8693. Tokens are kept until shortly before they end, or their subject's does; callers at once make one request.
public final class TokenExchange: Sendable {
    public struct Settings: Sendable {
        /// The token endpoint.
        public var url: String
        public var headers: [String: String] = [:]
        public var deadline: Duration = .seconds(5)

        public init(url: String) { self.url = url }
    }

    public enum Outcome: String, Sendable, CaseIterable {
        case exchanged, cached, refused, unavailable
    }

    private let settings: Settings
    private let upstream: Upstream
    /// Says who acts; nil where the service's credentials are all that the issuer is shown.
    private let signer: IdentitySigner?
    private let tokens = Mutex(ExchangedTokens(capacity: 10_000))
    private let pending = Mutex<[ExchangedTokens.Key: Task<Secret, any Error>]>([:])
    private let outcomes = Outcome.allCases.map { _ in Counter() }

    public init(_ settings: Settings, upstream: Upstream, actor signer: IdentitySigner? = nil) {
        self.settings = settings
        self.upstream = upstream
        self.signer = signer
    }

    public func count(of outcome: Outcome) -> Int { Outcome.allCases.firstIndex(of: outcome).map { outcomes[$0].value } ?? 0 }

    private func count(_ outcome: Outcome) { if let position = Outcome.allCases.firstIndex(of: outcome) { outcomes[position].increment() } }

    /// A token for an audience, about a caller.
    ///
    /// - Parameters:
    ///   - scopes: those of the caller's scopes that may be passed on; nil for all.
    ///   - now: seconds since 1970.
    func token(about caller: CallerToken, audience: String, scopes: TokenScopes?, now: Double) async throws(PropagationError) -> Secret {
        guard now < caller.expiry else { throw PropagationError(.token, "the caller's token has expired") }
        let own = TokenScopes(claims: caller.claims)
        let wanted = try own.map { own throws(PropagationError) in try IdentitySigner.narrowed(own, to: scopes) } ?? scopes ?? TokenScopes([])
        let key = ExchangedTokens.Key(subject: caller.token.digest, audience: audience, scopes: wanted)
        if let token = tokens.withLock({ $0.token(for: key, now: now) }) {
            count(.cached)
            return token
        }
        let task = pending.withLock { pending in
            if let task = pending[key] { return task }
            let task = Task { try await self.exchange(caller, key, now) }
            pending[key] = task
            return task
        }
        let result = await task.result
        pending.withLock { $0[key] = nil }
        switch result {
        case .success(let token): return token
        case .failure(let error):
            let error = (error as? PropagationError) ?? PropagationError(.unavailable, "the issuer could not be asked for a token: \((error as? UpstreamError)?.reason ?? "no answer")")
            count(error.code == .unavailable ? .unavailable : .refused)
            throw error
        }
    }

    private func exchange(_ caller: CallerToken, _ key: ExchangedTokens.Key, _ now: Double) async throws -> Secret {
        var request = UpstreamRequest("POST", settings.url, body: [], deadline: settings.deadline, maximumResponseSize: 1 << 20)
        let form = fields(caller, key, now)
        request.headers = form.headers(settings.headers)
        request.body = form.body
        request.callDeadline = settings.deadline
        let response = try await upstream.send(request)
        guard response.status < 500 else { throw PropagationError(.unavailable, "the token endpoint answered \(response.status)") }
        guard response.status == 200, let answer = try? Value(json: response.body), case .string(let text)? = answer["access_token"], !text.isEmpty else {
            throw PropagationError(.exchange, "the token endpoint answered \(response.status)\(Self.reason(response.body))")
        }
        if case .string(let type)? = answer["token_type"], !["bearer", "n_a"].contains(type.lowercased()) {
            throw PropagationError(.exchange, "the token is of type \(type), and only bearer tokens can be sent")
        }
        // RFC 8693, section 2.2.1: scope is said where it is not what was asked for.
        if let given = TokenScopes(claims: answer), !given.isWithin(key.scopes) {
            throw PropagationError(.scopes, "the token endpoint gave more scopes than it was asked for")
        }
        let token = Secret(text)
        // Without a lifetime it is asked for each time.
        if case .number(let seconds)? = answer["expires_in"] {
            tokens.withLock { $0.keep(token, for: key, until: min(now + seconds.double, caller.expiry), now: now) }
        }
        count(.exchanged)
        return token
    }

    private func fields(_ caller: CallerToken, _ key: ExchangedTokens.Key, _ now: Double) -> FormFields {
        let accessToken = "urn:ietf:params:oauth:token-type:access_token"
        var fields = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"), ("subject_token", caller.token.reveal()), ("subject_token_type", accessToken),
            ("requested_token_type", accessToken), ("audience", key.audience),
        ]
        if !key.scopes.isEmpty { fields.append(("scope", key.scopes.text)) }
        if let signer {
            fields.append(("actor_token", signer.ownToken(audience: settings.url, now: now).reveal()))
            fields.append(("actor_token_type", "urn:ietf:params:oauth:token-type:jwt"))
        }
        return FormFields(fields)
    }

    /// The error's code (RFC 6749, section 5.2); its description may repeat what was sent.
    private static func reason(_ body: [UInt8]) -> String {
        guard case .string(let code)? = (try? Value(json: body))?["error"], code.utf8.count <= 40, code.utf8.allSatisfy({ $0 == UInt8(ascii: "_") || (97...122).contains($0) }) else { return "" }
        return ": \(code)"
    }
}
