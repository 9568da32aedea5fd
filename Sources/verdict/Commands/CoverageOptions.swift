import ArgumentParser
import Foundation

/// What `verdict test` says of the lines and branches that tests reached.
struct CoverageOptions: ParsableArguments {
    @Flag(name: [.customShort("c"), .customLong("coverage")], help: "Report which lines and branches the tests reached.")
    var isAskedFor = false
    @Option(name: .customLong("coverage-format"), help: "How to print coverage: json, lcov, cobertura or html.")
    var format = CoverageFormat.json
    @Option(help: "Fail where fewer lines are reached, in percent; implies --coverage. With --mutate, the share of changes that are noticed.")
    var threshold = 0.0
    @Option(name: .customLong("branch-threshold"), help: "Fail where fewer branches are reached, in percent; implies --coverage.")
    var branchThreshold = 0.0

    func validate() throws {
        guard (0...100).contains(threshold) else { throw ValidationError("--threshold must lie between 0 and 100") }
        guard (0...100).contains(branchThreshold) else { throw ValidationError("--branch-threshold must lie between 0 and 100") }
    }

    var isWanted: Bool { isAskedFor || threshold > 0 || branchThreshold > 0 }

    /// Prints coverage, and fails where there is too little.
    func report(_ coverage: Coverage) throws {
        Reporting.output(format.text(coverage))
        let total = coverage.total
        let measured = [("Code coverage", total.linePercentage, threshold), ("Branch coverage", total.branchPercentage, branchThreshold)]
        let missed = measured.filter { $0.1 < $0.2 }
        for (name, found, wanted) in missed {
            let figures = [found, wanted].map { String(format: "%.2f", $0) }
            Reporting.error("\(name) threshold not met: got \(figures[0]) instead of \(figures[1])")
        }
        if !missed.isEmpty { throw ExitCode(2) }
    }
}
