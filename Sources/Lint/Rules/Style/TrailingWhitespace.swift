import Rego

extension LintRule {
    static let trailingWhitespace = LintRule(
        .style, "White space at the end of a line",
        why: "It shows as a change where nothing changed.",
        finds: ["allow if input.x↓  "],
        accepts: ["allow if input.x", "text := `a  \nb`"]
    ) { file, report in
        let raw = file.index.strings.map(\.term.location).filter { file.bytes[$0.offset] == UInt8(ascii: "`") }.map { $0.offset..<$0.offset + $0.length }
        for (position, range) in file.lines.enumerated() {
            let length = file.bytes[range].reversed().prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }.count
            guard length > 0, !raw.contains(where: { $0.contains(range.upperBound) }) else { continue }
            let location = file.location(row: position + 1, column: range.count - length + 1, length: length)
            report(location, fix: .replace(location, with: ""))
        }
    }
}
