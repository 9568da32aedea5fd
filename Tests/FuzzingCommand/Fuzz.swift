import ArgumentParser
import Foundation
import Fuzzing

/// `fuzz parser|json|differential`: throws random input at a part of the engine.
@main
struct Fuzz: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Throws random input at a part of the engine.", subcommands: [FuzzParser.self, FuzzJSON.self, Differential.self])
}

/// What the targets that mutate texts have in common.
struct FuzzingOptions: ParsableArguments {
    @Option(help: "Seconds of processor time.")
    var seconds = 60.0
    @Option(help: "Makes the inputs; another seed makes others.")
    var seed: UInt64 = 1
    @Option(help: "Where findings are written.")
    var findings = ".build/fuzz-findings"

    func run<Tried: FuzzTarget>(_ tried: Tried) throws {
        let folder = URL(fileURLWithPath: findings).appendingPathComponent(Tried.name)
        var fuzzer = Fuzzer(tried, seeds: try Seeds.load(Tried.name).map(\.bytes), seed: seed, folder: folder)
        let report = try fuzzer.run(seconds: seconds) { print($0) }
        print("\(Tried.name): \(report.inputs) inputs in \(Int(report.seconds)) s of processor time, \(report.findings) findings")
        if report.findings > 0 { throw ExitCode(1) }
    }
}

struct FuzzParser: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "parser", abstract: "Any text, read as a policy.")
    @OptionGroup var options: FuzzingOptions
    func run() throws { try options.run(ParserTarget()) }
}

struct FuzzJSON: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "json", abstract: "Any text, read as JSON here and by Jansson.")
    @OptionGroup var options: FuzzingOptions
    func run() throws { try options.run(JSONTarget()) }
}
