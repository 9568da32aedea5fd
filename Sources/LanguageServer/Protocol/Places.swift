/// A place between two characters: lines from 0, characters in units of the negotiated encoding.
struct Position: Codable, Hashable, Comparable, Sendable {
    var line: Int
    var character: Int

    static func < (a: Position, b: Position) -> Bool { (a.line, a.character) < (b.line, b.character) }
}

struct TextRange: Codable, Hashable, Sendable {
    var start: Position
    var end: Position

    func touches(_ other: TextRange) -> Bool { start <= other.end && other.start <= end }
}

struct Location: Codable, Hashable {
    var uri: String
    var range: TextRange
}

struct TextEdit: Codable, Hashable {
    var range: TextRange
    var newText: String
}

/// Changes of several documents, by their URIs.
struct WorkspaceEdit: Codable {
    var changes: [String: [TextEdit]]
}

struct TextDocumentIdentifier: Codable {
    var uri: String
}

/// Text in Markdown.
struct MarkupContent: Encodable {
    var kind = "markdown"
    var value: String
}

/// The parameters of most requests about a place.
struct PositionParameters: Decodable {
    var textDocument: TextDocumentIdentifier
    var position: Position
}

/// The parameters of requests about a whole document.
struct DocumentParameters: Decodable {
    var textDocument: TextDocumentIdentifier
}
