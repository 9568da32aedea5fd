import Foundation
import Rego

/// Generates cases and compares this engine's answers with another's: the same seed and number give the same case.
package struct DifferentialRun {
    private let cases: DifferentialCases
    private let engine: OtherEngine
    /// Where findings are written.
    private let folder: URL
    package private(set) var coverage = Coverage()
    /// How many differences are made small and written; the others are counted.
    private let findingsLimit: Int

    private let isVerbose: Bool

    package init(command: [String], seed: UInt64, folder: URL, findingsLimit: Int, isVerbose: Bool) throws {
        self.findingsLimit = findingsLimit
        self.isVerbose = isVerbose
        cases = try DifferentialCases(seed: seed)
        engine = try OtherEngine(command: command)
        self.folder = folder
    }

    /// Compares the cases with these numbers. Each that differs is made small and written as a file.
    package mutating func run(_ numbers: Range<Int>, say: (String) -> Void) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let start = Date()
        for number in numbers {
            let (item, generated) = cases[number]
            engine.ask(item.line)
            let ours = item.answer()
            guard let theirs = try engine.answer() else {
                coverage.unanswered += 1
                say("case \(number): the other engine gave no answer\n\(item.modules.joined(separator: "\n"))")
                continue
            }
            if isVerbose { say("case \(number)\n\(item.modules.joined(separator: "\n"))\n   here \(ours.description)\n  there \(theirs.description)") }
            let comparison = try comparison(item, ours, theirs)
            coverage.count(generated, ours, comparison)
            if case .differs = comparison, coverage.differing <= findingsLimit { try file(item, number, say) }
            if (number + 1 - numbers.lowerBound).isMultiple(of: 5000) {
                say("\(number + 1 - numbers.lowerBound) cases in \(Int(Date().timeIntervalSince(start))) s: \(coverage.counts)")
            }
        }
    }

    /// How the answers relate. Where they differ, another process of the other engine is asked, which remembers nothing.
    private func comparison(_ item: DifferentialCase, _ ours: Answer, _ theirs: Answer) throws -> Comparison {
        let comparison = Comparison(item, ours: ours, theirs: theirs)
        guard case .differs = comparison else { return comparison }
        try engine.restart()
        engine.ask(item.line)
        guard let again = try engine.answer(), !Comparison.equal(theirs, again) else { return comparison }
        return Comparison.equal(ours, again) ? .differsKnowingly(.earlierCases) : comparison
    }

    private func file(_ item: DifferentialCase, _ number: Int, _ say: (String) -> Void) throws {
        let engine = engine
        func answers(_ item: DifferentialCase) throws -> (ours: Answer, theirs: Answer)? {
            engine.ask(item.line)
            let ours = item.answer()
            return try engine.answer().map { (ours, $0) }
        }
        var shrinker = Shrinker { candidate in
            guard let (ours, theirs) = try answers(candidate), case .differs = Comparison(candidate, ours: ours, theirs: theirs) else { return false }
            return true
        }
        let smallest = try shrinker.shrink(item)
        guard let (ours, theirs) = try answers(smallest), case .differs(let difference) = Comparison(smallest, ours: ours, theirs: theirs) else { return }
        let name = "seed \(cases.seed), case \(number)"
        let document = Value.array([smallest.conformanceCase(note: name, wanted: theirs)])
        let file = folder.appendingPathComponent("\(cases.seed)-\(number).json")
        try Data(document.prettyJSON(escapesHTML: false).utf8).write(to: file)
        say("\(name): \(file.path)\n\(smallest.modules.joined(separator: "\n"))\ndata \(smallest.data.regoText) input \(smallest.input?.regoText ?? "none")\n\(difference)\n")
    }
}
