import DataFilters
import Foundation
import Rego
import Support
import Testing

/// What policies say as filters, by the cases in `Cases`.
@Suite struct FilterCases {
    struct Case: Decodable, CustomTestStringConvertible {
        var note: String
        /// Rules of the package `filters`; the filter is `include`.
        var policy: String
        var input: String?
        var unknowns: [String]?
        var mappings: String?
        /// By dialect: the clause, the document as JSON, or null where no row passes.
        var filters: [String: String?]?
        /// By dialect: the messages.
        var problems: [String: [String]]?
        var testDescription: String { note }
    }

    static let cases = Result { try CaseFiles.load(Case.self, beside: #filePath) }

    @Test func casesAreThere() throws { #expect(try Self.cases.get().count > 20) }

    @Test(arguments: (try? cases.get()) ?? [])
    func filter(_ item: Case) throws {
        let snapshot = try PolicySnapshot(policies: [PolicySource(file: "filters.rego", text: "package filters\n\n" + item.policy)])
        var options = PartialEvaluationOptions()
        options.unknowns = item.unknowns ?? ["input.t"]
        options.callsNondeterministicBuiltins = true
        let rest = try snapshot.partiallyEvaluate("data.filters.include", input: item.input.map { .json(Array($0.utf8)) } ?? .none, options: options)
        let mappings = TableMappings(try item.mappings.map { try Value(json: Array($0.utf8)) })
        for (name, wanted) in item.filters ?? [:] {
            let dialect = try #require(FilterDialect(rawValue: name))
            let filter = try FilterTranslation.filter(rest, dialects: [dialect], shortFields: mappings.shortFields([dialect]))
            if dialect.isSQL {
                #expect(SQLFilter(dialect: dialect, mappings: mappings).text(filter) == wanted, "\(name)")
            } else {
                let document = UCASTFilter(dialect: dialect, mappings: mappings).document(filter)
                #expect(document == (try wanted.map { try Value(json: Array($0.utf8)) }), "\(name)")
            }
        }
        for (name, messages) in item.problems ?? [:] {
            let dialect = try #require(FilterDialect(rawValue: name))
            let error = #expect(throws: FilterProblems.self) { try FilterTranslation.filter(rest, dialects: [dialect]) }
            #expect(error?.problems.map(\.message) == messages, "\(name)")
        }
    }
}
