import Rego

/// The whole document as `verdict fmt` writes it. One edit, of the lines that differ.
enum Formatting: Feature {
    static let method = "textDocument/formatting"
    static let capability: Capability = ("documentFormattingProvider", true)

    static func answer(_ parameters: DocumentParameters, in workspace: Workspace) throws(RequestError) -> [TextEdit] {
        let document = try workspace.subject(parameters.textDocument).document
        let formatted: String
        do throws(DiagnosticList) {
            formatted = try PolicyFormatter(target: workspace.regoVersion == .v0 ? .v0 : .v1).format(document.source)
        } catch {
            throw RequestError(.requestFailed, "mend first what is wrong: \(error.diagnostics.first?.description ?? "it cannot be read")")
        }
        return difference(document.text, Array(formatted.utf8)).map { [$0] } ?? []
    }

    /// What makes one text of another; nil where they are equal. Lines that both begin or end with are left alone.
    static func difference(_ old: DocumentText, _ new: [UInt8]) -> TextEdit? {
        guard old.bytes != new else { return nil }
        let common = zip(old.bytes, new).prefix { $0 == $1 }.count
        let start = old.lines.last { $0 <= common } ?? 0
        let most = min(old.end, new.count) - start
        let same = min(most, zip(old.bytes.reversed(), new.reversed()).prefix { $0 == $1 }.count)
        // The first line of what both end with.
        let end = old.lines.first { $0 >= old.end - same && $0 >= start } ?? old.end
        let kept = old.end - end
        return TextEdit(range: old.range(start..<end), newText: String(decoding: new[start..<new.count - kept], as: UTF8.self))
    }
}
