import Foundation
import Logging
import Rego
import Support
import Testing

@testable import TokenSecurity

/// A secret shows nothing of itself, whichever way it is printed.
@Suite struct SecretTests {
    private struct Holder {
        var name = "holder"
        var token = Secret("hush-hush")
        var several = [Secret("hush-hush")]
        var optional: Secret? = Secret("hush-hush")
    }

    @Test func nothingPrintsIt() {
        let secret = Secret("hush-hush"), holder = Holder()
        var dumped = ""
        dump(secret, to: &dumped)
        dump(holder, to: &dumped)
        var printed = ""
        print(secret, holder, to: &printed)
        debugPrint(secret, holder, [secret], ["a": secret], to: &printed)
        let log = RecordedLog()
        log.logger.error("failed: \(secret)", metadata: ["secret": "\(secret)", "holder": "\(holder)"])
        let texts = ["\(secret)", "\(holder)", String(describing: holder), String(reflecting: holder), dumped, printed, log.text]
        for text in texts { #expect(!text.contains("hush"), "\(text)") }
        #expect("\(secret)" == "***")
        #expect(secret.reveal() == "hush-hush")
    }

    @Test func whatHoldsATokenDoesNotShowIt() throws {
        var presented = try #require(PresentedToken(authorization: "DPoP hush-hush"))
        presented.proofs = [Secret("hush-proof")]
        let caller = CallerToken(token: Secret("hush-hush"), VerifiedToken(claims: ["sub": "ada"], expiry: 1))
        for text in ["\(presented)", String(reflecting: presented), "\(caller)"] { #expect(!text.contains("hush"), "\(text)") }
    }
}
