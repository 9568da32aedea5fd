import Conformance
import Foundation
import Rego
import Support
import Testing

/// Cases in OPA's conformance format. Our own lie in `Cases/Language`; each file is a list of cases.
@Suite(.ownThread) struct ConformanceTests {
    static let directory = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Cases/Language").path

    static var cases: [ConformanceCase] {
        get throws { try ConformanceCase.load(directory: directory) }
    }

    @Test(arguments: try ConformanceTests.cases)
    func languageCase(_ test: ConformanceCase) {
        #expect(test.problem() == nil, "\(test.note)")
        #expect(test.problem(compiler: Self.eachRuleApart) == nil, "\(test.note), each rule compiled apart")
    }

    /// As thousands of rules are compiled.
    static var eachRuleApart: CompilerOptions {
        var options = CompilerOptions()
        options.rulesInBatch = 1
        return options
    }

    /// OPA's own cases lie beside the project where it is developed.
    private static let opaDirectory = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../shared/conformance").standardizedFileURL.path

    @Test(.enabled(if: FileManager.default.fileExists(atPath: opaDirectory), "OPA's conformance cases are not beside the project"))
    func opaCases() throws {
        for test in try ConformanceCase.load(directory: Self.opaDirectory) {
            #expect(test.problem() == nil, "\(test.note)")
            #expect(test.problem(compiler: Self.eachRuleApart) == nil, "\(test.note), each rule compiled apart")
            #expect(try test.formatted().problem() == nil, "\(test.note), formatted")
        }
    }
}
