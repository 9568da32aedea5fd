import Rego

/// JUnit's XML: a suite a file, a failed test a finding.
enum JUnitReport {
    static func text(_ report: LintReport) -> String {
        let files = Dictionary(grouping: report.findings) { $0.location.file }.sorted { $0.key < $1.key }
        var lines = [
            #"<?xml version="1.0" encoding="UTF-8"?>"#,
            #"<testsuites name="verdict lint" tests="\#(report.findings.count)" failures="\#(report.findings.count)">"#,
        ]
        for (file, findings) in files {
            lines.append(#"  <testsuite name="\#(escaped(file))" tests="\#(findings.count)" failures="\#(findings.count)">"#)
            for finding in findings {
                let place = "\(file):\(finding.location.row):\(finding.location.column)"
                lines += [
                    #"    <testcase name="\#(finding.category.rawValue)/\#(finding.rule)" classname="\#(escaped(place))">"#,
                    #"      <failure type="\#(finding.level.rawValue)" message="\#(escaped(finding.message))">\#(escaped(finding.line))</failure>"#,
                    "    </testcase>",
                ]
            }
            lines.append("  </testsuite>")
        }
        return (lines + ["</testsuites>"]).joined(separator: "\n") + "\n"
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            // XML has no way to write other control characters.
            case _ where scalar.value < 0x20 && scalar != "\t": result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
