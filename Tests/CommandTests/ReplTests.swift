import Foundation
import Rego
import Support
import Testing

@testable import verdict

/// Keys as a terminal sends them, and the line that they make; data in `Cases/Editing`.
struct EditingCase: Decodable, CustomTestStringConvertible {
    var note: String
    var typed: String
    var history: [String]?
    /// What the word at the cursor may become.
    var candidates: [String]?
    /// The line, with `|` at the cursor.
    var shown: String
    /// What the last key asked for.
    var outcome: String?

    var testDescription: String { note }
}

/// What a word is completed to; data in `Cases/Completion`.
struct CompletionCase: Decodable, CustomTestStringConvertible {
    var line: String
    var candidates: [String]
    var testDescription: String { line }
}

@Suite struct EditingTests {
    @Test(arguments: try CaseFiles.load(EditingCase.self, beside: #filePath, folder: "Cases/Editing"))
    func keys(_ item: EditingCase) throws {
        var decoder = KeyDecoder(), outcome = LineEditor.Outcome.none
        var editor = LineEditor(history: item.history ?? []) { line, cursor in
            let word = line.prefix(cursor).reversed().prefix { $0.isLetter || $0 == "." }
            return LineEditor.Completion(start: cursor - word.count, candidates: item.candidates ?? [])
        }
        for byte in item.typed.utf8 { if let key = decoder.decode(byte) { outcome = editor.press(key) } }
        #expect(String(editor.text[..<editor.cursor]) + "|" + String(editor.text[editor.cursor...]) == item.shown)
        #expect("\(outcome)".prefix { $0 != "(" } == item.outcome ?? "none")
    }

    @Test func anyBytesAreTaken() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var decoder = KeyDecoder(), editor = LineEditor(history: ["a", "b"]) { _, cursor in .init(start: max(0, cursor - 1), candidates: ["abc", "abd"]) }
            let bytes = (0..<60).map { _ in UInt8.random(in: 0...255, using: &random) }
            for byte in bytes { if let key = decoder.decode(byte) { _ = editor.press(key) } }
            #expect((0...editor.text.count).contains(editor.cursor), "\(bytes)")
        }
    }

    @Test(arguments: [
        ("1 + 1", false), ("x := {", true), ("x := {\n1}", false), ("allow if", true), ("1 +", true), ("x :=", true), ("\"{\"", false), ("`a", true), ("`a\nb`", false),
        ("f(", true), ("a # {", false), ("\"a\\\"{\"", false), ("not", true), ("knot", false), ("data.if", false), (")", false),
    ])
    func completeness(_ text: String, _ needsMore: Bool) { #expect(LineCompleteness.needsMore(text) == needsMore) }
}

@Suite struct SessionTests {
    @Test(arguments: try CaseFiles.load(CompletionCase.self, beside: #filePath, folder: "Cases/Completion"))
    func completion(_ item: CompletionCase) throws {
        let folder = try TemporaryFolder(files: [
            "p.rego": "package shop\n\nopen if input.hour > 8\n\nclose(x) := x\n", "data.json": #"{"lists": {"a": [1], "b": [2]}}"#,
        ])
        var session = try Session(Session.Sources(paths: [folder.url.path]))
        for line in ["own := 1", "import data.shop", #"input := {"user": {"name": "ann", "age": 3}}"#] { #expect(session.accept(line).error == "") }
        let completion = SessionCompletion(session).complete(item.line, cursor: item.line.count)
        #expect(completion.candidates == item.candidates)
    }

    @Test func changedFilesAreReadAgain() throws {
        let folder = try TemporaryFolder(files: ["p.rego": "package p\n\nx := 1\n"])
        var session = try Session(Session.Sources(paths: [folder.url.path]), watches: true)
        #expect(session.accept("data.p.x").output == "1\n")
        #expect(session.reloadChanged() == nil)
        try folder.write("p.rego", "package p\n\nx := 22\n")
        #expect(session.reloadChanged()?.output == "1 policy loaded.\n")
        #expect(session.accept("data.p.x").output == "22\n")
        try folder.write("p.rego", "package p\n\nx := nothing\n")
        #expect(session.reloadChanged()?.error.contains("rego_unsafe_var_error") == true)
        #expect(session.accept("data.p.x").output == "22\n")
    }

    @Test func historyOutlivesTheSession() throws {
        let folder = try TemporaryFolder(), file = folder.url.appendingPathComponent("state/verdict/history")
        var history = History(file: file)
        for line in ["x := 1", "x", "x", ""] { history.add(line) }
        #expect(History(file: file).entries == ["x := 1", "x"])
        #expect(try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int == 0o600)
        var unwritable = History(file: URL(fileURLWithPath: "/proc/nowhere/history"))
        unwritable.add("x")
        #expect(unwritable.entries == ["x"])
    }
}

/// The program on a terminal of its own.
@Suite struct TerminalTests {
    @Test func linesAreEditedOnATerminal() throws {
        let folder = try TemporaryFolder(files: ["p.rego": "package shop\n\nopen := 40 + 2\n"])
        let terminal = try PseudoTerminal(["repl", "p.rego"], in: folder.url)
        try terminal.wait(for: "> ")
        // A completed name, a mistake that is mended, the line before once more, and something of several lines.
        terminal.type("data.shop.o\t\r")
        try terminal.wait(for: "42\n> ")
        terminal.type("1 + 2x\u{7f}\r")
        try terminal.wait(for: "\n3\n> ")
        terminal.type("\u{1b}[A\u{7f}5\r")
        try terminal.wait(for: "\n6\n> ")
        terminal.type("[1,\r")
        try terminal.wait(for: "| ")
        terminal.type("\u{3}")
        try terminal.wait(for: "^C\n> ")
        terminal.type(":quit\r")
        #expect(terminal.exitCode() == 0)
        let history = try String(contentsOf: folder.url.appendingPathComponent("state/verdict/history"), encoding: .utf8)
        #expect(history == "data.shop.open\n1 + 2\n1 + 5\n[1,\n:quit\n")
    }

    @Test func theEndOfInputEndsTheProgram() throws {
        let terminal = try PseudoTerminal(["repl", "--no-history"], in: FileManager.default.temporaryDirectory)
        try terminal.wait(for: "> ")
        terminal.type("\u{4}")
        #expect(terminal.exitCode() == 0)
    }
}
