import Rego

extension Session {
    func initialize(_ parameters: InitializeParameters) -> InitializeResult {
        self.parameters = parameters
        stage = .initialized
        let offered = (parameters.capabilities?.general?.positionEncodings ?? []).compactMap(DocumentText.Encoding.init)
        workspace.encoding = offered.first ?? .utf16
        for uri in parameters.folders { addFolder(uri) }
        let sync: Value = ["openClose": true, "change": 2, "save": true]
        let folders: Value = ["workspaceFolders": ["supported": true, "changeNotifications": true]]
        let own: [(Value, Value)] = [("positionEncoding", .string(workspace.encoding.rawValue)), ("textDocumentSync", sync), ("workspace", folders)]
        return InitializeResult(capabilities: RegoDocument(.makeObject(own + Features.capabilities)), serverInfo: .init(version: version))
    }

    func addFolder(_ uri: String) {
        let path = DocumentPath(uri: uri)
        if path.isFile { workspace.add(folder: path.text) }
    }

    /// Asks to be told of files that change outside of the editor.
    func watchFiles() {
        guard parameters?.capabilities?.workspace?.didChangeWatchedFiles?.dynamicRegistration == true else { return }
        let patterns = ["**/*.rego", "**/{data,input}.{json,yaml,yml}", "**/.verdict/lint.yaml", "**/.regal/config.yaml"]
        let watchers: Value = .array(patterns.map { ["globPattern": .string($0)] })
        let registration = RegistrationParameters.Registration(id: "verdict-files", method: "workspace/didChangeWatchedFiles", registerOptions: RegoDocument(["watchers": watchers]))
        ask("client/registerCapability", RegistrationParameters(registrations: [registration]))
    }
}
