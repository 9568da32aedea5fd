import ArgumentParser
import Rego

/// How coverage is printed.
enum CoverageFormat: String, ExpressibleByArgument, CaseIterable {
    /// OPA's document.
    case json
    /// The trace file of `lcov`, which editors and services for coverage read.
    case lcov

    func text(_ coverage: Coverage) -> String {
        switch self {
        case .json: coverage.document.prettyJSON() + "\n"
        case .lcov: coverage.trace
        }
    }
}

extension Coverage {
    /// Source: geninfo(1), "TRACEFILE FORMAT".
    fileprivate var trace: String {
        var text = ""
        for file in files {
            let rows = (file.lines.covered.map { ($0, 1) } + file.lines.missed.map { ($0, 0) }).sorted { $0.0 < $1.0 }
            text += "SF:\(file.name)\n"
            for (row, count) in rows { text += "DA:\(row),\(count)\n" }
            text += "LF:\(rows.count)\nLH:\(file.lines.covered.count)\nend_of_record\n"
        }
        return text
    }
}
