import Foundation
import Lint
import Rego

/// Everything that the server knows: the folders of the workspace and the policies in them. Only the server's loop touches it.
final class Workspace {
    let files: any WorkspaceFiles
    let regoVersion: RegoVersion
    var encoding = DocumentText.Encoding.utf16
    private(set) var folders: [String] = []
    /// By their folders; documents without a file share one.
    private(set) var roots: [String?: PolicyRoot] = [:]
    /// Documents whose text has changed since it was read.
    private var unread: Set<DocumentPath> = []
    /// What could not be read, to be told to the client.
    private(set) var complaints: [String] = []

    init(files: any WorkspaceFiles, regoVersion: RegoVersion) {
        self.files = files
        self.regoVersion = regoVersion
    }

    func takeComplaints() -> [String] {
        defer { complaints = [] }
        return complaints
    }

    // MARK: Folders

    /// Reads all policies of a folder.
    func add(folder: String) {
        folders.append(folder)
        attempt {
            for file in try files.policies(below: folder) { load(DocumentPath(file: file)) }
        }
    }

    /// Forgets the policies of a folder; those that are open stay.
    func remove(folder: String) {
        folders.removeAll { $0 == folder }
        for (key, root) in roots {
            guard let key, key == folder || key.hasPrefix(folder + "/") else { continue }
            root.documents = root.documents.filter { $0.value.isOpen }
            root.touch()
            if root.documents.isEmpty { roots[key] = nil }
        }
    }

    private func attempt(_ action: () throws -> Void) {
        do { try action() } catch { complaints.append("\(error)") }
    }

    /// The root that a document belongs to, made where it is not there yet.
    private func root(for path: DocumentPath) -> PolicyRoot {
        let folder = rootFolder(of: path)
        if let known = roots[folder] { return known }
        let root = PolicyRoot(folder: folder, linter: linter(for: folder))
        roots[folder] = root
        return root
    }

    private func linter(for folder: String?) -> Linter {
        var linter = Linter()
        if let folder { attempt { linter = try files.linter(for: folder) } }
        return linter
    }

    /// The nearest folder above that is marked as a root; else the workspace's folder, or the document's own.
    private func rootFolder(of path: DocumentPath) -> String? {
        guard let own = path.folder else { return nil }
        let last = folders.filter { path.relative(to: $0) != nil }.max { $0.count < $1.count } ?? own
        var folder = own
        while folder != last, folder.count > last.count {
            if PolicyRoot.markers.contains(where: { FileManager.default.fileExists(atPath: folder + "/" + $0) }) { return folder }
            folder = (folder as NSString).deletingLastPathComponent
        }
        return last
    }

    // MARK: Documents

    func document(_ uri: String) -> (root: PolicyRoot, document: PolicyDocument)? {
        let path = DocumentPath(uri: uri)
        for root in roots.values { if let document = root.documents[path] { return (root, document) } }
        return nil
    }

    /// Reads a file, or forgets it where it is gone. One that is open is not read: the client's text counts.
    func load(_ path: DocumentPath) {
        let root = root(for: path)
        guard root.documents[path]?.isOpen != true else { return }
        root.touch()
        guard FileManager.default.fileExists(atPath: path.text) else {
            root.documents[path] = nil
            return
        }
        attempt {
            let text = DocumentText(try files.text(of: path.text), encoding: encoding)
            root.documents[path] = PolicyDocument(path, uri: path.uri, name: root.name(of: path), text: text, version: nil, regoVersion: regoVersion)
        }
    }

    func open(_ item: OpenParameters.Item) -> PolicyRoot {
        let path = DocumentPath(uri: item.uri), root = root(for: path), text = DocumentText(item.text, encoding: encoding)
        root.touch()
        if root.documents[path] != nil {
            root.documents[path]?.uri = item.uri
            root.documents[path]?.replace(with: text, version: item.version)
        } else {
            root.documents[path] = PolicyDocument(path, uri: item.uri, name: root.name(of: path), text: text, version: item.version, regoVersion: regoVersion)
        }
        return root
    }

    func change(_ parameters: ChangeParameters) -> PolicyRoot? {
        let path = DocumentPath(uri: parameters.textDocument.uri)
        guard let root = document(parameters.textDocument.uri)?.root else { return nil }
        root.documents[path]?.apply(parameters.contentChanges, version: parameters.textDocument.version)
        root.touch()
        unread.insert(path)
        return root
    }

    /// Reads what has changed; to be done before anything but the next change.
    func readChanges() {
        for path in unread { for root in roots.values { root.documents[path]?.read() } }
        unread = []
    }

    /// From now on the file counts.
    func close(_ uri: String) {
        let path = DocumentPath(uri: uri)
        guard let root = document(uri)?.root else { return }
        root.documents[path] = nil
        root.touch()
        if path.isFile { load(path) }
        if root.documents.isEmpty { roots[root.folder] = nil }
    }

    /// A file has changed on the disk: a policy, or data, an input or settings, which all of its root depends on.
    func changed(_ uri: String) {
        let path = DocumentPath(uri: uri)
        guard path.isFile else { return }
        if path.text.hasSuffix(".rego") { return load(path) }
        for (folder, root) in roots {
            guard let folder, path.relative(to: folder) != nil else { continue }
            if path.text.hasSuffix("lint.yaml") || path.text.contains(".regal") { root.linter = linter(for: folder) }
            root.touch()
        }
    }
}
