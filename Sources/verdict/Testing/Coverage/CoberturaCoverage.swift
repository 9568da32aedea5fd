import Foundation
import Lint
import Rego

extension CoverageFormat {
    /// Cobertura's XML, which GitLab, Jenkins and Azure read: a package of Rego is a package, a file a class.
    ///
    /// Source: https://cobertura.sourceforge.net/xml/coverage-04.dtd. The time stamp is 0, so that the same tests give the same text.
    static let cobertura = CoverageFormat(name: "cobertura") { coverage in
        let packages = Dictionary(grouping: coverage.files, by: \.package).sorted { $0.key < $1.key }
        let total = coverage.total
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">
            <coverage \(rates(total)) lines-covered="\(total.lines.reached)" lines-valid="\(total.lines.all)" \
            branches-covered="\(total.branches.reached)" branches-valid="\(total.branches.all)" complexity="0" version="1.9" timestamp="0">
              <sources>
                <source>.</source>
              </sources>
              <packages>

            """ + packages.map { package($0.key, $0.value) }.joined() + "  </packages>\n</coverage>\n"
    }

    private static func package(_ name: String, _ files: [Coverage.File]) -> String {
        let total = files.reduce(into: Coverage.Counts()) { $0.add($1.total) }
        return """
                <package name="\(XMLText.escaped(name))" \(rates(total)) complexity="0">
                  <classes>

            """ + files.map(type).joined() + "      </classes>\n    </package>\n"
    }

    private static func type(_ file: Coverage.File) -> String {
        let name = XMLText.escaped(file.name)
        return """
                    <class name="\(name)" filename="\(name)" \(rates(file.total)) complexity="0">
                      <methods/>
                      <lines>

            """ + file.lines.map(line).joined() + "          </lines>\n        </class>\n"
    }

    private static func line(_ line: Coverage.Line) -> String {
        let start = #"            <line number="\#(line.row)" hits="\#(line.hits)""#
        guard !line.literals.isEmpty else { return start + "/>\n" }
        var counts = Coverage.Counts()
        counts.add(line)
        let conditions = line.literals.enumerated().map { number, literal in
            let seen = 2 - (literal.missing?.count ?? 0)
            return #"                <condition number="\#(number)" type="jump" coverage="\#(seen * 50)%"/>"# + "\n"
        }
        let covered = "\(Int(counts.branchPercentage))% (\(counts.branches.reached)/\(counts.branches.all))"
        return start + #" branch="true" condition-coverage="\#(covered)">"# + "\n              <conditions>\n" + conditions.joined() + "              </conditions>\n            </line>\n"
    }

    private static func rates(_ counts: Coverage.Counts) -> String {
        let rates = [counts.linePercentage, counts.branchPercentage].map { String(format: "%.4g", $0 / 100) }
        return #"line-rate="\#(rates[0])" branch-rate="\#(rates[1])""#
    }
}
