import Foundation
import Rego
import Support
import Testing

@testable import TokenSecurity

/// Tokens that must be accepted, and the attacks of RFC 8725 and of known vulnerabilities, all of which must be refused.
///
/// The tokens were signed by another implementation, with keys made for the purpose and since forgotten.
struct TokenCase: Decodable, CustomTestStringConvertible {
    var note: String
    var token: String
    /// A set in `Keys.json`; `all` where it is not said.
    var keys: String?
    var algorithms: [String]?
    var type: String?
    var issuer: String?
    /// The code of the error; accepted where there is none.
    var refused: String?

    var testDescription: String { note }
}

@Suite struct TokenTests {
    static let cases = Result { try CaseFiles.load(TokenCase.self, beside: #filePath) }
    static let keys = Result {
        try JSONDecoder().decode([String: String].self, from: Data(contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Keys.json")))
    }
    /// When the tokens were made.
    static let now = 1_700_000_000.0

    @Test func casesAreThere() throws {
        #expect(try Self.cases.get().filter { $0.refused != nil }.count > 150)
        #expect(try Self.cases.get().filter { $0.refused == nil }.count > 15)
    }

    @Test(arguments: (try? cases.get()) ?? [])
    func token(_ item: TokenCase) throws {
        let keys = try KeySet(try #require(try Self.keys.get()[item.keys ?? "all"]))
        let names = item.algorithms ?? SignatureAlgorithm.allCases.filter { !$0.isSymmetric }.map(\.rawValue)
        var requirements = try TokenRequirements(
            issuer: item.issuer ?? "https://issuer.example", audiences: ["verdict"], algorithms: Set(names.compactMap(SignatureAlgorithm.init)))
        requirements.type = item.type
        do throws(TokenError) {
            let verified = try TokenVerifier(requirements).verify(Array(item.token.utf8), with: keys, now: Self.now)
            #expect(item.refused == nil)
            #expect(verified.claims["sub"] == "ada")
        } catch {
            #expect(error.code.rawValue == item.refused, "\(error)")
            #expect(item.token.count < 20 || !error.message.contains(item.token))
        }
    }

    @Test(arguments: [
        ("", "neither PEM nor a JSON object"), ("[]", "neither PEM"), ("{}", "missing kty"), (#"{"keys": []}"#, "no key"), (#"{"keys": 1}"#, "must be an array"),
        (#"{"kty": "oct", "k": "AAAA"}"#, "no key that signatures"), (#"{"kty": "RSA", "n": "!"}"#, "base64url"), (#"{"kty": "EC", "crv": "P-256", "x": "AAAA", "y": "AAAA"}"#, "failed to parse"),
        ("-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----", "private key"), ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "failed to parse"),
    ])
    func keySetsThatAreRefused(_ text: String, _ message: String) {
        do throws(TokenError) {
            _ = try KeySet(text)
            Issue.record("\(text) was taken")
        } catch {
            #expect(error.message.contains(message), "\(error)")
        }
    }

    @Test func requirementsThatProtectNothingAreRefused() {
        #expect(throws: TokenError.self) { try TokenRequirements(issuer: "", audiences: ["a"], algorithms: [.rs256]) }
        #expect(throws: TokenError.self) { try TokenRequirements(issuer: "i", audiences: [], algorithms: [.rs256]) }
        #expect(throws: TokenError.self) { try TokenRequirements(issuer: "i", audiences: ["a"], algorithms: []) }
        #expect(throws: TokenError.self) { try TokenRequirements(issuer: "i", audiences: ["a"], algorithms: [.rs256, .hs256]) }
    }

    @Test(arguments: [
        ("Bearer abc", "abc"), ("bearer  abc", "abc"), ("BEARER a b", "a b"), ("Basic abc", nil), ("Bearer", nil), ("Bearer ", nil), ("", nil), ("Bearerabc", nil),
    ])
    func bearerTokens(_ header: String, _ token: String?) { #expect(BearerToken.read(header) == token) }
}
