import Foundation
import Rego

/// How `verdict test --mutate` prints what it found: the changes that no test noticed, and how many were.
struct MutationReport {
    private let texts: [String: String]
    private let survivors: [Mutation]
    private let killed: Int
    private let invalid: Int

    init(_ results: [MutationRun.Result], _ modules: [Module]) {
        texts = Dictionary(modules.map { ($0.file, $0.text) }) { first, _ in first }
        var survivors: [Mutation] = [], killed = 0, invalid = 0
        for result in results {
            switch result.outcome {
            case .killed: killed += 1
            case .invalid: invalid += 1
            case .survived: survivors.append(result.mutation)
            }
        }
        (self.survivors, self.killed, self.invalid) = (survivors, killed, invalid)
    }

    /// Percent of the changes that a test noticed.
    var score: Double { killed + survivors.count == 0 ? 100 : 100 * Double(killed) / Double(killed + survivors.count) }

    var pretty: String {
        var text = ""
        for mutation in survivors {
            text += "\(mutation.location.file):\(mutation.location.row):\(mutation.location.column): no test notices that \(description(mutation))\n"
        }
        let scoreText = String(format: "%.2f", score)
        return text + "MUTANTS: \(killed + survivors.count) (\(killed) noticed, \(survivors.count) not)\nSCORE: \(scoreText)%\n"
    }

    var json: String {
        let document: Value = [
            "survivors": .array(survivors.map { mutation in
                ["location": Reporting.json(mutation.location), "kind": .string(mutation.kind.rawValue), "description": .string(description(mutation))]
            }),
            "killed": .number(Number(killed)), "survived": .number(Number(survivors.count)), "invalid": .number(Number(invalid)),
            "score": .number(Number(literal: String(format: "%.2f", score)) ?? Number(0)),
        ]
        return document.prettyJSON() + "\n"
    }

    private func description(_ mutation: Mutation) -> String { mutation.description(in: texts[mutation.location.file] ?? "") }
}
