/// A line of a policy with carets under a part of it, for people.
package struct SourceExcerpt {
    private let location: SourceLocation
    private let line: String

    package init(_ location: SourceLocation, line: String) {
        self.location = location
        self.line = line
    }

    /// The place and the line in four lines of text.
    ///
    /// - Parameter paint: gives the carets a colour.
    package func text(paint: (String) -> String = { $0 }) -> String {
        let number = String(location.row)
        let margin = String(repeating: " ", count: number.utf8.count)
        let bytes = Array(line.utf8)
        let start = min(max(0, location.column - 1), bytes.count)
        let length = max(1, min(location.length, bytes.count - start))
        // Tabs stay tabs, so that the caret stands below what it means.
        let before = String(decoding: bytes[..<start], as: UTF8.self)
        let indent = String(before.map { $0 == "\t" ? "\t" : " " })
        let marked = String(decoding: bytes[start..<min(start + length, bytes.count)], as: UTF8.self)
        let carets = String(repeating: "^", count: max(1, marked.count))
        return """
            \(margin)--> \(location.file):\(location.row):\(location.column)
            \(margin) |
            \(number) | \(line)
            \(margin) | \(indent)\(paint(carets))

            """
    }
}
