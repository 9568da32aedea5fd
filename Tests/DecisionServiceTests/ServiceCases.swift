import Foundation
import Support
import Testing

/// Conversations with the service, as data in `Cases`.
struct ServiceCase: Decodable, CustomTestStringConvertible {
    struct Exchange: Decodable {
        var method: String?
        var path: String
        var headers: [String: String]?
        var body: String?
        var status: Int?
        /// The whole answer, without the line feed at its end. Empty: no body at all.
        var answer: String?
        /// Header fields of the answer.
        var fields: [String: String]?
        /// Parts of the answer, where all of it is not known.
        var contains: [String]?
    }

    var note: String
    /// Arguments of `verdict run`.
    var arguments: [String]?
    var files: [String: String]
    var exchanges: [Exchange]

    var testDescription: String { note }
}

@Suite struct ServiceCases {
    static let cases = Result { try CaseFiles.load(ServiceCase.self, beside: #filePath) }

    @Test func casesAreThere() throws { #expect(try Self.cases.get().count > 5) }

    @Test(arguments: (try? cases.get()) ?? [])
    func conversation(_ item: ServiceCase) async throws {
        let folder = try TemporaryFolder(files: item.files)
        let service = try await RunningService.started((item.arguments ?? []) + ["."], in: folder.url)
        let client = service.client
        for exchange in item.exchanges {
            let method = exchange.method ?? (exchange.body == nil ? "GET" : "POST")
            let answer = try await client.ask(method, exchange.path, body: exchange.body.map { Data($0.utf8) }, headers: exchange.headers ?? [:])
            #expect(answer.status == exchange.status ?? 200, "\(method) \(exchange.path): \(answer.body)")
            if let expected = exchange.answer { #expect(answer.body == (expected.isEmpty ? "" : expected + "\n"), "\(method) \(exchange.path)") }
            for (name, value) in exchange.fields ?? [:] { #expect(answer.headers[name.lowercased()] == value, "\(method) \(exchange.path)") }
            for part in exchange.contains ?? [] { #expect(answer.body.contains(part), "\(method) \(exchange.path): \(answer.body)") }
        }
    }
}
