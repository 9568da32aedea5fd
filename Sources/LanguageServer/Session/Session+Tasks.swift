import Lint
import Rego

/// What is left to do when no message waits.
struct OpenTasks {
    /// Documents that changed since they were linted.
    var changed: [(root: PolicyRoot, path: DocumentPath)] = []
    /// Documents that are being linted.
    var linting: Set<DocumentPath> = []
    /// Folders of roots that are being compiled.
    var compiling: Set<String?> = []
    /// Requests that wait for their root to be compiled.
    var requests: [(id: RequestIdentifier, request: BackgroundRequest)] = []
    /// Ends what was begun for a request.
    var cancellations: [RequestIdentifier: Cancellation] = [:]
    /// What the client was told of each document.
    var published: [DocumentPath: Publication] = [:]

    struct Publication: Equatable {
        var uri: String
        var version: Int?
        var diagnostics: [ProtocolDiagnostic]
    }
}

extension Session {
    private var outdated: PolicyRoot? {
        workspace.roots.values.first { $0.compiled.revision != $0.revision && !tasks.compiling.contains($0.folder) }
    }

    /// A document that can be linted now.
    private var unlinted: Int? { tasks.changed.firstIndex { !tasks.linting.contains($0.path) } }

    /// A request whose root is compiled and linted: its answer comes after what is wrong with the policies was told.
    private var readyRequest: Int? {
        guard tasks.changed.isEmpty, tasks.linting.isEmpty else { return nil }
        return tasks.requests.firstIndex { $0.request.root.compiled.revision == $0.request.root.revision }
    }

    var hasTasks: Bool { unlinted != nil || outdated != nil || readyRequest != nil }

    /// Begins something in the background: linting first, because that is seen soonest.
    func doNextTask() {
        if let position = unlinted {
            lint(tasks.changed[position])
        } else if let root = outdated {
            compile(root)
        } else if let position = readyRequest {
            let (id, request) = tasks.requests.remove(at: position)
            let cancellation = tasks.cancellations[id] ?? Cancellation(), compiled = request.root.compiled
            background.add { [work = request.work] in .answer(id, work(compiled, cancellation)) }
        }
    }

    // MARK: Linting

    /// Lints an open document as a part of all.
    private func lint(_ changed: (root: PolicyRoot, path: DocumentPath)) {
        let (root, path) = changed
        tasks.changed.removeAll { $0.path == path }
        guard let document = root.documents[path], document.isOpen else { return }
        guard document.isWellFormed, let file = document.tree?.file else {
            root.documents[path]?.findings = []
            return publish(root, only: path)
        }
        tasks.linting.insert(path)
        let folder = root.folder, linter = root.linter, files = root.trees.map(\.file), version = document.version
        linting.add { .findings(root: folder, path, version: version, linter.findings(in: file, of: linter.project(files))) }
    }

    /// What was found in a text that has changed meanwhile is left: that of now is linted next.
    func finish(lintingOf path: DocumentPath, in folder: String?, _ version: Int?, _ findings: [Finding]) {
        tasks.linting.remove(path)
        guard let root = workspace.roots[folder], let document = root.documents[path], document.version == version, document.isWellFormed else { return }
        root.documents[path]?.findings = findings
        publish(root, only: path)
    }

    // MARK: Compiling

    private func compile(_ root: PolicyRoot) {
        tasks.compiling.insert(root.folder)
        let sources = root.sorted.compactMap { document in document.tree.map { Compilation.Source(path: document.path, tree: $0) } }
        let open = root.sorted.filter(\.isOpen).map(\.path), isIncomplete = root.documents.values.contains { $0.tree == nil || $0.isPartial }
        let compilation = Compilation(
            root: root.folder, revision: root.revision, sources: sources, open: open, isIncomplete: isIncomplete, previous: root.compiled, files: workspace.files)
        background.add { .compilation(root: compilation.root, compilation.run()) }
    }

    func finish(compilationOf folder: String?, _ outcome: Compilation.Outcome) {
        tasks.compiling.remove(folder)
        guard let root = workspace.roots[folder] else { return }
        if outcome.complaints != root.compiled.complaints { for complaint in outcome.complaints { log(complaint) } }
        root.compiled = outcome
        publish(root)
        // What rules say of a file depends on the others.
        tasks.changed += root.sorted.filter(\.isOpen).map { (root, $0.path) }
        if parameters?.capabilities?.workspace?.inlayHint?.refreshSupport == true { ask("workspace/inlayHint/refresh", NoParameters?.none) }
    }

    // MARK: Diagnostics

    /// Tells the client what is wrong with documents, where that is news.
    private func publish(_ root: PolicyRoot, only path: DocumentPath? = nil) {
        for complaint in workspace.takeComplaints() { log(complaint) }
        for document in root.sorted where path == nil || document.path == path {
            let publication = OpenTasks.Publication(uri: document.uri, version: document.version, diagnostics: diagnostics(of: document, in: root))
            let known = tasks.published[document.path]
            guard known != publication, !(known == nil && publication.diagnostics.isEmpty && !document.isOpen) else { continue }
            tasks.published[document.path] = publication
            send("textDocument/publishDiagnostics", PublishDiagnosticsParameters(uri: publication.uri, version: publication.version, diagnostics: publication.diagnostics))
        }
        withdraw()
    }

    /// Takes back what was said of documents that are gone.
    private func withdraw() {
        let known = Set(workspace.roots.values.flatMap { $0.documents.keys })
        for (path, publication) in tasks.published where !known.contains(path) {
            tasks.published[path] = nil
            if !publication.diagnostics.isEmpty { send("textDocument/publishDiagnostics", PublishDiagnosticsParameters(uri: publication.uri, diagnostics: [])) }
        }
    }

    private func diagnostics(of document: PolicyDocument, in root: PolicyRoot) -> [ProtocolDiagnostic] {
        guard document.isWellFormed else { return document.problems.map { ProtocolDiagnostic($0, in: document.text) } }
        return (root.compiled.diagnostics[document.path] ?? []) + document.findings.map { ProtocolDiagnostic($0, in: document.text) }
    }
}
