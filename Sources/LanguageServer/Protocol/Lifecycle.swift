import Rego

/// The parameters of `initialize` that count here.
struct InitializeParameters: Decodable {
    struct Folder: Decodable {
        var uri: String
    }

    struct Capabilities: Decodable {
        struct General: Decodable { var positionEncodings: [String]? }
        struct Dynamic: Decodable { var dynamicRegistration: Bool? }
        struct Refresh: Decodable { var refreshSupport: Bool? }
        struct Workspace: Decodable {
            var didChangeWatchedFiles: Dynamic?
            var inlayHint: Refresh?
        }
        var general: General?
        var workspace: Workspace?
    }

    var rootPath: String?
    var rootUri: String?
    var workspaceFolders: [Folder]?
    var capabilities: Capabilities?

    /// URIs of the folders that are open.
    var folders: [String] {
        if let workspaceFolders { return workspaceFolders.map(\.uri) }
        return rootUri.map { [$0] } ?? rootPath.map { [DocumentPath(file: $0).uri] } ?? []
    }
}

struct InitializeResult: Encodable {
    struct Server: Encodable {
        var name = "verdict"
        var version: String
    }

    var capabilities: RegoDocument
    var serverInfo: Server
}

struct FolderChangeParameters: Decodable {
    struct Event: Decodable {
        var added: [InitializeParameters.Folder]
        var removed: [InitializeParameters.Folder]
    }
    var event: Event
}

struct WatchedFilesParameters: Decodable {
    struct Change: Decodable { var uri: String }
    var changes: [Change]
}

/// Asks the client to tell of files that change.
struct RegistrationParameters: Encodable {
    struct Registration: Encodable {
        var id: String
        var method: String
        var registerOptions: RegoDocument
    }
    var registrations: [Registration]
}

/// What the client shows or writes down.
struct MessageParameters: Encodable {
    enum Kind: Int, Encodable { case error = 1, warning, info, log }
    var type: Kind
    var message: String
}

struct CancelParameters: Decodable {
    var id: RequestIdentifier
}

/// A Rego value within a message.
struct RegoDocument: Encodable {
    var value: Value

    init(_ value: Value) { self.value = value }

    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    func encode(to encoder: any Encoder) throws {
        switch value {
        case .array(let elements), .set(let elements):
            var container = encoder.unkeyedContainer()
            for element in elements { try container.encode(RegoDocument(element)) }
        case .object(let entries):
            var container = encoder.container(keyedBy: Key.self)
            for entry in entries {
                let name: String = if case .string(let text) = entry.key { text } else { entry.key.regoText }
                try container.encode(RegoDocument(entry.value), forKey: Key(stringValue: name))
            }
        default: try encodeScalar(to: encoder)
        }
    }

    private func encodeScalar(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch value {
        case .boolean(let flag): try container.encode(flag)
        case .string(let text): try container.encode(text)
        case .number(let number): try encode(number, in: &container)
        default: try container.encodeNil()
        }
    }

    /// A number that no client could read is its text.
    private func encode(_ number: Number, in container: inout any SingleValueEncodingContainer) throws {
        if let integer = number.integer { return try container.encode(integer) }
        guard let double = Double(value.regoText), double.isFinite else { return try container.encode(value.regoText) }
        try container.encode(double)
    }
}
