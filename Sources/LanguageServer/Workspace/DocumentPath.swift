import Foundation

/// What a document is known by: the path of its file, or its URI where it has none.
struct DocumentPath: Hashable, Sendable {
    let text: String
    let isFile: Bool

    init(file path: String) { self.init(text: URL(fileURLWithPath: path).standardizedFileURL.path, isFile: true) }

    private init(text: String, isFile: Bool) {
        self.text = text
        self.isFile = isFile
    }

    /// - Parameter uri: as clients write it; they differ in what they escape.
    init(uri: String) {
        if uri.hasPrefix("file://"), let path = String(uri.dropFirst("file://".count)).removingPercentEncoding, path.hasPrefix("/") {
            self.init(file: path)
        } else {
            self.init(text: uri, isFile: false)
        }
    }

    var uri: String { isFile ? URL(fileURLWithPath: text).absoluteString : text }

    /// The folder that holds the file.
    var folder: String? { isFile ? (text as NSString).deletingLastPathComponent : nil }

    /// The path below a folder; nil where it does not lie in it.
    func relative(to folder: String) -> String? {
        let prefix = folder.hasSuffix("/") ? folder : folder + "/"
        return isFile && text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : nil
    }
}
