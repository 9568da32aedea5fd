import ArgumentParser
import Foundation
import Fuzzing

/// `fuzz differential --seed 1 --count 200000 --oracle command…`.
struct Differential: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Generated policies, evaluated here and by another engine.")

    @Option(help: "Makes the cases; another seed makes others.")
    var seed: UInt64 = 1
    @Option(help: "How many cases.")
    var count = 10_000
    @Option(help: "The number of the first case: with --count 1, one case again.")
    var first = 0
    @Option(help: "Where findings are written.")
    var findings = ".build/fuzz-findings/differential"
    @Option(help: "How many differences are made small and written; the others are counted.")
    var keep = 50
    @Flag(name: .shortAndLong, help: "Prints each case, and both answers.")
    var verbose = false
    @Option(parsing: .remaining, help: "The command of the other engine; it answers each line of standard input with a line.")
    var oracle: [String]

    func run() throws {
        var run = try DifferentialRun(command: oracle, seed: seed, folder: URL(fileURLWithPath: findings), findingsLimit: keep, isVerbose: verbose)
        // Unlike print, seen at once where the output is a file.
        try run.run(first..<(first + count)) { FileHandle.standardOutput.write(Data("\($0)\n".utf8)) }
        print(run.coverage.summary)
        if run.coverage.differing > 0 { throw ExitCode(1) }
    }
}
