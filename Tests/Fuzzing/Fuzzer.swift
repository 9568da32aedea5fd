import Foundation
import Rego

/// Throws inputs at a target for a while and keeps what went wrong.
package struct Fuzzer<Target: FuzzTarget> {
    package struct Report {
        package var inputs = 0
        package var seconds = 0.0
        package var findings = 0
    }

    private var target: Target
    private var corpus: [[UInt8]]
    private var random: SeededRandom
    /// Where findings are written.
    private let folder: URL

    package init(_ target: Target, seeds: [[UInt8]], seed: UInt64, folder: URL) {
        self.target = target
        corpus = seeds
        random = SeededRandom(seed: seed)
        self.folder = folder
    }

    /// Runs for so many seconds of processor time. The input being tried lies in the file `current`, so that a crash leaves it behind.
    package mutating func run(seconds: Double, say: (String) -> Void) throws -> Report {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let currentFile = folder.appendingPathComponent("current")
        FileManager.default.createFile(atPath: currentFile.path, contents: nil)
        let current = try FileHandle(forWritingTo: currentFile)
        var report = Report()
        let start = Self.processorTime
        while report.seconds < seconds {
            let input = target.next(after: corpus, &random)
            try current.truncate(atOffset: 0)
            try current.seek(toOffset: 0)
            current.write(Data(input))
            if let problem = target.problem(with: input) {
                report.findings += 1
                try Data(input).write(to: folder.appendingPathComponent("finding-\(report.findings)"))
                say("\(Target.name) finding-\(report.findings): \(problem)")
                if report.findings >= 100 { break }
            } else if input.count < 2048, corpus.count < 2000, report.inputs % 50 == 0 {
                // Without a measure of novelty, some accepted inputs join the corpus so that mutations add up.
                corpus.append(input)
            }
            report.inputs += 1
            report.seconds = Self.processorTime - start
        }
        try FileManager.default.removeItem(at: currentFile)
        return report
    }

    private static var processorTime: Double { Double(clock()) / Double(CLOCKS_PER_SEC) }
}

/// The kept inputs of a target.
package enum Seeds {
    package static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Seeds")

    package static func load(_ target: String) throws -> [(name: String, bytes: [UInt8])] {
        let folder = folder.appendingPathComponent(target)
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map { name in
            (name, Array(try Data(contentsOf: folder.appendingPathComponent(name))))
        }
    }
}
