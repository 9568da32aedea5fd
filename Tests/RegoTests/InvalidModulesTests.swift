import Conformance
import Foundation
import Rego
import Testing

/// Modules with mistakes that users make, and every error that is reported for them.
@Suite struct InvalidModulesTests {
    static let directory = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Cases/Invalid").path

    static var cases: [InvalidModuleCase] {
        get throws { try InvalidModuleCase.load(directory: directory) }
    }

    @Test(arguments: try InvalidModulesTests.cases)
    func errors(of test: InvalidModuleCase) {
        for options in [CompilerOptions(), ConformanceTests.eachRuleApart] {
            let problem = test.problem(compiler: options)
            #expect(problem == nil, "\(problem ?? "")")
        }
    }
}
