import Discovery
import Foundation
import Rego
import Support
import Synchronization
import Testing

@testable import TokenSecurity

/// What is passed on of who asks, and to whom.
@Suite struct PropagationTests {
    struct AddressCase: Decodable, CustomTestStringConvertible {
        var url: String
        var isDestination: Bool
        var testDescription: String { url }
    }

    static let addresses = Result { try CaseFiles.load(AddressCase.self, beside: #filePath, folder: "AddressCases") }
    private static let now = 1_700_000_000.0

    private static func caller(_ claims: Value = [:], expiry: Double = now + 600) -> CallerToken {
        CallerToken(token: Secret("subject-token"), VerifiedToken(claims: claims, expiry: expiry))
    }

    private static func destination(_ form: TokenPropagation.Form, url: String = "https://orders.example/api", scopes: TokenScopes? = nil) -> TokenPropagation.Destination {
        .init(service: "orders", url: url, upstream: Upstream(), form: form, audience: "orders", scopes: scopes)
    }

    private static func claims(of token: Secret) throws -> Value { try CompactToken(Array(token.reveal().utf8)).claims }

    @Test func addressesAreThere() throws { #expect(try Self.addresses.get().count > 25) }

    @Test(arguments: (try? addresses.get()) ?? [])
    func onlyWhatIsAskedOfTheServiceIsAskedWithAToken(_ item: AddressCase) {
        #expect((TokenPropagation([Self.destination(.original)]).destination(of: item.url) != nil) == item.isDestination)
    }

    // MARK: Scopes

    /// However services follow one another, and whatever they may pass on: nobody has a scope that the one before did not have.
    @Test(arguments: 0..<200) func scopesOnlyShrink(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let names = ["a", "b", "c", "d", "e", "orders:read", "orders:write"]
        func some() -> Set<String> { Set(names.filter { _ in Bool.random(using: &random) }) }
        var claims: Value = ["sub": "ada", "aud": "x", "scope": .string(TokenScopes(some()).text)]
        for hop in 0..<6 {
            let signer = try IdentitySigner(issuer: "https://s\(hop)", name: "s\(hop)", key: nil)
            let allowed = Bool.random(using: &random) ? TokenScopes(some()) : nil
            let before = try #require(TokenScopes(claims: claims))
            guard let token = try? signer.token(about: Self.caller(claims), audience: "next", scopes: allowed, now: Self.now) else {
                // Refused only where something was there and nothing would be left.
                #expect(!before.isEmpty && before.narrowed(to: allowed).isEmpty)
                break
            }
            claims = try Self.claims(of: token)
            let after = try #require(TokenScopes(claims: claims))
            #expect(after.isWithin(before))
            if let allowed { #expect(after.isWithin(allowed)) }
        }
    }

    @Test(arguments: [
        (#"{"scope": "a b"}"#, ["a", "b"]), (#"{"scp": ["a", "b"]}"#, ["a", "b"]), (#"{"scp": "a"}"#, ["a"]), (#"{"scope": ""}"#, []), (#"{"scope": 1}"#, nil), (#"{}"#, nil),
    ] as [(String, [String]?)])
    func scopesOfClaims(_ claims: String, _ names: [String]?) throws {
        #expect(TokenScopes(claims: try Value(json: Array(claims.utf8)))?.names == names.map { Set($0) })
    }

    // MARK: Signed identities

    @Test func aSignedIdentityIsForOneAudienceAndNamesWhoActs() throws {
        let signer = try IdentitySigner(issuer: "https://verdict", name: "verdict", key: nil, lifetime: .seconds(60))
        let caller = Self.caller(["sub": "ada", "scope": "r w", "act": ["sub": "gateway"]], expiry: Self.now + 20)
        let token = try signer.token(about: caller, audience: "orders", scopes: TokenScopes(["r", "admin"]), now: Self.now)
        let requirements = try TokenRequirements(issuer: "https://verdict", audiences: ["orders"], algorithms: [.es256])
        let keys = try KeySet(String(decoding: signer.keySet.json(), as: UTF8.self))
        let verified = try TokenVerifier(requirements).verify(Array(token.reveal().utf8), with: keys, now: Self.now)
        #expect(verified.claims["sub"] == "ada")
        #expect(verified.claims["scope"] == "r")
        #expect(verified.claims["act"] == ["sub": "verdict", "iss": "https://verdict", "act": ["sub": "gateway"]])
        // Never longer than the caller's own.
        #expect(verified.claims["exp"] == .number(Number(Int(Self.now + 20))))
        #expect(throws: TokenError.self) {
            try TokenVerifier(try TokenRequirements(issuer: "https://verdict", audiences: ["billing"], algorithms: [.es256])).verify(Array(token.reveal().utf8), with: keys, now: Self.now)
        }
        #expect(throws: PropagationError.self) { try signer.token(about: caller, audience: "orders", scopes: nil, now: Self.now + 21) }
    }

    @Test func aCircleOfActorsEnds() throws {
        let signer = try IdentitySigner(issuer: "https://verdict", name: "verdict", key: nil)
        var claims: Value = ["sub": "ada"]
        for _ in 0..<IdentitySigner.chainLimit { claims = try Self.claims(of: try signer.token(about: Self.caller(claims), audience: "x", scopes: nil, now: Self.now)) }
        #expect(throws: PropagationError.self) { try signer.token(about: Self.caller(claims), audience: "x", scopes: nil, now: Self.now) }
    }

    @Test(arguments: [
        (#"{"aud": "orders"}"#, nil, nil), (#"{"aud": ["verdict", "orders"]}"#, nil, nil), (#"{"aud": "verdict"}"#, nil, "propagation_token_refused"), (#"{}"#, nil, "propagation_token_refused"),
        (#"{"aud": "orders", "cnf": {"jkt": "x"}}"#, nil, "propagation_token_refused"), (#"{"aud": "orders", "scope": "r w"}"#, ["r"], "propagation_scopes_refused"),
        (#"{"aud": "orders", "scope": "r"}"#, ["r", "w"], nil),
    ] as [(String, [String]?, String?)])
    func theOriginalTokenGoesOnlyWhereItIsMeantToGo(_ claims: String, _ scopes: [String]?, _ refused: String?) async throws {
        let destination = Self.destination(.original, scopes: scopes.map { TokenScopes(Set($0)) })
        do throws(PropagationError) {
            let claims = (try? Value(json: Array(claims.utf8))) ?? .null
            let header = try await TokenPropagation([destination]).authorization(for: destination, about: Self.caller(claims), now: Self.now)
            #expect(refused == nil)
            #expect(header.reveal() == "Bearer subject-token")
        } catch {
            #expect(error.code.rawValue == refused)
        }
    }

    // MARK: Exchange

    private static func exchange(_ server: LoopbackServer) -> TokenExchange {
        var settings = TokenExchange.Settings(url: server.url + "/token")
        settings.deadline = .seconds(60)
        return TokenExchange(settings, upstream: Upstream())
    }

    @Test func anExchangedTokenIsKeptToItsEndAndNeverUsedAfterIt() async throws {
        let count = Mutex(0)
        let server = try await LoopbackServer { _ in
            let number = count.withLock { count in
                count += 1
                return count
            }
            return .text("{\"access_token\": \"t\(number)\", \"token_type\": \"Bearer\", \"expires_in\": 60, \"scope\": \"r\"}")
        }
        let exchange = Self.exchange(server), caller = Self.caller(["sub": "ada", "scope": "r w"])
        func token(_ now: Double, _ audience: String = "orders") async throws -> String {
            try await exchange.token(about: caller, audience: audience, scopes: TokenScopes(["r", "x"]), now: now).reveal()
        }
        #expect(try await token(Self.now) == "t1")
        #expect(try await token(Self.now + 54) == "t1")
        #expect(try await token(Self.now + 55) == "t2")
        #expect(try await token(Self.now + 56, "billing") == "t3")
        #expect(exchange.count(of: .cached) == 1)
        let form = server.requests[0].text
        for part in ["grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange", "subject_token=subject-token", "audience=orders", "scope=r"] { #expect(form.contains(part), "\(form)") }
        #expect(!form.contains("scope=r%20"))
        // The caller's own end is the end of all that was had for it.
        #expect(await (try? exchange.token(about: caller, audience: "orders", scopes: nil, now: Self.now + 601)) == nil)
    }

    @Test func callersAtOnceMakeOneRequest() async throws {
        let server = try await LoopbackServer.answeringLater { _ in
            try await Task.sleep(for: .milliseconds(100))
            return .text(#"{"access_token": "t", "expires_in": 60}"#)
        }
        let exchange = Self.exchange(server)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<20 { group.addTask { #expect(await (try? exchange.token(about: Self.caller(["sub": "ada"]), audience: "orders", scopes: nil, now: Self.now)) != nil) } }
        }
        #expect(server.requests.count == 1)
    }

    @Test(arguments: [
        (#"{"access_token": "t", "scope": "r w admin"}"#, 200, "propagation_scopes_refused"), (#"{"access_token": "t", "token_type": "DPoP"}"#, 200, "propagation_exchange_refused"),
        (#"{"error": "invalid_request", "error_description": "subject-token"}"#, 400, "propagation_exchange_refused"), (#"{"error": "subject-token"}"#, 400, "propagation_exchange_refused"),
        ("nonsense", 200, "propagation_exchange_refused"), (#"{"access_token": ""}"#, 200, "propagation_exchange_refused"), ("", 503, "propagation_issuer_unavailable"),
    ])
    func answersThatAreNotTrusted(_ answer: String, _ status: Int, _ code: String) async throws {
        let server = try await LoopbackServer { _ in .text(answer, status: status) }
        do throws(PropagationError) {
            _ = try await Self.exchange(server).token(about: Self.caller(["scope": "r w"]), audience: "orders", scopes: nil, now: Self.now)
            Issue.record("was taken")
        } catch {
            #expect(error.code.rawValue == code)
            #expect(!error.message.contains("subject-token"))
        }
    }

    @Test func headersThatClaimAnIdentity() {
        let headers = IdentityHeaders()
        for name in ["X-Forwarded-User", "x-forwarded-user", "X_Forwarded_User", "Remote-User", "X-Forwarded-Client-Cert"] { #expect(headers.contains(name)) }
        for name in ["Authorization", "X-Forwarded-For", "Host"] { #expect(!headers.contains(name)) }
    }
}
