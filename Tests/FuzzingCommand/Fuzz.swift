import ArgumentParser
import Foundation
import Fuzzing

/// `fuzz parser|json|evaluator`: throws random input at a part of the engine.
@main
struct Fuzz: ParsableCommand {
    enum Target: String, ExpressibleByArgument, CaseIterable {
        case parser, json, evaluator
    }

    @Argument(help: "parser, json or evaluator.")
    var target: Target
    @Option(help: "Seconds of processor time.")
    var seconds = 60.0
    @Option(help: "Makes the inputs; another seed makes others.")
    var seed: UInt64 = 1
    @Option(help: "Where findings are written.")
    var findings = ".build/fuzz-findings"
    @Option(parsing: .remaining, help: "For evaluator: the command of the engine to compare with; it answers each line of standard input with a line.")
    var oracle: [String] = []

    func validate() throws {
        if target == .evaluator, oracle.isEmpty { throw ValidationError("evaluator needs --oracle COMMAND") }
    }

    func run() throws {
        switch target {
        case .parser: try run(ParserTarget())
        case .json: try run(JSONTarget())
        case .evaluator: try run(EvaluatorTarget(oracle: oracle))
        }
    }

    private func run<Tried: FuzzTarget>(_ tried: Tried) throws {
        let folder = URL(fileURLWithPath: findings).appendingPathComponent(Tried.name)
        var fuzzer = Fuzzer(tried, seeds: try Seeds.load(Tried.name).map(\.bytes), seed: seed, folder: folder)
        let report = try fuzzer.run(seconds: seconds) { print($0) }
        print("\(Tried.name): \(report.inputs) inputs in \(Int(report.seconds)) s of processor time, \(report.findings) findings")
        if report.findings > 0 { throw ExitCode(1) }
    }
}
