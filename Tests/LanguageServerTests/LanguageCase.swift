import Foundation
import Support
import Testing

/// A question about policies with the cursor in them, and its answer; see `Cases/README.md` for how they are written.
struct LanguageCase: CustomTestStringConvertible, Sendable {
    var file: String
    var name: String
    /// Files by name, with `⟦` and `⟧` where the cursor or the selection is, in their order.
    var files: [(name: String, text: String)] = []
    /// Texts that documents get after they were opened.
    var changes: [(name: String, text: String)] = []
    /// The request, and what it takes beside a place.
    var question: [String] = []
    var answer = ""

    var testDescription: String { "\(file): \(name)" }
    /// The text as it is when the question is asked.
    var asked: (name: String, text: String)? { (changes.reversed() + files).first { $0.text.contains("⟦") } ?? files.first { $0.name.hasSuffix(".rego") } }

    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Cases")

    static func load() throws -> [LanguageCase] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".txt") }.sorted()
        return try names.flatMap { try cases(in: $0) }
    }

    static func cases(in file: String) throws -> [LanguageCase] {
        var cases: [LanguageCase] = [], part = ""
        for line in try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("=== ") {
                cases.append(LanguageCase(file: file, name: String(line.dropFirst(4))))
                part = ""
            } else if line.hasPrefix("--- "), !cases.isEmpty {
                part = String(line.dropFirst(4))
                cases[cases.count - 1].begin(part)
            } else if !part.isEmpty {
                cases[cases.count - 1].add(String(line) + "\n", to: part)
            }
        }
        for index in cases.indices { cases[index].trim() }
        return cases
    }

    private mutating func begin(_ part: String) {
        if part.hasPrefix("ask ") { question = part.dropFirst(4).split(separator: " ").map(String.init) } else if part.hasPrefix("then ") { changes.append((String(part.dropFirst(5)), "")) } else if part != "answer" { files.append((part, "")) }
    }

    private mutating func add(_ line: String, to part: String) {
        if part == "answer" { answer += line } else if part.hasPrefix("then ") { changes[changes.count - 1].text += line } else if !part.hasPrefix("ask ") { files[files.count - 1].text += line }
    }

    /// Empty lines between parts belong to none of them.
    static func trimmed(_ text: String) -> String {
        var text = text
        while text.hasSuffix("\n\n") { text.removeLast() }
        return text
    }

    private mutating func trim() {
        for index in files.indices { files[index].text = Self.trimmed(files[index].text) }
        for index in changes.indices { changes[index].text = Self.trimmed(changes[index].text) }
        answer = Self.trimmed(answer)
    }

    /// The case as it is written, with another answer.
    func written(answer: String) -> String {
        var text = "=== \(name)\n"
        for (name, content) in files { text += "--- \(name)\n\(content)" }
        for (name, content) in changes { text += "--- then \(name)\n\(content)" }
        return text + "--- ask \(question.joined(separator: " "))\n--- answer\n\(answer)"
    }
}

/// Text with a place in it.
struct MarkedText {
    var text: String
    /// Lines and UTF-16 units, from 0.
    var start: (line: Int, character: Int)
    var end: (line: Int, character: Int)

    init(_ marked: String) {
        text = marked.replacing("⟦", with: "").replacing("⟧", with: "")
        let first = marked.range(of: "⟦").map { String(marked[..<$0.lowerBound]) } ?? ""
        let second = marked.range(of: "⟧").map { String(marked[..<$0.lowerBound]).replacing("⟦", with: "") } ?? first
        start = Self.place(behind: first)
        end = Self.place(behind: second)
    }

    static func place(behind text: String) -> (line: Int, character: Int) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return (lines.count - 1, lines.last?.utf16.count ?? 0)
    }
}
