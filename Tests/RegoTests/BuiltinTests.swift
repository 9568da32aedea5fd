import Conformance
import Foundation
import Rego
import Support
import Testing

/// What built-ins give for all kinds of operands: cases in OPA's conformance format, with the results and errors that OPA 1.20 has.
@Suite(.ownThread) struct BuiltinTests {
    static let directory = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Cases/Builtins").path

    /// One run a file: a file is a family.
    static var files: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasSuffix(".json") }.sorted() }
    }

    @Test(arguments: try BuiltinTests.files)
    func family(_ file: String) throws {
        let data = try Data(contentsOf: URL(filePath: "\(Self.directory)/\(file)"))
        guard case .array(let cases) = try Value(json: Array(data)) else { throw CocoaError(.fileReadCorruptFile) }
        for item in cases {
            let test = ConformanceCase(item)
            #expect(test.problem() == nil, "\(test.note)")
        }
    }

    @Test func casesAreThere() throws { #expect(try !Self.files.isEmpty) }
}
