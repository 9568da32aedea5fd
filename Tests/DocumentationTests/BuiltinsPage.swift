import Foundation
import NetworkAccess
import Rego
import Support
import Testing

/// `docs/builtins.md` says what the declarations say, and its examples give what the page says.
///
/// To write the page anew: `UPDATE_BUILTINS_PAGE=1 swift test --filter BuiltinsPage`.
@Suite struct BuiltinsPage {
    private static let page = Command.repository.appendingPathComponent("docs/builtins.md")
    private static let examplesFile = Command.repository.appendingPathComponent("Tests/DocumentationTests/BuiltinExamples.json")

    private static var declared: [Builtin] {
        BuiltinRegistry.standard.builtins.filter { !$0.name.hasPrefix("internal.") && !$0.name.hasPrefix("rego.metadata.") }.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    private static func generated() throws -> String {
        let document = try Value(json: Array(try Data(contentsOf: examplesFile)))
        let input = document["input"] ?? .null
        let snapshot = try PolicySnapshot(policies: [])
        var lines: [String] = []
        for builtin in declared {
            guard case .string(let text)? = document["examples"]?[builtin.name] else {
                Issue.record("\(builtin.name) has no example in BuiltinExamples.json")
                continue
            }
            var options = EvaluationOptions()
            options.network = ProcessNetwork()
            options.strictBuiltinErrors = true
            let query = builtin.isVoid ? text : "x := \(text)"
            let result = try snapshot.prepare(query).evaluate(input: .value(input), options: options)
            let value = builtin.isVoid ? "prints `\(result.prints.map(\.text).joined())`" : "`\(cell(result.solutions.first?.bindings.first?.value.regoText ?? "undefined"))`"
            let sign = builtin.infix.map { " `\($0)`" } ?? ""
            let mark = builtin.isDeprecated ? " Deprecated." : ""
            lines.append("| `\(builtin.name)`\(cell(sign)) | `\(cell(builtin.signature))` | \(cell(builtin.summary))\(mark) | `\(cell(text))` is \(value) |")
        }
        return header + lines.joined(separator: "\n") + "\n"
    }

    private static let header = """
        # Built-ins

        Every built-in function, with what it takes and gives, and an example. The page is made of the declarations in `Sources/Rego/Builtins`; the
        examples are evaluated by the tests. Where an example says `input`, it is the one in `Tests/DocumentationTests/BuiltinExamples.json`.
        `rego.metadata.chain()` and `rego.metadata.rule()`, which give the annotations of the rule that calls them, have no example.

        [Compatibility](compatibility.md) lists where they differ from OPA's, and what they may produce at most.

        | name | takes and gives | does | example |
        | --- | --- | --- | --- |

        """

    /// Text within a cell of a table.
    private static func cell(_ text: String) -> String { text.replacing("|", with: "\\|").replacing("\n", with: "\\n") }

    @Test func pageIsUpToDate() throws {
        let generated = try Self.generated()
        if ProcessInfo.processInfo.environment["UPDATE_BUILTINS_PAGE"] != nil { try generated.write(to: Self.page, atomically: true, encoding: .utf8) }
        #expect(try String(contentsOf: Self.page, encoding: .utf8) == generated, "docs/builtins.md is stale; see BuiltinsPage.swift")
    }
}
