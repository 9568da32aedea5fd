import Foundation

extension Session {
    private typealias Handler = (Session, Data) throws(RequestError) -> Void

    /// What the client tells, by method. What is not here is ignored, as LSP wants it.
    private static var handlers: [String: Handler] {
        [
            "initialized": { session, _ in session.watchFiles() },
            "textDocument/didOpen": { session, body throws(RequestError) in session.open(try session.decode(OpenParameters.self, body)) },
            "textDocument/didChange": { session, body throws(RequestError) in session.change(try session.decode(ChangeParameters.self, body)) },
            "textDocument/didClose": { session, body throws(RequestError) in session.close(try session.decode(DocumentParameters.self, body)) },
            "textDocument/didSave": { session, body throws(RequestError) in session.saved(try session.decode(DocumentParameters.self, body)) },
            "workspace/didChangeWatchedFiles": { session, body throws(RequestError) in
                for change in try session.decode(WatchedFilesParameters.self, body).changes { session.workspace.changed(change.uri) }
            },
            "workspace/didChangeWorkspaceFolders": { session, body throws(RequestError) in
                session.changeFolders(try session.decode(FolderChangeParameters.self, body))
            },
        ]
    }

    /// A notification has no answer, so one that cannot be read is written to the client's log.
    func notify(_ method: String, _ body: Data) {
        if method == "exit" { return exit() }
        guard stage == .initialized, let handler = Self.handlers[method] else { return }
        do throws(RequestError) { try handler(self, body) } catch { log("\(method): \(error.message)") }
    }

    func log(_ text: String) { send("window/logMessage", MessageParameters(type: .warning, message: text)) }

    // MARK: Documents

    private func open(_ parameters: OpenParameters) {
        let root = workspace.open(parameters.textDocument)
        tasks.changed.append((root, DocumentPath(uri: parameters.textDocument.uri)))
    }

    private func change(_ parameters: ChangeParameters) {
        guard let root = workspace.change(parameters) else { return log("\(parameters.textDocument.uri) was changed before it was opened") }
        tasks.changed.append((root, DocumentPath(uri: parameters.textDocument.uri)))
    }

    private func close(_ parameters: DocumentParameters) { workspace.close(parameters.textDocument.uri) }

    /// Data and inputs are not told of by clients that watch no files, so they are read again.
    private func saved(_ parameters: DocumentParameters) { workspace.document(parameters.textDocument.uri)?.root.touch() }

    private func changeFolders(_ parameters: FolderChangeParameters) {
        for folder in parameters.event.removed { workspace.remove(folder: DocumentPath(uri: folder.uri).text) }
        for folder in parameters.event.added { addFolder(folder.uri) }
    }
}
