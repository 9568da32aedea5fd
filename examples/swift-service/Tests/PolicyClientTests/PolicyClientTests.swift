import Foundation
import PolicyClient
import Testing

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

@Suite struct PolicyClientTests {
    static let address = URL(string: "http://decisions.example:8181")!
    let request = APIRequest(method: "GET", path: "/v1/orders/42")

    /// A client whose service always answers the same.
    func client(status: Int, _ body: String) -> PolicyClient {
        PolicyClient(service: Self.address, document: "api/allow") { request in
            (Data(body.utf8), HTTPURLResponse(url: request.url ?? Self.address, statusCode: status, httpVersion: nil, headerFields: nil)!)
        }
    }

    struct Answer: CustomTestStringConvertible {
        var status: Int
        var body: String
        var decision: PolicyClient.Decision
        var testDescription: String { "\(status) \(body)" }
    }

    @Test(arguments: [
        Answer(status: 200, body: #"{"result":true}"#, decision: .allowed),
        Answer(status: 200, body: #"{"result":false}"#, decision: .refused),
        Answer(status: 200, body: "{}", decision: .undefined),
        Answer(status: 200, body: #"{"result":null}"#, decision: .undefined),
        Answer(status: 400, body: #"{"code":"invalid_parameter","message":"no"}"#, decision: .unanswered("invalid_parameter: no")),
        Answer(status: 500, body: #"{"result":true}"#, decision: .unanswered("status 500")),
        Answer(status: 204, body: "", decision: .unanswered("status 204")),
    ])
    func answers(_ answer: Answer) async {
        let client = client(status: answer.status, answer.body)
        #expect(await client.decide(request) == answer.decision)
        #expect(await client.isAllowed(request) == (answer.decision == .allowed))
    }

    @Test(arguments: [#"{"result":"true"}"#, #"{"result":1}"#, #"{"result":{"allow":true}}"#, "true", "", "<html>"])
    func whatIsNoBooleanIsNoYes(_ body: String) async {
        #expect(await client(status: 200, body).isAllowed(request) == false)
    }

    @Test func serviceThatIsAwayIsNoYes() async {
        let client = PolicyClient(service: Self.address, document: "api/allow") { _ in throw URLError(.cannotConnectToHost) }
        #expect(await client.isAllowed(request) == false)
    }

    @Test func questionHasTheShapeThatTheServiceReads() async {
        let client = PolicyClient(service: Self.address, document: "api/allow") { request in
            #expect(request.url?.absoluteString == "http://decisions.example:8181/v1/data/api/allow")
            #expect(request.httpMethod == "POST")
            #expect(request.timeoutInterval == 1)
            let question = try JSONDecoder().decode([String: APIRequest].self, from: request.httpBody ?? Data())
            #expect(question == ["input": APIRequest(method: "GET", path: "/v1/orders/42")])
            throw URLError(.cancelled)
        }
        _ = await client.decide(request)
    }

    @Test(arguments: [(200, #"{"result":true}"#, 200), (200, #"{"result":false}"#, 403), (200, "{}", 503), (500, "", 503)])
    func authorizationStandsBeforeTheHandler(status: Int, body: String, expected: Int) async {
        let response = await Authorization(policy: client(status: status, body)).handle(request) { _ in APIResponse(status: 200, body: "order") }
        #expect(response.status == expected)
    }
}
