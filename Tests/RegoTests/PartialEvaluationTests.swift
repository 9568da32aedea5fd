import Conformance
import Foundation
import Rego
import Support
import Testing

/// What is left of queries, by the cases in Cases/PartialEvaluation, and that what is left means the same as what was asked.
@Suite(.ownThread) struct PartialEvaluationTests {
    struct Case: Codable, CustomTestStringConvertible {
        var note: String
        var modules: [String]?
        var query: String
        var data: String?
        var input: String?
        var unknowns: [String]?
        var disabled: [String]?
        var shallow: Bool?
        var nondeterministic: Bool?
        var queries: [String]
        var support: [String]?
        var testDescription: String { note }
    }

    static let cases: [Case] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Cases/PartialEvaluation")
        let files = try! FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        return files.flatMap { try! JSONDecoder().decode([Case].self, from: Data(contentsOf: folder.appending(path: $0))) }
    }()

    @Test(arguments: cases)
    func leaves(_ example: Case) throws {
        let policies = (example.modules ?? []).enumerated().map { PolicySource(file: "\($0.offset).rego", text: $0.element) }
        let snapshot = try PolicySnapshot(policies: policies, data: example.data.map { .json(Array($0.utf8)) } ?? .empty)
        var options = PartialEvaluationOptions()
        if let unknowns = example.unknowns { options.unknowns = unknowns }
        options.disabledInlining = example.disabled ?? []
        options.inlinesNothingUnknown = example.shallow ?? false
        options.callsNondeterministicBuiltins = example.nondeterministic ?? false
        let result = try snapshot.partiallyEvaluate(example.query, input: example.input.map { .json(Array($0.utf8)) } ?? .none, options: options)
        #expect(result.queryTexts.map { $0.replacing("\n", with: "; ") } == example.queries)
        #expect(result.supportTexts == example.support ?? [])
    }

    /// With the input unknown, and with input and data unknown, what is left gives what the query gives.
    @Test(arguments: try ConformanceTests.cases)
    func meansTheSame(_ example: ConformanceCase) {
        for unknowns in [["input"], ["input", "data"]] { #expect(example.problem(unknowns: unknowns) == nil, "\(example.note), \(unknowns) unknown") }
    }

    /// Loops over what is known have a budget, and terms of any size end with an error and not with the stack.
    @Test func hasLimits() throws {
        let snapshot = try PolicySnapshot(
            policies: [PolicySource(file: "p.rego", text: "package p\n\nloop if { some i in data.n; some j in data.n; i + j < 0; input.x }\n")],
            data: .value(["n": .array((0..<1000).map { .number(Number($0)) })]))
        var options = PartialEvaluationOptions()
        options.evaluation.stepBudget = 5_000
        #expect(throws: EvaluationError.self) { try snapshot.partiallyEvaluate("data.p.loop", options: options) }
        options.evaluation.stepBudget = .max
        let rest = Array(repeating: "1", count: 20_000).joined(separator: ",")
        #expect(throws: EvaluationError.self) { try snapshot.partiallyEvaluate("y = input.a; x = input.b; [x, \(rest)] = [y, \(rest)]", options: options) }
    }
}
