import DataConsistency
import Rego

/// A replay's report for people.
struct ReplayText {
    private let report: ReplayReport

    init(_ report: ReplayReport) { self.report = report }

    var text: String {
        var text = "\(report.flipCount) of \(report.replayed) decisions come out otherwise\n"
        for (omission, count) in report.omitted.sorted(by: { $0.key.rawValue < $1.key.rawValue }) { text += "not decided again: \(count) \(Self.name(omission))\n" }
        if !report.rules.isEmpty {
            text += "\n" + ResultFormat.table([["FLIPS", "RULE"]] + report.rules.map { ["\($0.count)", Self.text($0.place)] })
        }
        for flip in report.flips { text += "\n" + Self.text(flip) }
        if report.flipCount > report.flips.count { text += "\n… and \(report.flipCount - report.flips.count) more; --limit shows more\n" }
        return text
    }

    private static func name(_ omission: ReplayReport.Omission) -> String {
        switch omission {
        case .masked: "with masked inputs or results"
        case .forgotten: "about persons who were forgotten"
        case .query: "that answered queries"
        case .unrecorded: "that depend on answers which were not recorded"
        case .unreadable: "lines that are no decisions"
        }
    }

    private static func text(_ flip: Flip) -> String {
        var lines = ["\(flip.identifier)  \(flip.path)"]
        if !flip.input.isEmpty { lines.append("  input  " + String(decoding: flip.input, as: UTF8.self)) }
        lines.append("  old    " + text(flip.old) + (flip.oldReasons?.isReproduced == false ? ", which the policies of then do not give either" : ""))
        if let reasons = flip.oldReasons { lines += text(reasons) }
        lines.append("  new    " + text(flip.new))
        lines += text(flip.newReasons)
        return lines.joined(separator: "\n") + "\n"
    }

    private static func text(_ outcome: Flip.Outcome) -> String {
        switch outcome {
        case .result(let text): String(decoding: text, as: UTF8.self)
        case .undefined: "undefined"
        case .error(let code): "error: \(code)"
        }
    }

    private static func text(_ reasons: Flip.Reasons) -> [String] {
        reasons.held.map { "         holds  \(text($0))" } + reasons.failed.map { "         fails  \(text($0))" }
    }

    private static func text(_ place: Flip.Place) -> String { place.file.isEmpty ? place.rule : "\(place.rule) \(place.file):\(place.row)" }
}
