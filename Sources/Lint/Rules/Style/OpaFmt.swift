import Rego

extension LintRule {
    static let opaFmt = LintRule(
        .style, "File that is not formatted",
        why: "`verdict fmt` (or `opa fmt`) writes policies in one form, so that changes show what changed. Off until enabled, because `verdict fmt --list --fail` asks the same.",
        isOptional: true,
        finds: ["package policy\n\n↓allow   if   input.x", "package policy\n\nallow if {\n↓  input.x\n}"],
        accepts: ["package policy\n\nallow if input.x"]
    ) { file, report in
        let formatter = PolicyFormatter(target: file.module.version == .v0 ? .v0 : .v1)
        guard let formatted = try? formatter.format(PolicySource(file: file.path, text: file.module.text, version: file.module.version)), formatted != file.module.text else { return }
        let lines = formatted.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let row = file.lines.indices.first { !lines.indices.contains($0) || lines[$0] != file.text(file.lines[$0]) } ?? max(0, file.lines.count - 1)
        let all = Fix.Edit(range: 0..<file.bytes.count, text: formatted)
        report(file.location(row: row + 1, column: 1, length: file.lines[row].count), fix: Fix(edits: [all]))
    }
}
