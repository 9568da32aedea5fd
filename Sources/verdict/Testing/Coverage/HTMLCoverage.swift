import Foundation
import Lint
import Rego

extension CoverageFormat {
    /// A page for people, in one file: a table of the files, and their text with what was reached.
    static let html = CoverageFormat(name: "html") { coverage in
        let total = coverage.total
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Coverage of policies: \(percent(total.linePercentage)) of lines, \(percent(total.branchPercentage)) of branches</title>
            <style>
            \(style)
            </style>
            </head>
            <body>
            <h1>Coverage of policies</h1>
            <p>A line is <span class="full">reached</span>, <span class="partial">reached with an outcome that no test has seen</span>, or
            <span class="none">not reached</span>. The number beside it says how often. The outcomes of a literal are that it holds and that it does not, which the
            decision tree may find before the rule is tried; point at a line to see which is missing.</p>
            <table>
            <thead><tr><th>file</th><th>lines</th><th></th><th>branches</th><th></th></tr></thead>
            <tbody>
            \(coverage.files.enumerated().map { row(link($0.element, number: $0.offset), $0.element.total) }.joined(separator: "\n"))
            </tbody>
            <tfoot>\(row("all", total))</tfoot>
            </table>
            \(coverage.files.enumerated().map { section($0.element, number: $0.offset) }.joined(separator: "\n"))
            </body>
            </html>

            """
    }

    private static func link(_ file: Coverage.File, number: Int) -> String { ##"<a href="#file\##(number)">\##(XMLText.escaped(file.name))</a>"## }

    private static func percent(_ value: Double) -> String { String(format: "%.1f %%", value) }

    private static func row(_ name: String, _ counts: Coverage.Counts) -> String {
        let branches = counts.branches.all == 0 ? "<td></td><td></td>" : cells(counts.branches, counts.branchPercentage)
        return "<tr><td>\(name)</td>\(cells(counts.lines, counts.linePercentage))\(branches)</tr>"
    }

    private static func cells(_ counts: (reached: Int, all: Int), _ percentage: Double) -> String {
        let level = counts.reached == counts.all ? "full" : counts.reached == 0 ? "none" : "partial"
        return #"<td class="\#(level)">\#(percent(percentage))</td><td>\#(counts.reached) of \#(counts.all)</td>"#
    }

    private static func section(_ file: Coverage.File, number: Int) -> String {
        let lines = Dictionary(file.lines.map { ($0.row, $0) }) { first, _ in first }
        let rows = file.text.enumerated().map { text(of: $0.element, row: $0.offset + 1, lines[$0.offset + 1]) }
        return #"<h2 id="file\#(number)">\#(XMLText.escaped(file.name))</h2>"# + "\n<pre>" + rows.joined() + "</pre>"
    }

    private static func text(of text: Substring, row: Int, _ line: Coverage.Line?) -> String {
        let level = line.map { $0.hits == 0 ? "none" : $0.isPartial ? "partial" : "full" } ?? ""
        let missing = line.map(missing) ?? ""
        let hits = line.map { String($0.hits) } ?? ""
        return #"<span class="line \#(level)"\#(missing.isEmpty ? "" : #" title="\#(missing)""#)><i>\#(row)</i><b>\#(hits)</b>\#(XMLText.escaped(String(text)))\#(missing.isEmpty || level == "none" ? "" : "<em>\(missing)</em>")</span>"#
    }

    /// `never fails`; with several literals in a line, by column.
    private static func missing(_ line: Coverage.Line) -> String {
        line.literals.compactMap { literal in
            literal.missing.map { outcomes in
                let place = line.literals.count > 1 ? "column \(literal.location.column): " : ""
                return place + "never " + outcomes.joined(separator: ", never ")
            }
        }.joined(separator: "; ")
    }

    private static let style = """
        :root { color-scheme: light dark; --full: #d9f2dc; --partial: #fff0c2; --none: #fbd9d7; --quiet: #667; }
        @media (prefers-color-scheme: dark) { :root { --full: #17381c; --partial: #463a10; --none: #4d1f1c; --quiet: #99a; } }
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 80rem; margin: 2rem auto; padding: 0 1rem; }
        table { border-collapse: collapse; } th, td { padding: .2rem .8rem; text-align: left; } td:nth-child(n+2) { text-align: right; white-space: nowrap; }
        tfoot { border-top: 1px solid; font-weight: bold; }
        pre { font: 14px/1.5 ui-monospace, monospace; border: 1px solid var(--quiet); overflow-x: auto; tab-size: 4; }
        .line { display: block; min-width: max-content; } pre .line { white-space: pre; }
        i, b { display: inline-block; width: 4em; padding-right: 1em; text-align: right; color: var(--quiet); font-style: normal; font-weight: normal; user-select: none; }
        em { margin-left: 2em; color: var(--quiet); font-style: italic; user-select: none; }
        .full { background: var(--full); } .partial { background: var(--partial); } .none { background: var(--none); }
        """
}
