import Foundation
import Support

/// Plays a case with a server, and writes its answer as the case has it.
struct CasePlayer {
    let item: LanguageCase
    let folder: TemporaryFolder
    let client: LanguageClient

    init(_ item: LanguageCase) throws {
        self.item = item
        folder = try TemporaryFolder(files: Dictionary(item.files.map { ($0.name, MarkedText($0.text).text) }, uniquingKeysWith: { $1 }))
        client = try LanguageClient(item.question.contains("v0") ? ["--v0-compatible"] : [])
    }

    func uri(_ name: String) -> String { LanguageClient.uri(folder.url.appendingPathComponent(name)) }

    /// The answer as text.
    func play() throws -> String {
        try client.initialize(folders: [folder.url], encodings: item.question.contains("utf-8") ? ["utf-8"] : nil)
        let policies = item.files.filter { $0.name.hasSuffix(".rego") }
        for (name, text) in policies { try client.open(uri(name), MarkedText(text).text) }
        try client.settle(uri(policies[0].name))
        for (position, change) in item.changes.enumerated() {
            let before = (item.changes[..<position].reversed() + item.files).first { $0.name == change.name }?.text ?? ""
            try client.change(uri(change.name), [Self.edit(from: MarkedText(before).text, to: MarkedText(change.text).text)], version: position + 2)
        }
        if !item.changes.isEmpty { try client.settle(uri(policies[0].name)) }
        let answer = LanguageCase.trimmed(try ask())
        _ = try client.end()
        return answer
    }

    /// The edit between what both begin and end with, as an editor sends it.
    static func edit(from old: String, to new: String) -> JSON {
        let prefix = zip(old, new).prefix { $0 == $1 }.count
        let most = min(old.count, new.count) - prefix
        let suffix = min(most, zip(old.reversed(), new.reversed()).prefix { $0 == $1 }.count)
        let start = MarkedText.place(behind: String(old.prefix(prefix))), end = MarkedText.place(behind: String(old.dropLast(suffix)))
        let range = JSON.object(["start": LanguageClient.position(start.line, start.character), "end": LanguageClient.position(end.line, end.character)])
        return .object(["range": range, "text": .string(String(new.dropFirst(prefix).dropLast(suffix)))])
    }

    // MARK: Questions

    private func ask() throws -> String {
        let render = AnswerText(player: self)
        guard item.question.first != "diagnostics" else { return render.diagnostics() }
        guard let asked = item.asked else { return "" }
        let marked = MarkedText(asked.text)
        var parameters: [String: JSON] = ["textDocument": .object(["uri": .string(uri(asked.name))])]
        var line = marked.text.split(separator: "\n", omittingEmptySubsequences: false)[marked.start.line]
        var place = LanguageClient.position(marked.start.line, marked.start.character), end = LanguageClient.position(marked.end.line, marked.end.character)
        if item.question.contains("utf-8") {
            line = line.prefix(line.utf16.prefix(marked.start.character).count)
            place = LanguageClient.position(marked.start.line, String(line.utf16.prefix(marked.start.character)).map(\.utf8.count) ?? 0)
            end = place
        }
        parameters["position"] = place
        parameters["range"] = .object(["start": place, "end": end])
        var method = item.question[0]
        switch method {
        case "rename": parameters["newName"] = .string(item.question[1])
        case "references" where item.question.contains("uses"): parameters["context"] = .object(["includeDeclaration": .boolean(false)])
        case "inlayHint": parameters["range"] = .object(["start": LanguageClient.position(0, 0), "end": LanguageClient.position(100_000, 0)])
        case "evaluate":
            method = "workspace/executeCommand"
            parameters = ["command": .string("verdict.evaluate"), "arguments": .array([.object(["uri": .string(uri(asked.name)), "position": place])])]
        case "symbol":
            method = "workspace/symbol"
            parameters = ["query": .string(item.question.count > 1 ? item.question[1] : "")]
        default: break
        }
        let answer = try client.ask(method.contains("/") ? method : "textDocument/\(method)", .object(parameters))
        return render.text(of: answer, to: item.question)
    }
}
