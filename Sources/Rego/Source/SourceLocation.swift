/// A place in policy text: file name, 1-based row and column (in bytes, as OPA counts), and the byte range it covers.
public struct SourceLocation: Hashable, Sendable {
    let fileName: FileName
    private var shortRow: Int32
    private var shortColumn: Int32
    private var shortOffset: Int32
    private var shortLength: Int32

    public init(file: String, row: Int, column: Int, offset: Int = 0, length: Int = 0) {
        self.init(FileName(file), row: row, column: column, offset: offset, length: length)
    }

    init(_ fileName: FileName, row: Int, column: Int, offset: Int = 0, length: Int = 0) {
        self.fileName = fileName
        shortRow = Int32(clamping: row)
        shortColumn = Int32(clamping: column)
        shortOffset = Int32(clamping: offset)
        shortLength = Int32(clamping: length)
    }

    /// The name the module was given, usually its path; empty for a query.
    public var file: String { fileName.text }

    /// 1-based line number.
    public var row: Int {
        get { Int(shortRow) }
        set { shortRow = Int32(clamping: newValue) }
    }

    /// 1-based column of the first byte.
    public var column: Int {
        get { Int(shortColumn) }
        set { shortColumn = Int32(clamping: newValue) }
    }

    /// Byte offset of the first byte in the text.
    public var offset: Int {
        get { Int(shortOffset) }
        set { shortOffset = Int32(clamping: newValue) }
    }

    /// Number of bytes covered.
    public var length: Int {
        get { Int(shortLength) }
        set { shortLength = Int32(clamping: newValue) }
    }

    /// The place of things the compiler made itself.
    public static let none = SourceLocation(file: "", row: 0, column: 0)
}
