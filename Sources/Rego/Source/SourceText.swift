/// The bytes of a module, and where its lines begin.
struct SourceText {
    let file: String
    let bytes: [UInt8]
    private let lineStarts: [Int]

    init(file: String, text: String) {
        self.file = file
        var bytes = Array(text.utf8)
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { bytes.removeFirst(3) }
        var starts = [0]
        for (position, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") { starts.append(position + 1) }
        self.bytes = bytes
        lineStarts = starts
    }

    private func line(containing offset: Int) -> Int {
        var low = 0, high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return low
    }

    func location(_ range: Range<Int>) -> SourceLocation {
        let line = line(containing: range.lowerBound)
        return SourceLocation(file: file, row: line + 1, column: range.lowerBound - lineStarts[line] + 1, offset: range.lowerBound, length: range.count)
    }

    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// The source line and a caret below the place, as OPA shows them.
    func excerpt(at location: SourceLocation) -> [String] {
        guard location.row >= 1, location.row <= lineStarts.count else { return [] }
        let start = lineStarts[location.row - 1]
        let end = location.row < lineStarts.count ? lineStarts[location.row] - 1 : bytes.count
        guard start < end else { return [] }
        let line = String(decoding: bytes[start..<end], as: UTF8.self)
        let caret = String(bytes[start..<min(end, start + location.column - 1)].map { $0 == UInt8(ascii: "\t") ? "\t" : " " })
        return [line, caret + "^"]
    }
}
