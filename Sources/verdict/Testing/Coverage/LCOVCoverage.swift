import Rego

extension CoverageFormat {
    /// The trace file of `lcov`, which editors and services for coverage read. A literal is a block with two branches: it holds, it fails.
    ///
    /// Source: geninfo(1), "TRACEFILE FORMAT".
    static let lcov = CoverageFormat(name: "lcov") { coverage in coverage.files.map(record).joined() }

    private static func record(_ file: Coverage.File) -> String {
        let total = file.total
        var text = "SF:\(file.name)\n"
        for line in file.lines {
            for (block, literal) in line.literals.enumerated() {
                let outcomes = [literal.outcomes.held, literal.outcomes.failed], isReached = outcomes != [0, 0]
                for (branch, count) in outcomes.enumerated() { text += "BRDA:\(line.row),\(block),\(branch),\(isReached ? String(count) : "-")\n" }
            }
        }
        if total.branches.all > 0 { text += "BRF:\(total.branches.all)\nBRH:\(total.branches.reached)\n" }
        for line in file.lines { text += "DA:\(line.row),\(line.hits)\n" }
        return text + "LF:\(total.lines.all)\nLH:\(total.lines.reached)\nend_of_record\n"
    }
}
