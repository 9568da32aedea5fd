import Foundation
import Governance
import ReliabilityBudget
import Support
import Testing

/// A file of OpenSLO documents, and what becomes of it.
struct OpenSLOCase: Decodable, CustomTestStringConvertible {
    struct Expected: Decodable, Equatable {
        var name: String
        var indicator: String
        /// Seconds, as is the period.
        var threshold: Double?
        var target: Double
        var period: Double

        init(_ objective: Objective) {
            name = objective.name
            indicator = objective.indicator.kind.rawValue
            threshold = objective.indicator.threshold.map { $0 / .seconds(1) }
            target = objective.target
            period = objective.period / .seconds(1)
        }
    }

    var note: String
    var text: String
    var objectives: [Expected]?
    var problems: [String]?

    var testDescription: String { note }
}

@Suite struct OpenSLOTests {
    static let cases = Result { try CaseFiles.load(OpenSLOCase.self, beside: #filePath, folder: "Cases/OpenSLO") }

    @Test func casesAreThere() throws { #expect(try Self.cases.get().count > 15) }

    private static func read(_ text: String) throws -> Configuration {
        let folder = try TemporaryFolder(files: ["objectives.yaml": text])
        return try Configuration(text: "slo: {openslo: ['\(folder.url.appendingPathComponent("objectives.yaml").path)']}", file: "c.yaml")
    }

    @Test(arguments: (try? cases.get()) ?? [])
    func isReadAsExpected(_ item: OpenSLOCase) throws {
        do {
            let configuration = try Self.read(item.text)
            #expect(item.problems == nil)
            #expect(configuration.serviceLevels.objectives.map(OpenSLOCase.Expected.init) == item.objectives)
            #expect(configuration.warnings.isEmpty, "\(configuration.warnings)")
        } catch let error as ConfigurationError {
            let problems = error.problems.map(\.description)
            #expect(problems.count == item.problems?.count, "\(problems)")
            for expected in item.problems ?? [] { #expect(problems.contains { $0.contains(expected) }, "\(problems)") }
        }
    }

    @Test func aFileThatIsNotThere() {
        #expect(throws: ConfigurationError.self) { try Configuration(text: "slo: {openslo: [/nowhere.yaml]}") }
    }

    /// What is printed is read as what it was made from.
    @Test func documentsGoThereAndBack() throws {
        let folder = try TemporaryFolder(files: [
            "c.yaml": """
                slo:
                  objectives:
                    availability: {target: 0.999, threshold_seconds: 2}
                    quick: {indicator: latency, target: 0.99, threshold_seconds: 0.25, period_seconds: 604800}
                    kept: {indicator: log_durability, target: 0.9999, period_seconds: 5400}
                """,
        ])
        let printed = try Command.verdict(["slo", "openslo", "-c", "c.yaml"], in: folder.url)
        #expect(printed.code == 0, "\(printed.error)")
        let before = try Configuration(text: String(contentsOf: folder.url.appendingPathComponent("c.yaml"), encoding: .utf8))
        #expect(try Self.read(printed.output).serviceLevels.objectives == before.serviceLevels.objectives)
        #expect(printed.output.contains("query: sum(verdict_sli_good_events_total{slo=\"quick\"})"))
    }
}
