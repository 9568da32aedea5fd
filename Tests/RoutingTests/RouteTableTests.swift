import Foundation
import Rego
import Support
import Testing

@testable import Routing

/// Route tables as they are written, and where they lead.
@Suite struct RouteTableTests {
    struct TableCase: Decodable, CustomTestStringConvertible {
        var note: String
        /// JSON.
        var table: String
        /// Part of the reason.
        var refused: String?
        var testDescription: String { note }
    }

    static let cases = Result { try CaseFiles.load(TableCase.self, beside: #filePath) }

    @Test func casesAreThere() throws { #expect(try Self.cases.get().count > 20) }

    @Test(arguments: (try? cases.get()) ?? [])
    func table(_ item: TableCase) throws {
        do throws(RoutingError) {
            let table = try RouteTable((try? Value(json: Array(item.table.utf8))) ?? .null)
            #expect(item.refused == nil)
            // What is written of it means the same.
            #expect(try RouteTable(table.document) == table)
        } catch {
            #expect(error.message.contains(item.refused ?? "nothing"), "\(error)")
        }
    }

    private static func table(_ routes: String) throws -> RouteTable { try RouteTable(try Value(json: Array("{\"routes\": \(routes)}".utf8))) }

    @Test(arguments: [
        ("enforce", "app/allow", #"{"team": "red"}"#, 5, 12 * 60, "red"), ("enforce", "app/allow", #"{"team": ["blue", "red"]}"#, 5, 12 * 60, "red"),
        ("enforce", "app/allow", #"{"team": "blue"}"#, 5, 12 * 60, "small"), ("enforce", "app/allow", "{}", 50, 12 * 60, "app"), ("audit", "app/allow", "{}", 50, 12 * 60, "audits"),
        ("enforce", "app", "{}", 50, 12 * 60, "app"), ("enforce", "apps/x", "{}", 50, 12 * 60, nil), ("enforce", "apps/x", "{}", 50, 23 * 60, "night"),
        ("enforce", "apps/x", "{}", 50, 5 * 60 + 59, "night"), ("enforce", "apps/x", "{}", 50, 6 * 60, nil),
    ] as [(String, String, String, Int, Int, String?)])
    func theFirstThatMatchesCounts(_ intent: String, _ path: String, _ identity: String, _ size: Int, _ minute: Int, _ name: String?) throws {
        let table = try Self.table(#"""
            [{"name": "red", "intents": ["enforce"], "match": {"claims": {"team": "red"}}}, {"name": "small", "intents": ["enforce"], "match": {"maximum_bytes": 10}},
             {"name": "audits", "intents": ["audit"]}, {"name": "app", "match": {"path": "app/**"}}, {"name": "night", "match": {"between": ["22:00", "06:00"]}}]
            """#)
        var request = RoutedRequest(path: path.split(separator: "/").map(String.init), size: size, time: Double(minute * 60 + 86_400 * 20_000))
        request.identity = try Value(json: Array(identity.utf8))
        let intent = try Intent(named: intent)
        #expect(table.route(intent, request)?.name == name)
        let explanation = table.explanation(intent, request)
        #expect(explanation.route?.name == name)
        #expect(explanation.lines.filter { $0.mismatch == nil }.count == (name == nil ? 0 : 1))
    }

    @Test(arguments: ["", "ENFORCE", "enforce ", "enforced", "guess", "enforce,audit", "\u{0}"])
    func whatIsNoIntentIsRefused(_ text: String) {
        if text == "ENFORCE" { #expect((try? Intent(named: text)) == .enforce) } else { #expect(throws: RoutingError.self) { try Intent(named: text) } }
    }

    @Test func callersAreToldApartByTheFirstKeyThatTheyHave() throws {
        let table = try RouteTable(["key": ["identity.tenant", "header.X-Key", "address"]])
        var request = RoutedRequest(path: [], address: "10.0.0.1") { $0 == "X-Key" ? "k" : nil }
        #expect(table.key(of: request) == "k")
        request.identity = ["tenant": 7]
        #expect(table.key(of: request) == "7")
        request.header = { _ in nil }
        request.identity = ["sub": "ada"]
        #expect(table.key(of: request) == "10.0.0.1")
        request.address = nil
        #expect(table.key(of: request) == nil)
    }
}
