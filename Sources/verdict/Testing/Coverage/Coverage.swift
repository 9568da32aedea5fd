import Rego

/// What tests or a query reached of policies: lines, as OPA counts them, and branches.
///
/// Lines are those of rule heads and literals. Branches are the two outcomes of each literal of a policy that could have both: that it
/// holds, and that it does not, which may also be what the decision tree finds. Files with tests have no branches.
struct Coverage {
    struct File {
        let name: String
        /// `data.app`.
        let package: String
        let text: [Substring]
        fileprivate(set) var lines: [Line] = []

        var total: Counts { lines.reduce(into: Counts()) { $0.add($1) } }
    }

    struct Line {
        let row: Int
        /// How often a head or literal of the line was reached: of several, the most.
        let hits: Int
        let literals: [Literal]

        /// Reached, but with an outcome that was never seen.
        var isPartial: Bool { hits > 0 && literals.contains { $0.missing != nil } }
    }

    struct Literal {
        let location: SourceLocation
        let outcomes: LiteralOutcomes

        /// What was never seen: `holds`, `fails`, or both; nil where nothing is missing.
        var missing: [String]? {
            let missing = (outcomes.held == 0 ? ["holds"] : []) + (outcomes.failed == 0 ? ["fails"] : [])
            return missing.isEmpty ? nil : missing
        }
    }

    /// How much there is, and how much of it was reached.
    struct Counts {
        private(set) var lines = (reached: 0, all: 0)
        private(set) var branches = (reached: 0, all: 0)

        mutating func add(_ line: Line) {
            lines.all += 1
            lines.reached += line.hits > 0 ? 1 : 0
            for literal in line.literals {
                branches.all += 2
                branches.reached += (literal.outcomes.held > 0 ? 1 : 0) + (literal.outcomes.failed > 0 ? 1 : 0)
            }
        }

        mutating func add(_ other: Counts) {
            lines = (lines.reached + other.lines.reached, lines.all + other.lines.all)
            branches = (branches.reached + other.branches.reached, branches.all + other.branches.all)
        }

        /// 0 to 100; 0 where there are no lines, as OPA has it.
        var linePercentage: Double { lines.all == 0 ? 0 : 100 * Double(lines.reached) / Double(lines.all) }
        /// 0 to 100; 100 where there are no branches.
        var branchPercentage: Double { branches.all == 0 ? 100 : 100 * Double(branches.reached) / Double(branches.all) }
    }

    private(set) var files: [File] = []

    init(modules: [Module], outcomes: [SourceLocation: LiteralOutcomes]) {
        for module in modules {
            let hasTests = module.rules.contains { $0.head.testPath != nil }
            let places = CoverablePlaces(module)
            var hits: [Int: Int] = [:], literals: [Int: [Literal]] = [:]
            for (location, isOptional) in places.lines {
                let reached = outcomes[location]?.reached ?? 0
                if !isOptional || reached > 0 { hits[location.row] = max(hits[location.row] ?? 0, reached) }
            }
            for location in places.branches where !hasTests {
                literals[location.row, default: []].append(Literal(location: location, outcomes: outcomes[location] ?? LiteralOutcomes()))
            }
            var file = File(name: module.file, package: (["data"] + module.package.path).joined(separator: "."), text: module.text.split(separator: "\n", omittingEmptySubsequences: false))
            file.lines = hits.keys.sorted().map { row in
                Line(row: row, hits: hits[row] ?? 0, literals: (literals[row] ?? []).sorted { $0.location.column < $1.location.column })
            }
            files.append(file)
        }
    }

    var total: Counts { files.reduce(into: Counts()) { $0.add($1.total) } }
}
