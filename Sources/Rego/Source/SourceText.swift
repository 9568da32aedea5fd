/// The bytes of a module.
struct SourceText {
    let file: FileName
    let bytes: [UInt8]

    init(file: String, text: String) {
        self.file = FileName(file)
        bytes = Array(text.utf8)
    }

    func text(_ range: Range<Int>) -> String {
        let end = min(range.upperBound, bytes.count)
        return range.lowerBound < end ? String(decoding: bytes[range.lowerBound..<end], as: UTF8.self) : ""
    }

    /// The source line and a caret below the place, as OPA shows them: a place in white space is shown at what stands before it.
    func excerpt(at place: Int) -> [String] {
        guard !bytes.isEmpty else { return ["", "^"] }
        var offset = max(0, min(place, bytes.count - 1))
        while offset > 0, Self.isSpace(bytes[offset]) { offset -= 1 }
        var begin = offset
        while begin > 0, !Self.isNewline(bytes[begin]) { begin -= 1 }
        if Self.isNewline(bytes[begin]) { begin += 1 }
        var end = offset
        while end < bytes.count, !Self.isNewline(bytes[end]) { end += 1 }
        begin = min(begin, end)
        let line = bytes[begin..<end]
        let shown = line.drop { $0 == UInt8(ascii: "\t") }
        let indent = max(0, offset - begin - (line.count - shown.count))
        return [String(decoding: shown, as: UTF8.self), String(repeating: " ", count: indent) + "^"]
    }

    private static func isNewline(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") }
    private static func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || (0x09...0x0d).contains(byte) }
}
