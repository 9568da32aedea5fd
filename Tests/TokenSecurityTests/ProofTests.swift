import Crypto
import Foundation
import Rego
import Support
import Testing

@testable import TokenSecurity

/// Proofs of possession (RFC 9449) that must be accepted, and the attacks on them, all of which must be refused.
struct ProofCase: Decodable, CustomTestStringConvertible {
    var note: String
    /// Members that are others than those of a right proof; null leaves one out.
    var header: [String: JSON?]?
    var claims: [String: JSON?]?
    var url: String?
    var scheme: String?
    /// How often the proof is sent along; once where it is not said.
    var proofs: Int?
    var otherHolder: Bool?
    var addsPrivateKey: Bool?
    var breaks: String?
    /// The code of the error; accepted where there is none.
    var refused: String?

    var testDescription: String { note }
}

@Suite struct ProofTests {
    static let cases = Result { try CaseFiles.load(ProofCase.self, beside: #filePath, folder: "ProofCases") }
    static let now = 1_700_000_000.0
    private static let url = "https://api.example/v1/data/x"

    @Test func casesAreThere() throws { #expect(try Self.cases.get().filter { $0.refused != nil }.count > 45) }

    @Test(arguments: (try? cases.get()) ?? [])
    func proof(_ item: ProofCase) throws {
        let holder = TestHolder(), token = "the.access.token"
        var header = (item.header ?? [:]).mapValues { $0 ?? .null }
        if item.addsPrivateKey == true {
            header["jwk"] = .object(TestIssuer.document(holder.key.publicKey).merging(["d": .string(TestIssuer.base64(holder.key.rawRepresentation))]) { _, new in new })
        }
        let maker = item.otherHolder == true ? TestHolder() : holder
        var proof = try maker.proof("POST", Self.url, token: token, claims: (item.claims ?? [:]).mapValues { $0 ?? .null }, header: header, now: Self.now)
        proof = try Self.broken(proof, item.breaks, maker.key)
        var presented = PresentedToken(Secret(token), scheme: item.scheme == "bearer" ? .bearer : .proofOfPossession)
        presented.proofs = Array(repeating: Secret(proof), count: item.proofs ?? 1)
        presented.method = "POST"
        presented.url = item.url ?? Self.url
        let confirmation = try Confirmation(claims: ["cnf": ["jkt": .string(holder.thumbprint)]])
        do throws(TokenError) {
            try TokenBinding().check(confirmation, of: presented, now: Self.now)
            #expect(item.refused == nil, "was accepted")
        } catch {
            #expect(error.code.rawValue == item.refused, "\(error)")
            #expect(!error.message.contains(proof) && !error.message.contains(token))
        }
    }

    private static func broken(_ proof: String, _ part: String?, _ key: P256.Signing.PrivateKey) throws -> String {
        var parts = proof.split(separator: ".").map(String.init)
        switch part {
        case nil: return proof
        case "signature": parts[2] = TestIssuer.base64(try key.signature(for: Data("other".utf8)).rawRepresentation)
        case "claims": parts[1] = TestIssuer.base64(Data(#"{"htm":"POST"}"#.utf8))
        case "duplicate":
            parts[1] = TestIssuer.base64(Data(#"{"jti":"a","jti":"b","htm":"POST","htu":"https://api.example/v1/data/x","iat":1700000000}"#.utf8))
            parts[2] = TestIssuer.base64(try key.signature(for: Data("\(parts[0]).\(parts[1])".utf8)).rawRepresentation)
        default: return "nonsense"
        }
        return parts.joined(separator: ".")
    }

    @Test func aProofCountsOnceAndNothingIsForgottenTooEarly() throws {
        let holder = TestHolder(), binding = TokenBinding(), token = "t"
        let confirmation = try Confirmation(claims: ["cnf": ["jkt": .string(holder.thumbprint)]])
        var presented = PresentedToken(Secret(token), scheme: .proofOfPossession)
        (presented.method, presented.url) = ("POST", Self.url)
        // Made by a clock that is ahead, so that it is accepted for two minutes.
        presented.proofs = [Secret(try holder.proof("POST", Self.url, token: token, now: Self.now + 60))]
        try binding.check(confirmation, of: presented, now: Self.now)
        for later in stride(from: 0.0, through: 120, by: 0.5) {
            #expect(throws: TokenError.self) { try binding.check(confirmation, of: presented, now: Self.now + later) }
        }
    }

    @Test func aFullCacheRefusesAndRecovers() {
        var cache = ReplayCache(lifetime: 10, capacity: 100)
        func digest(_ number: Int) -> SHA256Digest { SHA256.hash(data: Data("\(number)".utf8)) }
        for number in 0..<100 { #expect(cache.insert(digest(number), now: 0) == .new) }
        #expect(cache.insert(digest(100), now: 1) == .full)
        #expect(cache.insert(digest(5), now: 9.9) == .replayed)
        #expect(cache.insert(digest(5), now: 19.9) == .replayed)
        #expect(cache.insert(digest(100), now: 29.95) == .new)
        #expect(cache.count == 1)
    }

    @Test func noncesAreAskedForAndEnd() throws {
        var settings = TokenBinding.Settings()
        settings.requiresNonce = true
        let holder = TestHolder(), binding = TokenBinding(settings), token = "t"
        let confirmation = try Confirmation(claims: ["cnf": ["jkt": .string(holder.thumbprint)]])
        func check(_ nonce: JSON, at now: Double) throws(TokenError) {
            var presented = PresentedToken(Secret(token), scheme: .proofOfPossession)
            (presented.method, presented.url) = ("GET", Self.url)
            presented.proofs = [Secret((try? holder.proof("GET", Self.url, token: token, claims: ["nonce": nonce], now: now)) ?? "")]
            try binding.check(confirmation, of: presented, now: now)
        }
        var asked: TokenError?
        do throws(TokenError) { try check(.null, at: Self.now) } catch { asked = error }
        #expect(asked?.code == .nonce)
        let nonce = try #require(asked?.nonce)
        try check(.string(nonce), at: Self.now + 1)
        #expect(throws: TokenError.self) { try check("made up", at: Self.now + 2) }
        #expect(throws: TokenError.self) { try check(.string(nonce), at: Self.now + 600) }
    }

    @Test(arguments: [(#"{}"#, true), (#"{"kid": "x"}"#, true), (#"{"jkt": 1}"#, true), (#"{"jkt": "x", "jwk": {}}"#, true), (#""x""#, true), (#"{"jkt": "x"}"#, false), (#"{"x5t#S256": "x"}"#, false)])
    func bindingsThatAreNotUnderstoodAreRefused(_ confirmation: String, _ isRefused: Bool) throws {
        let claims = try Value(json: Array("{\"cnf\": \(confirmation)}".utf8))
        if isRefused { #expect(throws: TokenError.self) { try Confirmation(claims: claims) } } else { #expect(try Confirmation(claims: claims) != nil) }
    }

    @Test(arguments: [("same", nil), ("other", "token_binding_refused"), (nil, "token_binding_refused")] as [(String?, String?)])
    func certificatesThatTokensAreBoundTo(_ shown: String?, _ refused: String?) throws {
        var presented = PresentedToken(Secret("t"))
        presented.certificateThumbprint = shown
        let confirmation = try Confirmation(claims: ["cnf": ["x5t#S256": "same"]])
        do throws(TokenError) {
            try TokenBinding().check(confirmation, of: presented, now: 0)
            #expect(refused == nil)
        } catch {
            #expect(error.code.rawValue == refused)
        }
    }

    /// The example of RFC 7638, section 3.1.
    @Test func thumbprints() throws {
        let key: Value = [
            "kty": "RSA", "alg": "RS256", "kid": "2011-04-29", "e": "AQAB",
            "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
        ]
        #expect(KeyThumbprint.of(key) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")
    }
}
