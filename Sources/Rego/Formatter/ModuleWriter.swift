/// Writes a module node by node, and beside it the comments of its text.
///
/// Comments are in no node, so the writer follows where in the source it is: `written` is the end of what it wrote last. A comment that comes next
/// at the end of a line is written there; one that comes before a node that begins a line, on lines of its own.
struct ModuleWriter {
    let module: Module
    let style: FormattingStyle
    private let source: SourceText
    private let lineStarts: [Int]
    private var output = FormattedText()
    /// Those that are not written yet, in the order of the text.
    private var comments: ArraySlice<Comment>
    private(set) var written = 0
    /// A comment was written behind something that it stands before.
    private var hasMovedComment = false

    init(_ module: Module, _ style: FormattingStyle) {
        self.module = module
        self.style = style
        let source = SourceText(file: module.file, text: module.text)
        self.source = source
        lineStarts = [0] + source.bytes.indices.filter { source.bytes[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
        comments = module.comments.sorted { $0.location.offset < $1.location.offset }[...]
    }

    /// What was written, which ends with one newline.
    var text: String {
        var text = output.text
        while text.hasSuffix("\n\n") { text.removeLast() }
        return text.hasSuffix("\n") ? text : text + "\n"
    }

    // MARK: Lines

    mutating func write(_ text: String) { output.write(text) }
    mutating func blankLine() { output.blankLine() }

    mutating func indented(_ write: (inout ModuleWriter) -> Void) {
        output.level += 1
        write(&self)
        output.level -= 1
    }

    /// Ends the line, behind the comment that ends it in the source.
    mutating func endLine() {
        if let comment = comments.first, comment.location.offset >= written, row(of: comment.location.offset) == row(of: written),
            source.bytes[written..<comment.location.offset].allSatisfy({ " \t,;)".utf8.contains($0) })
        {
            comments.removeFirst()
            output.write(" " + Self.text(comment))
        }
        output.endLine()
    }

    // MARK: The source

    /// The row of a byte, counted from 0.
    func row(of offset: Int) -> Int {
        var low = 0, high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return low
    }

    /// The row of a node's last byte.
    func lastRow(of location: SourceLocation) -> Int { row(of: location.offset + max(0, location.length - 1)) }

    func text(of location: SourceLocation) -> String { source.text(location.offset..<location.offset + location.length) }

    func isFirstInLine(_ location: SourceLocation) -> Bool {
        source.bytes[lineStarts[row(of: location.offset)]..<location.offset].allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    }

    /// A node has been written.
    mutating func mark(_ location: SourceLocation) { written = max(written, location.offset + location.length) }

    /// Where a symbol is that comes next but for white space, comments and words before it; nil where it does not come before an end.
    func next(_ symbol: UInt8, after start: Int? = nil, before end: Int? = nil, skippingWords: Bool = false) -> Int? {
        var offset = start ?? written
        while offset < min(end ?? .max, source.bytes.count) {
            let byte = source.bytes[offset]
            if byte == symbol { return offset }
            if byte == UInt8(ascii: "#") {
                while offset < source.bytes.count, source.bytes[offset] != UInt8(ascii: "\n") { offset += 1 }
            } else if skippingWords ? false : !" \t\r\n,;)".utf8.contains(byte) {
                return nil
            }
            offset += 1
        }
        return nil
    }

    mutating func mark(end: Int) { written = max(written, end) }

    // MARK: Comments

    private static func text(_ comment: Comment) -> String {
        var text = Substring("#" + comment.text)
        while let last = text.unicodeScalars.last, last.properties.isWhitespace { text.unicodeScalars.removeLast() }
        return String(text)
    }

    /// Writes the comments that stand before a place, each on its line.
    mutating func writeComments(before offset: Int) {
        var last: Int?
        var isMetadata = false
        while let comment = comments.first, comment.location.offset < offset {
            comments.removeFirst()
            if comment.location.offset < written { hasMovedComment = true }
            let row = row(of: comment.location.offset), text = Self.text(comment)
            // Annotations are in comments that begin a line; one that does not is no part of them, and must not become one.
            let isAtMargin = comment.location.column == 1
            let beginsMetadata = isAtMargin && text.dropFirst().drop { $0 == " " || $0 == "\t" } == "METADATA"
            if let last, row - last > 1 || isMetadata && (beginsMetadata || !isAtMargin) {
                isMetadata = false
                blankLine()
            }
            if beginsMetadata { isMetadata = true }
            write(text)
            output.endLine()
            last = row
        }
        if let last, row(of: offset) - last > 1 { blankLine() }
    }

    func hasComments(before offset: Int) -> Bool { comments.first.map { $0.location.offset < offset } ?? false }

    /// Takes the comment away that ends a node's line, for a node that is written elsewhere.
    mutating func takeComment(behind location: SourceLocation) -> String {
        guard let position = comments.firstIndex(where: { $0.location.offset >= location.offset && row(of: $0.location.offset) == lastRow(of: location) }) else { return "" }
        return " " + Self.text(comments.remove(at: position))
    }

    mutating func writeRemainingComments() { writeComments(before: .max) }

    /// Writes a node; or, where one of the comments in it has no place in the formatted form, its text as it is.
    mutating func write(_ location: SourceLocation, orAsItIs write: (inout ModuleWriter) -> Void) {
        let end = location.offset + location.length
        guard let comment = comments.first, comment.location.offset < end else {
            write(&self)
            return mark(location)
        }
        let before = self
        write(&self)
        if hasMovedComment || (comments.first.map { $0.location.offset < end } ?? false) {
            self = before
            while let comment = comments.first, comment.location.offset < end { comments.removeFirst() }
            output.write(text(of: location))
        }
        mark(location)
    }
}
