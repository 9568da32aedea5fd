import Foundation
import Rego
import Support
import Testing

/// Arithmetic and how its results are written, as OPA has them; null where the expression is undefined.
@Suite(.ownThread) struct ArithmeticTests {
    static func cases() throws -> [[String?]] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Cases/Arithmetic/numbers.json")
        return try JSONDecoder().decode([[String?]].self, from: Data(contentsOf: file))
    }

    @Test func results() throws {
        let cases = try Self.cases()
        #expect(cases.count > 500)
        let rules = cases.indices.map { "r\($0) := json.marshal(x) if x := \(cases[$0][0] ?? "")" }
        let policy = PolicySource(file: "numbers.rego", text: "package numbers\n\n" + rules.joined(separator: "\n\n"))
        let results = try PolicySnapshot(policies: [policy]).prepare("data.numbers").evaluate().solutions.first?.expressions.first?.value
        for (number, item) in cases.enumerated() {
            #expect(results?["r\(number)"] == item[1].map { .string($0) }, "\(item[0] ?? "")")
        }
    }
}
