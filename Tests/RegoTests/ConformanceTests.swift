import Conformance
import Foundation
import Rego
import Testing

/// Cases in OPA's conformance format. Our own lie in `Cases/Language`; each file is a list of cases.
@Suite struct ConformanceTests {
    static let directory = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Cases/Language").path

    static var cases: [ConformanceCase] {
        get throws { try ConformanceCase.load(directory: directory) }
    }

    @Test(arguments: try ConformanceTests.cases)
    func languageCase(_ test: ConformanceCase) {
        #expect(test.problem() == nil, "\(test.note)")
    }
}
