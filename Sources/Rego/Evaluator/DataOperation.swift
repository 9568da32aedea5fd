/// One change of base data.
public struct DataOperation: Sendable {
    public enum Kind: Sendable {
        /// As `add`, and makes the objects that are missing on the way.
        case put
        /// Sets a member of an object, or inserts an element into an array before an index; `-` is the place behind the last one.
        case add
        /// Sets what is there.
        case replace
        /// Takes out what is there.
        case remove
    }

    public var kind: Kind
    /// Keys below `data`. In an array a key is the text of an index.
    public var path: [String]
    /// What is written; not looked at by `remove`.
    public var value: DataSource

    public init(_ kind: Kind, at path: [String], _ value: DataSource = .empty) {
        self.kind = kind
        self.path = path
        self.value = value
    }
}

/// Why base data was not changed. Codes and wording are those of OPA's storage.
public struct DataOperationError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// Nothing is at the path.
        case notFound = "storage_not_found_error"
        /// Something that is not an object is on the way.
        case conflict = "storage_write_conflict_error"
        /// The operation is not possible anywhere.
        case invalidPatch = "storage_invalid_patch_error"
    }

    public var code: Code
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { "\(code.rawValue): \(message)" }

    static func notFound(_ path: some Sequence<String>, _ reason: String = "document does not exist") -> DataOperationError {
        DataOperationError(.notFound, "\(text(path)): \(reason)")
    }

    static func conflict(_ path: some Sequence<String>) -> DataOperationError { DataOperationError(.conflict, text(path)) }

    private static func text(_ path: some Sequence<String>) -> String { path.map { "/\($0)" }.joined() }
}
