import Foundation
import Support

/// A client that speaks with `verdict lsp` in a process of its own, over its standard input and output.
final class LanguageClient {
    struct Gone: Error, CustomStringConvertible {
        var description: String { "the server has ended" }
    }

    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var buffer = Data()
    private var lastRequest = 0
    /// What the server told, oldest first.
    private(set) var notifications: [JSON] = []

    init(_ arguments: [String] = []) throws {
        process.executableURL = Command.folder.appendingPathComponent("verdict")
        process.arguments = ["lsp"] + arguments
        process.standardInput = input
        process.standardOutput = output
        try Spawning.run(process)
        // So that a server that says nothing ends the test.
        let identifier = process.processIdentifier
        DispatchQueue.global().asyncAfter(deadline: .now() + 120) { [weak process] in if process?.isRunning == true { kill(identifier, SIGKILL) } }
    }

    deinit { if process.isRunning { process.terminate() } }

    // MARK: Messages

    func send(bytes: Data) { try? input.fileHandleForWriting.write(contentsOf: bytes) }

    func send(_ message: JSON) throws {
        let body = try JSONEncoder().encode(message)
        send(bytes: Data("Content-Length: \(body.count)\r\n\r\n".utf8) + body)
    }

    func notify(_ method: String, _ parameters: JSON) throws {
        try send(.object(["jsonrpc": .string("2.0"), "method": .string(method), "params": parameters]))
    }

    /// Sends a request without waiting for its answer; gives its number.
    func begin(_ method: String, _ parameters: JSON?) throws -> Int {
        lastRequest += 1
        var message: [String: JSON] = ["jsonrpc": .string("2.0"), "id": .number(Double(lastRequest)), "method": .string(method)]
        message["params"] = parameters
        try send(.object(message))
        return lastRequest
    }

    /// The whole answer to a request, be it an error.
    func answer(to request: Int) throws -> JSON {
        while true {
            let message = try receive()
            if message["method"] != nil { notifications.append(message) } else if message["id"] == .number(Double(request)) { return message }
        }
    }

    func ask(_ method: String, _ parameters: JSON?) throws -> JSON { try answer(to: begin(method, parameters)) }

    /// The next message of any kind.
    func receive() throws -> JSON {
        while true {
            if let end = buffer.firstRange(of: Data("\r\n\r\n".utf8)) {
                let header = String(decoding: buffer[..<end.lowerBound], as: UTF8.self)
                let length = Int(header.split(separator: ":").last?.trimmingCharacters(in: .whitespaces) ?? "") ?? 0
                if buffer.count - (end.upperBound - buffer.startIndex) >= length {
                    let body = buffer[end.upperBound..<end.upperBound + length]
                    defer { buffer = Data(buffer[(end.upperBound + length)...]) }
                    return try JSONDecoder().decode(JSON.self, from: body)
                }
            }
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { throw Gone() }
            buffer += more
        }
    }

    // MARK: Lifecycle

    /// - Returns: what the server can do.
    @discardableResult
    func initialize(folders: [URL], encodings: [String]? = nil, refreshes: Bool = false) throws -> JSON {
        var capabilities: [String: JSON] = ["workspace": .object(["inlayHint": .object(["refreshSupport": .boolean(refreshes)])])]
        if let encodings { capabilities["general"] = .object(["positionEncodings": .array(encodings.map { .string($0) })]) }
        let answer = try ask("initialize", .object([
            "processId": .null, "capabilities": .object(capabilities),
            "workspaceFolders": .array(folders.map { .object(["uri": .string(Self.uri($0)), "name": .string($0.lastPathComponent)]) }),
        ]))
        try notify("initialized", .object([:]))
        return answer
    }

    static func uri(_ file: URL) -> String { URL(fileURLWithPath: file.standardizedFileURL.path).absoluteString }

    /// Ends the server in order; its exit code.
    func end() throws -> Int32 {
        _ = try ask("shutdown", nil)
        try notify("exit", .null)
        return try waitForEnd()
    }

    func waitForEnd() throws -> Int32 {
        try? input.fileHandleForWriting.close()
        while (try? receive()) != nil {}
        process.waitUntilExit()
        return process.terminationStatus
    }

    // MARK: Documents

    func open(_ uri: String, _ text: String, version: Int = 1) throws {
        try notify("textDocument/didOpen", .object(["textDocument": .object([
            "uri": .string(uri), "languageId": .string("rego"), "version": .number(Double(version)), "text": .string(text),
        ])]))
    }

    func change(_ uri: String, _ changes: [JSON], version: Int) throws {
        try notify("textDocument/didChange", .object([
            "textDocument": .object(["uri": .string(uri), "version": .number(Double(version))]), "contentChanges": .array(changes),
        ]))
    }

    /// Waits until everything that was sent is compiled and published: what is evaluated comes after that.
    func settle(_ uri: String) throws {
        _ = try ask("workspace/executeCommand", .object([
            "command": .string("verdict.evaluate"), "arguments": .array([.object(["uri": .string(uri), "position": Self.position(0, 0)])]),
        ]))
    }

    static func position(_ line: Int, _ character: Int) -> JSON { .object(["line": .number(Double(line)), "character": .number(Double(character))]) }

    /// What was last said of a document.
    func diagnostics(of uri: String) -> [JSON] {
        let last = notifications.last { $0["method"] == .string("textDocument/publishDiagnostics") && $0["params"]?["uri"] == .string(uri) }
        if case .array(let diagnostics)? = last?["params"]?["diagnostics"] { return diagnostics }
        return []
    }
}
