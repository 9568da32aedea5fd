import Discovery
import Foundation
import Rego
import Support
import Synchronization
import Testing

@testable import TokenSecurity

/// Tokens that only their issuer can judge (RFC 7662), and those that were taken back.
@Suite struct IntrospectionTests {
    private static let now = 1_700_000_000.0

    private static func authenticator(
        _ server: LoopbackServer, scope: TokenIntrospection.Scope = .opaque, issuer: TestIssuer? = nil, revocations: RevocationStore? = nil
    ) async throws -> TokenAuthenticator {
        let requirements = try TokenRequirements(issuer: "https://issuer.example", audiences: ["verdict"], algorithms: [.es256])
        var settings = TokenIntrospection.Settings(url: server.url + "/introspect")
        settings.scope = scope
        settings.deadline = .seconds(60)
        var keys: KeySetStore?
        if let issuer {
            let text = try issuer.keySet
            keys = try await KeySetStore(every: .seconds(3600), logger: RecordedLog().logger) { text }
        }
        let introspection = TokenIntrospection(settings, requirements: requirements, upstream: Upstream())
        return TokenAuthenticator(TokenVerifier(requirements), keys: keys, introspection: introspection, revocations: revocations)
    }

    @Test func anOpaqueTokenIsAskedAboutOnceAMinute() async throws {
        let isActive = Mutex(true)
        let server = try await LoopbackServer { _ in .text(isActive.withLock { $0 } ? #"{"active": true, "aud": "verdict", "sub": "ada", "exp": 1700000300}"# : #"{"active": false}"#) }
        let authenticator = try await Self.authenticator(server)
        let presented = PresentedToken(Secret("opaque"))
        #expect(try authenticator.authenticateAtOnce(presented, now: Self.now) == nil)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<10 { group.addTask { #expect(await (try? authenticator.authenticate(presented, now: Self.now))?.claims["sub"] == "ada") } }
        }
        #expect(server.requests.count == 1)
        #expect(server.requests[0].text == "token=opaque&token_type_hint=access_token")
        #expect(try authenticator.authenticateAtOnce(presented, now: Self.now + 59)?.claims["sub"] == "ada")
        isActive.withLock { $0 = false }
        #expect(try authenticator.authenticateAtOnce(presented, now: Self.now + 60) == nil)
        #expect(await (try? authenticator.authenticate(presented, now: Self.now + 60)) == nil)
        // The refusal is known for a while.
        #expect(throws: TokenError.self) { try authenticator.authenticateAtOnce(presented, now: Self.now + 69) }
        #expect(server.requests.count == 2)
    }

    @Test(arguments: [
        (#"{"active": true, "sub": "ada"}"#, 200, "token_claim_refused"), (#"{"active": true, "aud": "other"}"#, 200, "token_claim_refused"),
        (#"{"active": true, "aud": "verdict", "iss": "https://other"}"#, 200, "token_claim_refused"), (#"{"active": true, "aud": "verdict", "exp": 1699999900}"#, 200, "token_expired"),
        (#"{"active": true, "aud": "verdict", "nbf": 1700000400}"#, 200, "token_not_yet_valid"), (#"{"active": "true", "aud": "verdict"}"#, 200, "token_issuer_unavailable"),
        (#"{"aud": "verdict"}"#, 200, "token_issuer_unavailable"), ("nonsense", 200, "token_issuer_unavailable"), (#"{"active": true, "aud": "verdict"}"#, 401, "token_issuer_unavailable"),
        ("", 500, "token_issuer_unavailable"), (#"{"active": false, "aud": "verdict"}"#, 200, "token_inactive"), (#"{"active": true, "aud": "verdict", "cnf": {"jkt": "x"}}"#, 200, "token_binding_refused"),
    ])
    func whatIsNotAClearYesIsANo(_ answer: String, _ status: Int, _ code: String) async throws {
        let server = try await LoopbackServer { _ in .text(answer, status: status) }
        let authenticator = try await Self.authenticator(server)
        do throws(TokenError) {
            _ = try await authenticator.authenticate(PresentedToken(Secret("opaque-token")), now: Self.now)
            Issue.record("was accepted")
        } catch {
            #expect(error.code.rawValue == code)
            #expect(!error.message.contains("opaque-token"))
        }
    }

    @Test func nothingIsAcceptedWhileTheIssuerIsAway() async throws {
        let server = try await LoopbackServer { _ in .close }
        let authenticator = try await Self.authenticator(server)
        await #expect(throws: TokenError.self) { try await authenticator.authenticate(PresentedToken(Secret("opaque")), now: Self.now) }
    }

    @Test func whatTheIssuerTakesBackIsRefusedAlsoWhereItIsKnown() async throws {
        let issuer = TestIssuer(), isActive = Mutex(true)
        let server = try await LoopbackServer { _ in .text("{\"active\": \(isActive.withLock { $0 }), \"aud\": \"verdict\"}") }
        let revocations = RevocationStore(logger: RecordedLog().logger)
        let authenticator = try await Self.authenticator(server, scope: .all, issuer: issuer, revocations: revocations)
        let presented = PresentedToken(Secret(try issuer.token(["jti": "one"], now: Self.now)))
        #expect(try await authenticator.authenticate(presented, now: Self.now).claims["sub"] == "ada")
        isActive.withLock { $0 = false }
        #expect(await (try? authenticator.authenticate(presented, now: Self.now + 61)) == nil)
        isActive.withLock { $0 = true }
        // It stays so: what was taken back once does not come again.
        do throws(TokenError) {
            _ = try await authenticator.authenticate(presented, now: Self.now + 80)
            Issue.record("was accepted")
        } catch {
            #expect(error.code == .revoked)
        }
        // A token that cannot be right is not asked about.
        let before = server.requests.count
        #expect(await (try? authenticator.authenticate(PresentedToken(Secret(try TestIssuer().token(now: Self.now))), now: Self.now)) == nil)
        #expect(server.requests.count == before)
    }

    // MARK: Revocation lists

    @Test(arguments: [
        (#"{"jti": "x"}"#, true), (#"{"jti": "y"}"#, false), (#"{"sub": "bob"}"#, true), (#"{"sub": "ada", "iat": 99}"#, true), (#"{"sub": "ada", "iat": 100}"#, false),
        (#"{"sub": "ada"}"#, true), (#"{"sub": "ada", "iat": "200"}"#, true), (#"{"sub": "eve", "iat": 1}"#, false), (#"{}"#, false),
    ])
    func revocationLists(_ claims: String, _ isRevoked: Bool) throws {
        let list = try Revocations(#"{"revoked": [{"jti": "x"}, {"sub": "ada", "issued_before": 100}, {"sub": "ada", "issued_before": 50}, {"sub": "bob"}]}"#)
        #expect(list.contains(try Value(json: Array(claims.utf8))) == isRevoked)
    }

    @Test(arguments: ["", "[]", "{}", #"{"revoked": {}}"#, #"{"revoked": [{}]}"#, #"{"revoked": [{"jti": 1}]}"#, #"{"revoked": [{"jti": "x", "sub": "y"}]}"#, #"{"revoked": ["x"]}"#])
    func listsThatCannotBeReadAreNotReadInPart(_ text: String) { #expect(throws: TokenError.self) { try Revocations(text) } }

    @Test func aRevokedTokenIsRefusedAlsoWhereItIsKnown() async throws {
        let issuer = TestIssuer(), list = Mutex(#"{"revoked": []}"#)
        let revocations = try await RevocationStore(every: .milliseconds(20), logger: RecordedLog().logger) { list.withLock { $0 } }
        let requirements = try TokenRequirements(issuer: issuer.name, audiences: ["verdict"], algorithms: [.es256])
        let text = try issuer.keySet
        let keys = try await KeySetStore(every: .seconds(3600), logger: RecordedLog().logger) { text }
        let authenticator = TokenAuthenticator(TokenVerifier(requirements), keys: keys, revocations: revocations)
        let presented = PresentedToken(Secret(try issuer.token(["jti": "one"], now: Self.now)))
        #expect(try authenticator.authenticateAtOnce(presented, now: Self.now) != nil)
        let task = Task { try? await revocations.run() }
        defer { task.cancel() }
        list.withLock { $0 = "nonsense" }
        try await Task.sleep(for: .milliseconds(60))
        #expect(try authenticator.authenticateAtOnce(presented, now: Self.now) != nil)
        list.withLock { $0 = #"{"revoked": [{"jti": "one"}]}"# }
        try await Waiting.until { (try? authenticator.authenticateAtOnce(presented, now: Self.now)) ?? nil == nil }
    }

    @Test func aListThatIsTooOldLetsNothingThrough() async throws {
        let issuer = TestIssuer()
        let revocations = try await RevocationStore(every: .seconds(3600), staleness: .zero, logger: RecordedLog().logger) { #"{"revoked": []}"# }
        #expect(throws: TokenError.self) { try revocations.check(VerifiedToken(claims: ["sub": .string(issuer.name)], expiry: 0)) }
    }

    // MARK: Clocks

    /// Five minutes beyond what clocks may be apart, in either direction.
    @Test(arguments: [(-61.0 - 300, "token_not_yet_valid"), (-61, "token_not_yet_valid"), (-59, nil), (0, nil), (659, nil), (660, "token_expired"), (660 + 300, "token_expired")] as [(Double, String?)])
    func clocksThatAreApart(_ offset: Double, _ refused: String?) async throws {
        let issuer = TestIssuer(), text = try issuer.keySet
        let keys = try await KeySetStore(every: .seconds(3600), logger: RecordedLog().logger) { text }
        let authenticator = TokenAuthenticator(TokenVerifier(try TokenRequirements(issuer: issuer.name, audiences: ["verdict"], algorithms: [.es256])), keys: keys)
        let token = try issuer.token(now: Self.now)
        do throws(TokenError) {
            _ = try authenticator.claims(of: token, now: Self.now + offset)
            #expect(refused == nil)
        } catch {
            #expect(error.code.rawValue == refused)
        }
    }
}
