import Foundation
import Governance
import Rego
import Routing
import Support
import Testing

/// Configurations, policies and route tables that pages show are ones.
@Suite(.ownThread) struct PageBlocks {
    struct Block: CustomTestStringConvertible {
        var file: String
        var line: Int
        var language: String
        var text: String
        var testDescription: String { "\(file):\(line)" }
    }

    private static let pages = ["docs/access.md", "docs/editors.md", "docs/guarding.md", "docs/routing.md"]

    static let blocks = pages.flatMap { page -> [Block] in
        let text = (try? String(contentsOf: Command.repository.appendingPathComponent(page), encoding: .utf8)) ?? ""
        var blocks: [Block] = [], open: Block?
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.hasPrefix("```") {
                if let block = open { blocks.append(block) }
                open = open == nil ? Block(file: page, line: number + 1, language: String(line.dropFirst(3)), text: "") : nil
            } else if open != nil {
                open?.text += line + "\n"
            }
        }
        return blocks
    }

    @Test func blocksAreThere() { #expect(Set(Self.blocks.map(\.language)) == ["yaml", "rego", "swift", "console", "json", "js", "lua"] && Self.blocks.count > 9) }

    @Test(arguments: blocks.filter { $0.language == "yaml" })
    func configurations(_ block: Block) throws {
        let configuration = try Configuration(text: block.text, file: block.file, environment: ["SECRET": "x"])
        #expect(configuration.warnings.isEmpty, "\(configuration.warnings)")
    }

    @Test(arguments: blocks.filter { $0.language == "rego" })
    func policies(_ block: Block) throws { _ = try PolicySnapshot(policies: [PolicySource(file: block.file, text: block.text)]) }

    @Test(arguments: blocks.filter { $0.language == "json" })
    func documents(_ block: Block) throws { _ = try Value(json: Array(block.text.utf8)) }

    /// Scripts can be parsed, where the program that runs them is there.
    @Test(arguments: blocks.filter { ["js", "lua"].contains($0.language) })
    func scripts(_ block: Block) throws {
        let folder = try TemporaryFolder(files: ["script.\(block.language)": block.text])
        let checker = block.language == "js" ? "node --check" : "luac -p"
        let outcome = try Command.shell("command -v \(checker.prefix { $0 != " " }) >/dev/null || exit 0; \(checker) script.\(block.language)", in: folder.url)
        #expect(outcome.code == 0, "\(outcome.error)")
    }

    /// What is sent to a running service, such as another route table, is one.
    @Test func routeTables() throws {
        let text = try String(contentsOf: Command.repository.appendingPathComponent("docs/routing.md"), encoding: .utf8)
        let tables = text.matches(of: /\/v1\/routes -d '([^']+)'/)
        #expect(!tables.isEmpty)
        for table in tables { #expect(try RouteTable(try Value(json: Array(table.1.utf8))).routes.isEmpty == false) }
    }

    /// The Swift of pages stands in a test that is compiled and run.
    @Test(arguments: blocks.filter { $0.language == "swift" })
    func programs(_ block: Block) throws {
        let source = try String(contentsOf: Command.repository.appendingPathComponent("Tests/GatekeeperTests/GuardingPage.swift"), encoding: .utf8)
        let lines = Set(source.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) })
        for line in block.text.split(separator: "\n").map({ $0.trimmingCharacters(in: .whitespaces) }) where !line.isEmpty && block.file == "docs/guarding.md" {
            #expect(lines.contains(line), "\(line)")
        }
    }
}
