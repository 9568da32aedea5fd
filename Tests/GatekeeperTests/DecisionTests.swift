import Crypto
import Foundation
import Rego
import Support
import Testing

@testable import Gatekeeper

/// What decisions mean, and what requests look like to policies.
@Suite struct DecisionTests {
    struct DecisionCase: Decodable, CustomTestStringConvertible {
        var note: String
        /// JSON; undefined where there is none.
        var decision: String?
        /// Nil where the document is no decision at all.
        var allowed: Bool?
        var status: Int?
        var testDescription: String { note }
    }

    static let cases = Result { try CaseFiles.load(DecisionCase.self, beside: #filePath) }

    @Test func casesAreThere() throws { #expect(try Self.cases.get().count > 25) }

    @Test(arguments: (try? cases.get()) ?? [])
    func decision(_ item: DecisionCase) throws {
        let document = try item.decision.map { try Value(json: Array($0.utf8)) }
        do throws(AccessDecision.Problem) {
            let decision = try AccessDecision(document)
            #expect(decision.isAllowed == item.allowed)
            if let status = item.status { #expect(decision.status == status) }
        } catch {
            #expect(item.allowed == nil, "\(error)")
        }
    }

    @Test func requestsHaveTheShapeOfEnvoys() throws {
        var request = CheckRequest(method: "POST", path: "/api/a%20b/?x=1&x=2&y", headers: [("X-Tag", "1"), ("x-tag", "2"), ("Content-Type", "application/json")])
        request.host = "shop.example"
        request.body = Array(#"{"n": 1}"#.utf8)
        request.source = "[::1]:80"
        let input = try request.input()
        #expect(input["parsed_path"] == ["api", "a b", ""])
        #expect(input["parsed_query"] == ["x": ["1", "2"], "y": [""]])
        #expect(input["parsed_body"] == ["n": 1])
        let http = try #require(input["attributes"]?["request"]?["http"])
        #expect(http["method"] == "POST" && http["path"] == "/api/a%20b/?x=1&x=2&y" && http["host"] == "shop.example")
        #expect(http["headers"] == ["content-type": "application/json", "x-tag": "1,2"])
        #expect(input["attributes"]?["source"] == ["address": ["socketAddress": ["address": "::1", "portValue": 80]]])
        #expect(throws: CheckRequest.Problem.self) { try CheckRequest(method: "GET", path: "/%ff", headers: []).input() }
    }

    @Test(arguments: [
        ("GET /status/*", "GET", "/status/a", true), ("GET /status/*", "POST", "/status/a", false), ("GET /status/*", "GET", "/status", false), ("GET /status/*", "GET", "/status/a/b", false),
        ("/static/**", "PUT", "/static", true), ("/static/**", "GET", "/static/a/b?x", true), ("/static/**", "GET", "/statics", false), ("/static/**", "GET", "/static/../admin", false),
        ("/static/**", "GET", "/static/%2e%2e/admin", false), ("/static/**", "GET", "/static/..\\admin", false), ("/**", "GET", "/", true),
    ])
    func patterns(_ pattern: String, _ method: String, _ path: String, _ matches: Bool) { #expect(RoutePattern(pattern).matches(method: method, path: path) == matches) }

    @Test func whatWasAllowedEndsWithItsRevisionAndItsTime() {
        var answers = AllowedAnswers(capacity: 2)
        let now = ContinuousClock.now, yes = AccessDecision(isAllowed: true)
        func digest(_ text: String) -> SHA256Digest { SHA256.hash(data: Data(text.utf8)) }
        answers.take("1")
        answers.keep(yes, about: digest("a"), of: "1", until: now + .seconds(1), at: now)
        answers.keep(AccessDecision(isAllowed: false), about: digest("b"), of: "1", until: now + .seconds(1), at: now)
        answers.keep(yes, about: digest("c"), of: "0", until: now + .seconds(1), at: now)
        answers.keep(yes, about: digest("c"), of: nil, until: now + .seconds(1), at: now)
        #expect(answers.count == 1)
        #expect(answers.decision(about: digest("a"), current: "1", at: now) != nil)
        #expect(answers.decision(about: digest("a"), current: nil, at: now) != nil)
        #expect(answers.decision(about: digest("a"), current: "2", at: now) == nil)
        #expect(answers.decision(about: digest("a"), current: "1", at: now + .seconds(1)) == nil)
        answers.take("2")
        #expect(answers.count == 0)
        for name in ["a", "b", "c", "d"] { answers.keep(yes, about: digest(name), of: "2", until: now + .seconds(1), at: now) }
        if answers.count == 0 { Issue.record("nothing is kept") }
        answers.take("2")
        #expect(answers.count <= 2)
    }
}
