import Foundation
import Support

/// Answers of the server as cases have them: a line each, places as `file:row:column-column` from 1, changed files whole.
struct AnswerText {
    let player: CasePlayer

    func text(of answer: JSON, to question: [String]) -> String {
        if let error = answer["error"] { return "error \(Self.number(error["code"])): \(Self.string(error["message"]))\n" }
        guard let result = answer["result"], result != .null else { return "nothing\n" }
        switch question[0] {
        case "definition", "references": return lines(result) { location($0) }
        case "documentHighlight": return lines(result) { "\(range($0["range"])) \($0["kind"] == .number(3) ? "write" : "read")" }
        case "hover": return Self.string(result["contents"]?["value"]).trimmingCharacters(in: .newlines) + "\n"
        case "completion": return completions(result, question)
        case "signatureHelp": return signatures(result)
        case "rename": return files(changed: result)
        case "prepareRename": return "\(range(result["range"])) \(Self.string(result["placeholder"]))\n"
        case "formatting": return changed(player.item.asked?.name ?? "", result)
        case "codeAction": return actions(result, question)
        case "inlayHint": return lines(result) { "\(place($0["position"])) \(Self.string($0["label"]))" }
        case "codeLens": return lines(result) { "\(range($0["range"])) \(Self.string($0["command"]?["title"]))" }
        case "documentSymbol": return lines(result) { "\(range($0["selectionRange"])) \(Self.string($0["name"])): \(Self.string($0["detail"]))" }
        case "symbol": return lines(result) { "\(location($0["location"] ?? .null)) \(Self.string($0["containerName"])) \(Self.string($0["name"]))" }
        case "foldingRange": return lines(result) { "\(Self.number($0["startLine"]) + 1)-\(Self.number($0["endLine"]) + 1)\($0["kind"] == nil ? "" : " comment")" }
        case "evaluate": return evaluation(result)
        default: return "\(result)\n"
        }
    }

    // MARK: Parts

    static func string(_ json: JSON?) -> String { if case .string(let text)? = json { text } else { "" } }
    static func number(_ json: JSON?) -> Int { if case .number(let number)? = json { Int(number) } else { 0 } }
    static func elements(_ json: JSON?) -> [JSON] { if case .array(let elements)? = json { elements } else { [] } }

    private func lines(_ json: JSON, _ line: (JSON) -> String) -> String {
        let all = Self.elements(json)
        return all.isEmpty ? "nothing\n" : all.map { line($0) + "\n" }.joined()
    }

    private func place(_ json: JSON?) -> String { "\(Self.number(json?["line"]) + 1):\(Self.number(json?["character"]) + 1)" }

    private func range(_ json: JSON?) -> String {
        let start = json?["start"], end = json?["end"]
        return start?["line"] == end?["line"] ? "\(place(start))-\(Self.number(end?["character"]) + 1)" : "\(place(start))-\(place(end))"
    }

    private func name(_ uri: JSON?) -> String { Self.string(uri).replacing(player.uri("").trimmingSuffix("/") + "/", with: "") }

    private func location(_ json: JSON) -> String { "\(name(json["uri"])):\(range(json["range"]))" }

    // MARK: Kinds of answers

    func diagnostics() -> String {
        var text = ""
        for (name, _) in player.item.files where name.hasSuffix(".rego") {
            for item in player.client.diagnostics(of: player.uri(name)) {
                let severity = ["", "error", "warning", "information", "hint"][Self.number(item["severity"])]
                text += "\(name):\(range(item["range"])) \(severity) \(Self.string(item["code"])): \(Self.string(item["message"]))\n"
            }
        }
        return text.isEmpty ? "nothing\n" : text
    }

    /// Only items that begin with a text, where the question has one: all built-ins would be many.
    private func completions(_ json: JSON, _ question: [String]) -> String {
        let kinds = [3: "function", 5: "field", 6: "variable", 9: "module", 14: "keyword"]
        let prefix = question.count > 1 ? question[1] : ""
        let items = Self.elements(json["items"]).filter { Self.string($0["label"]).hasPrefix(prefix) }
        return items.isEmpty ? "nothing\n" : items.map { item in
            let detail = Self.string(item["detail"])
            return "\(Self.string(item["label"])) \(kinds[Self.number(item["kind"])] ?? "?")\(detail.isEmpty ? "" : " \(detail)") at \(range(item["textEdit"]?["range"]))\n"
        }.joined()
    }

    private func signatures(_ json: JSON) -> String {
        let active = Self.number(json["activeParameter"])
        return Self.elements(json["signatures"]).map { signature in
            let parameters = Self.elements(signature["parameters"]).map { Self.string($0["label"]) }
            return "\(Self.string(signature["label"])) at \(parameters.indices.contains(active) ? parameters[active] : "none")\n"
        }.joined()
    }

    private func actions(_ json: JSON, _ question: [String]) -> String {
        lines(json) { action in
            let isWanted = question.count > 1 && Self.string(action["title"]).hasPrefix(question[1])
            return "\(Self.string(action["kind"])): \(Self.string(action["title"]))\(isWanted ? "\n" + files(changed: action["edit"] ?? .null) : "")"
        }
    }

    private func evaluation(_ json: JSON) -> String {
        let value = json["value"].flatMap { try? String(decoding: Self.encoder.encode($0), as: UTF8.self) } ?? "undefined"
        let prints = Self.elements(json["prints"]).map { "printed \(Self.string($0))\n" }.joined()
        let input = Self.string(json["input"]).split(separator: "/").last.map { " for \($0)" } ?? ""
        return "\(Self.string(json["path"])) = \(value)\(input)\n\(prints)"
    }

    private static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }()

    // MARK: Edits

    /// Every file that an edit changes, as it is afterwards.
    private func files(changed edit: JSON) -> String {
        guard case .object(let changes)? = edit["changes"] else { return "nothing\n" }
        return changes.sorted { $0.key < $1.key }.map { "\(name(.string($0.key))):\n\(changed(name(.string($0.key)), $0.value))" }.joined()
    }

    private func changed(_ file: String, _ edits: JSON) -> String {
        let all = player.item.changes.reversed() + player.item.files
        return Self.apply(Self.elements(edits), to: MarkedText(all.first { $0.name == file }?.text ?? "").text)
    }

    static func apply(_ edits: [JSON], to text: String) -> String {
        var units = Array(text.utf16)
        func offset(_ place: JSON?) -> Int {
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false).prefix(number(place?["line"]))
            return min(units.count, lines.reduce(0) { $0 + $1.utf16.count + 1 } + number(place?["character"]))
        }
        let places = edits.map { (start: offset($0["range"]?["start"]), end: offset($0["range"]?["end"]), text: string($0["newText"])) }
        for edit in places.sorted(by: { $0.start > $1.start }) { units.replaceSubrange(edit.start..<edit.end, with: Array(edit.text.utf16)) }
        return String(decoding: units, as: UTF16.self)
    }
}

extension String {
    fileprivate func trimmingSuffix(_ suffix: String) -> String { hasSuffix(suffix) ? String(dropLast(suffix.count)) : self }
}
