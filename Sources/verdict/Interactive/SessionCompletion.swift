import Foundation
import Rego

/// What the word before the cursor may become: documents, the input's fields, built-ins, rules of the session, commands and files.
struct SessionCompletion {
    private let session: Session
    private static let keywords = ["default", "else", "every", "false", "import", "input", "not", "null", "package", "some", "true", "with", "data"]

    init(_ session: Session) { self.session = session }

    func complete(_ line: String, cursor: Int) -> LineEditor.Completion {
        let before = String(line.prefix(cursor))
        if before.hasPrefix(":"), !before.contains(" ") {
            return LineEditor.Completion(start: 1, candidates: Self.matching(String(before.dropFirst()), SessionCommand.allCases.map { $0.argument.isEmpty ? $0.rawValue : $0.rawValue + " " }))
        }
        if [":load ", ":input "].contains(where: before.hasPrefix) { return file(before) }
        let word = String(before.reversed().prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }.reversed())
        return LineEditor.Completion(start: cursor - word.count, candidates: candidates(word))
    }

    private func candidates(_ word: String) -> [String] {
        let keys = word.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard keys.count > 1 else {
            let names = Self.keywords + session.module.names + session.module.imports.compactMap { $0.split { !$0.isLetter && $0 != "_" }.last.map(String.init) }
            return word.isEmpty ? [] : Self.matching(word, names + builtins(after: word) + rules(at: session.package))
        }
        let parents = Array(keys.dropLast())
        let next: [String] = switch keys[0] {
        case "data": rules(at: Array(parents.dropFirst())) + Self.names(in: session.snapshot.baseDocument, at: parents.dropFirst())
        case "input": session.input.map { Self.names(in: $0, at: parents.dropFirst()) } ?? []
        default: []
        }
        let prefix = parents.joined(separator: ".") + "."
        return Self.matching(word, next.map { prefix + $0 } + builtins(after: word))
    }

    /// The next keys of the rules' documents.
    private func rules(at path: [String]) -> [String] {
        session.snapshot.decisionTrees(at: path).compactMap { $0.path.count > path.count ? $0.path[path.count] : nil }
    }

    private static func names(in document: Value, at path: some Sequence<String>) -> [String] {
        var value: Value? = document
        for key in path { value = value?[key] }
        guard case .object(let entries)? = value else { return [] }
        return entries.compactMap { if case .string(let name) = $0.key { name } else { nil } }
    }

    /// Built-ins up to the end of the segment that is typed.
    private func builtins(after word: String) -> [String] {
        BuiltinRegistry.standard.builtins.filter { $0.infix == nil && !$0.name.hasPrefix("internal.") && $0.name.hasPrefix(word) }.map { builtin in
            let segments = builtin.name.split(separator: ".", omittingEmptySubsequences: false)
            let count = word.filter { $0 == "." }.count + 1
            return segments.count > count ? segments.prefix(count).joined(separator: ".") + "." : builtin.name + "("
        }
    }

    private static func matching(_ prefix: String, _ candidates: [String]) -> [String] { Set(candidates.filter { $0.hasPrefix(prefix) }).sorted() }

    private func file(_ before: String) -> LineEditor.Completion {
        let word = before.split(separator: " ", omittingEmptySubsequences: false).last.map(String.init) ?? ""
        let folder = word.lastIndex(of: "/").map { String(word[...$0]) } ?? ""
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
        let candidates = names.filter { !$0.hasPrefix(".") }.map { name in
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: folder + name, isDirectory: &isFolder)
            return folder + name + (isFolder.boolValue ? "/" : "")
        }
        return LineEditor.Completion(start: before.count - word.count, candidates: Self.matching(word, candidates))
    }
}
