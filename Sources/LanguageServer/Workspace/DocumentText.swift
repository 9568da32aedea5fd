/// The text of a document as UTF-8, and what positions in it mean.
struct DocumentText: Sendable {
    /// What characters are counted in (LSP 3.17, `PositionEncodingKind`).
    enum Encoding: String, Sendable {
        case utf8 = "utf-8"
        case utf16 = "utf-16"
    }

    private(set) var bytes: [UInt8]
    let encoding: Encoding
    /// The offset at which each line begins.
    private(set) var lines: [Int]

    init(_ text: String, encoding: Encoding) {
        bytes = Array(text.utf8)
        self.encoding = encoding
        lines = Self.lines(of: bytes)
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }
    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range.clamped(to: 0..<bytes.count)], as: UTF8.self) }
    var end: Int { bytes.count }

    /// Lines end with `\n`, `\r\n` or `\r`, as LSP has it.
    private static func lines(of bytes: [UInt8]) -> [Int] {
        var lines = [0]
        for (offset, byte) in bytes.enumerated() where byte == 0x0a || (byte == 0x0d && (offset + 1 == bytes.count || bytes[offset + 1] != 0x0a)) { lines.append(offset + 1) }
        return lines
    }

    mutating func replace(_ range: Range<Int>, with text: String) {
        bytes.replaceSubrange(range, with: text.utf8)
        lines = Self.lines(of: bytes)
    }

    // MARK: Lines

    /// The bytes of a line without its end.
    func line(_ number: Int) -> Range<Int> {
        let begin = lines[number]
        var end = number + 1 < lines.count ? lines[number + 1] : bytes.count
        while end > begin, bytes[end - 1] == 0x0a || bytes[end - 1] == 0x0d { end -= 1 }
        return begin..<end
    }

    /// The number of the line that a byte stands in.
    func lineNumber(at offset: Int) -> Int {
        var low = 0, high = lines.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lines[middle] <= offset { low = middle } else { high = middle }
        }
        return low
    }

    // MARK: Positions

    /// The byte at a position. One behind a line's end is the end; one within a character is before it.
    func offset(of position: Position) -> Int {
        guard position.line >= 0 else { return 0 }
        guard position.line < lines.count else { return bytes.count }
        let line = line(position.line)
        var offset = line.lowerBound, units = 0
        while offset < line.upperBound {
            let width = min(Self.width(of: bytes[offset]), line.upperBound - offset)
            units += self.units(ofWidth: width)
            if units > position.character { break }
            offset += width
        }
        return offset
    }

    func position(of offset: Int) -> Position {
        let offset = max(0, min(offset, bytes.count)), number = lineNumber(at: offset)
        var place = lines[number], units = 0
        while place < offset {
            let width = Self.width(of: bytes[place])
            if place + width > offset { break }
            units += self.units(ofWidth: width)
            place += width
        }
        return Position(line: number, character: units)
    }

    func range(_ bytes: Range<Int>) -> TextRange { TextRange(start: position(of: bytes.lowerBound), end: position(of: bytes.upperBound)) }

    func bytes(of range: TextRange) -> Range<Int> {
        let start = offset(of: range.start)
        return start..<max(start, offset(of: range.end))
    }

    /// The length of the character that a byte begins.
    private static func width(of lead: UInt8) -> Int {
        switch lead {
        case 0xf0...: 4
        case 0xe0...: 3
        case 0xc0...: 2
        default: 1
        }
    }

    private func units(ofWidth width: Int) -> Int {
        switch encoding {
        case .utf8: width
        case .utf16: width == 4 ? 2 : 1
        }
    }
}

extension DocumentText {
    static func isWordByte(_ byte: UInt8) -> Bool { byte == 0x5f || (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20) }

    /// The end of the word that begins at an offset.
    func wordEnd(at offset: Int) -> Int { offset + bytes[min(offset, end)...].prefix(while: Self.isWordByte).count }
}
