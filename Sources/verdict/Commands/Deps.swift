import ArgumentParser
import Rego

/// `verdict deps`: shows which documents a query depends on.
struct Deps: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deps",
        abstract: "Show which documents a query depends on.",
        discussion: """
            Base documents come from outside, as data or input; virtual documents are what rules make.

            verdict deps -d policies data.rbac.allow            # what a rule needs to know
            verdict deps -d policies -f json data.rbac.allow    # for programs
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case pretty, json
    }

    @OptionGroup var sources: SourceOptions
    @Option(name: .shortAndLong, help: "How to print: pretty or json.")
    var format = Format.pretty
    @Argument(help: "The query, usually a reference such as data.app.allow.")
    var query: String

    func run() throws {
        try Reporting.failures {
            let dependencies = try sources.snapshot().dependencies(of: query, version: sources.version)
            Reporting.output(format == .json ? json(dependencies) : pretty(dependencies))
        }
    }

    private func json(_ dependencies: Dependencies) -> String {
        let members = [("base", dependencies.base), ("virtual", dependencies.virtual)].filter { !$0.1.isEmpty }
        return Value.makeObject(members.map { (.string($0.0), .array($0.1.map(\.document))) }).prettyJSON() + "\n"
    }

    private func pretty(_ dependencies: Dependencies) -> String {
        let columns = [("BASE DOCUMENTS", dependencies.base), ("VIRTUAL DOCUMENTS", dependencies.virtual)].filter { !$0.1.isEmpty }
        guard let count = columns.map(\.1.count).max() else { return "" }
        let rows = (0..<count).map { row in columns.map { row < $0.1.count ? $0.1[row].description : "" } }
        return ResultFormat.table([columns.map(\.0)] + rows)
    }
}
