import Foundation
import Support
import Testing

/// The session itself: its begin and end, what is no message, what is not known, what is cancelled.
@Suite(.ownThread) struct ProtocolTests {
    private static func code(_ answer: JSON) -> Int { AnswerText.number(answer["error"]?["code"]) }

    private static func client(_ files: [String: String] = [:]) throws -> (LanguageClient, TemporaryFolder) {
        let folder = try TemporaryFolder(files: files), client = try LanguageClient()
        try client.initialize(folders: [folder.url])
        return (client, folder)
    }

    @Test func endsInOrder() throws {
        let (client, _) = try Self.client()
        #expect(try client.ask("shutdown", nil)["result"] == .null)
        #expect(Self.code(try client.ask("textDocument/hover", .object([:]))) == -32600)
        try client.notify("exit", .null)
        #expect(try client.waitForEnd() == 0)
    }

    @Test func endsWithoutShutdown() throws {
        let (client, _) = try Self.client()
        try client.notify("exit", .null)
        #expect(try client.waitForEnd() == 1)
    }

    @Test func endsWithItsClient() throws {
        let (client, _) = try Self.client()
        #expect(try client.waitForEnd() == 1)
    }

    @Test func wantsToBeInitialized() throws {
        let client = try LanguageClient()
        #expect(Self.code(try client.ask("textDocument/hover", .object([:]))) == -32002)
        try client.initialize(folders: [])
        #expect(Self.code(try client.ask("initialize", .object(["capabilities": .object([:])]))) == -32600)
        #expect(try client.end() == 0)
    }

    @Test func saysWhatItCan() throws {
        let client = try LanguageClient()
        let capabilities = try client.initialize(folders: [], encodings: ["utf-32", "utf-8", "utf-16"])["result"]?["capabilities"]
        #expect(capabilities?["positionEncoding"] == .string("utf-8"))
        #expect(capabilities?["textDocumentSync"]?["change"] == .number(2))
        for name in ["hoverProvider", "definitionProvider", "referencesProvider", "documentFormattingProvider", "inlayHintProvider"] { #expect(capabilities?[name] == .boolean(true)) }
        #expect(capabilities?["executeCommandProvider"]?["commands"] == .array([.string("verdict.evaluate")]))
        #expect(try client.end() == 0)
    }

    @Test func refusesWhatItDoesNotKnow() throws {
        let (client, _) = try Self.client()
        #expect(Self.code(try client.ask("textDocument/moniker", .object([:]))) == -32601)
        #expect(Self.code(try client.ask("textDocument/hover", .object(["position": .number(1)]))) == -32602)
        try client.notify("$/unheardOf", .object([:]))
        let missing = try client.ask("textDocument/hover", .object(["textDocument": .object(["uri": .string("file:///none.rego")]), "position": LanguageClient.position(0, 0)]))
        #expect(Self.code(missing) == -32602)
        #expect(try client.end() == 0)
    }

    /// Whatever comes in is answered or left, and what follows it is understood.
    @Test(arguments: [
        "no header at all\r\n\r\n", "Content-Length: many\r\n\r\n", "Content-Type: text\r\n\r\n", "Content-Length: 5\r\n\r\n{\"a\":", "Content-Length: -3\r\n\r\n",
        "Content-Length: 99999999999999999999\r\n\r\n", "Content-Length: 2\r\n\r\n[]", "Content-Length: 4\r\n\r\nnull", "\0\u{1}\u{2}\r\n\r\n",
        String(repeating: "x", count: 40_000), "Content-Length: 2\r\n\r\n\u{7f}\u{7f}",
    ])
    func answersGarbage(_ garbage: String) throws {
        let (client, _) = try Self.client()
        client.send(bytes: Data(garbage.utf8))
        let request = try client.begin("workspace/symbol", .object(["query": .string("")]))
        let error = try client.receive()
        #expect(error["id"] == .null && [-32700, -32600].contains(Self.code(error)), "\(error)")
        #expect(try client.answer(to: request)["result"] == .array([]))
        #expect(try client.end() == 0)
    }

    @Test func randomBytesDoNotEndIt() throws {
        let (client, _) = try Self.client()
        var random = SystemRandomNumberGenerator()
        client.send(bytes: Data((0..<50_000).map { _ in UInt8.random(in: 0...255, using: &random) }))
        client.send(bytes: Data("\r\n\r\n".utf8))
        _ = try client.ask("workspace/symbol", .object(["query": .string("")]))
        #expect(try client.end() == 0)
    }

    @Test func cancelsAnEvaluation() throws {
        let slow = "package app\n\nslow if {\n\tsome i in numbers.range(1, 100000)\n\tsome j in numbers.range(1, 100000)\n\ti * j < 0\n}\n"
        let (client, folder) = try Self.client(["app.rego": slow])
        let uri = LanguageClient.uri(folder.url.appendingPathComponent("app.rego"))
        try client.open(uri, slow)
        let argument = JSON.object(["uri": .string(uri), "position": LanguageClient.position(2, 0)])
        let request = try client.begin("workspace/executeCommand", .object(["command": .string("verdict.evaluate"), "arguments": .array([argument])]))
        try client.notify("$/cancelRequest", .object(["id": .number(Double(request))]))
        #expect(Self.code(try client.answer(to: request)) == -32800)
        #expect(try client.end() == 0)
    }

    /// Files that are not open are read when the client tells that they changed.
    @Test func followsFiles() throws {
        let (client, folder) = try Self.client(["app.rego": "package app\n\nallow if data.lib.ok\n", "lib.rego": "package lib\n\nok := x\n"])
        let uri = LanguageClient.uri(folder.url.appendingPathComponent("app.rego")), other = LanguageClient.uri(folder.url.appendingPathComponent("lib.rego"))
        try client.open(uri, "package app\n\nallow if data.lib.ok\n")
        try client.settle(uri)
        #expect(client.diagnostics(of: other).count == 1)
        try folder.write("lib.rego", "package lib\n\nok := 1\n")
        try client.notify("workspace/didChangeWatchedFiles", .object(["changes": .array([.object(["uri": .string(other), "type": .number(2)])])]))
        try client.settle(uri)
        #expect(client.diagnostics(of: other).isEmpty)
        #expect(try client.end() == 0)
    }

    /// A document without a file, and one outside of all folders.
    @Test func servesLonelyDocuments() throws {
        let client = try LanguageClient()
        try client.initialize(folders: [])
        for uri in ["untitled:Untitled-1", "file:///somewhere/else%20there.rego"] {
            try client.open(uri, "package app\n\nallow if x > 1\n")
            try client.settle(uri)
            #expect(client.diagnostics(of: uri).map { AnswerText.string($0["code"]) } == ["rego_unsafe_var_error"])
            try client.notify("textDocument/didClose", .object(["textDocument": .object(["uri": .string(uri)])]))
        }
        #expect(try client.end() == 0)
    }
}
