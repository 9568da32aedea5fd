/// A place in policy text: file name, 1-based row and column (in bytes, as OPA counts), and the byte range it covers.
public struct SourceLocation: Hashable, Sendable {
    /// The name the module was given, usually its path; empty for a query.
    public var file: String
    /// 1-based line number.
    public var row: Int
    /// 1-based column of the first byte.
    public var column: Int
    /// Byte offset of the first byte in the text.
    public var offset: Int
    /// Number of bytes covered.
    public var length: Int

    public init(file: String, row: Int, column: Int, offset: Int = 0, length: Int = 0) {
        self.file = file
        self.row = row
        self.column = column
        self.offset = offset
        self.length = length
    }

    /// The place of things the compiler made itself.
    public static let none = SourceLocation(file: "", row: 0, column: 0)
}
