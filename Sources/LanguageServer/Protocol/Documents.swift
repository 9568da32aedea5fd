struct OpenParameters: Decodable {
    struct Item: Decodable {
        var uri: String
        var version: Int
        var text: String
    }
    var textDocument: Item
}

struct ChangeParameters: Decodable {
    struct Document: Decodable {
        var uri: String
        var version: Int
    }

    /// Without a range the text is the whole document.
    struct Change: Decodable {
        var range: TextRange?
        var text: String
    }

    var textDocument: Document
    var contentChanges: [Change]
}

struct PublishDiagnosticsParameters: Encodable {
    var uri: String
    var version: Int?
    var diagnostics: [ProtocolDiagnostic]
}

/// A mistake as clients show it.
struct ProtocolDiagnostic: Codable, Hashable, Sendable {
    enum Severity: Int, Codable { case error = 1, warning, information, hint }
    var range: TextRange
    var severity: Severity
    /// The compiler's error code, or the lint rule's name.
    var code: String?
    var source: String
    var message: String
}
