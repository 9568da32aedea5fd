/// What stands before the cursor, read from the text alone: while someone types there is no tree of it.
struct CursorContext {
    let text: DocumentText
    let offset: Int
    /// From the line's begin to the cursor.
    let before: String
    /// The names before the cursor, up to it: `data.app.al` is `["data", "app", "al"]`, the last of which may be empty.
    let names: [String]
    /// The bytes of the last of them.
    let last: Range<Int>
    /// The bytes of all of them.
    let dotted: Range<Int>
    /// The cursor is in a string or a comment.
    let isInText: Bool

    init(_ text: DocumentText, at offset: Int) {
        self.text = text
        self.offset = offset
        let line = text.line(text.lineNumber(at: offset))
        let prefix = text.bytes[line.lowerBound..<min(offset, line.upperBound)]
        before = String(decoding: prefix, as: UTF8.self)
        isInText = Self.endsInText(prefix)
        let name = prefix.reversed().prefix { DocumentText.isWordByte($0) || $0 == UInt8(ascii: ".") }.count
        dotted = offset - name..<offset
        names = text.text(dotted).split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        last = offset - (names.last?.utf8.count ?? 0)..<offset
    }

    private static func endsInText(_ line: ArraySlice<UInt8>) -> Bool {
        var quote: UInt8?, isEscaped = false
        for byte in line {
            if isEscaped { isEscaped = false } else if let open = quote {
                if byte == open { quote = nil } else if byte == UInt8(ascii: "\\"), open != UInt8(ascii: "`") { isEscaped = true }
            } else if byte == UInt8(ascii: "#") {
                return true
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "`") {
                quote = byte
            }
        }
        return quote != nil
    }

    /// The lines of the rule that the cursor is in: from the last line before it that begins at the margin with a name, up to the next such line.
    var rule: Range<Int> {
        func begins(_ number: Int) -> Bool {
            let line = text.line(number)
            guard let first = text.bytes[line].first else { return false }
            return DocumentText.isWordByte(first)
        }
        let here = text.lineNumber(at: offset)
        let start = (0...here).last(where: begins) ?? 0
        let end = (here + 1..<max(here + 1, text.lines.count)).first(where: begins)
        return text.lines[start]..<(end.map { text.lines[$0] } ?? text.end)
    }

    /// Names in the rule that stand for themselves, but for the one at the cursor.
    var namesInRule: Set<String> {
        var names: Set<String> = [], place = rule.lowerBound
        let bytes = text.bytes, end = rule.upperBound
        while place < end {
            switch bytes[place] {
            case UInt8(ascii: "#"): while place < end, bytes[place] != UInt8(ascii: "\n") { place += 1 }
            case UInt8(ascii: "\""), UInt8(ascii: "`"): place = PathSegments.string(in: bytes, place..<end)
            case let byte where DocumentText.isWordByte(byte):
                let stop = min(text.wordEnd(at: place), end)
                let isMember = place > 0 && bytes[place - 1] == UInt8(ascii: ".")
                if !isMember, !(place...stop).contains(offset), !(0x30...0x39).contains(byte) { names.insert(text.text(place..<stop)) }
                place = stop
            default: place += 1
            }
        }
        return names
    }

    /// The call that the cursor is in, and which of its arguments; nil where it is in none.
    var call: (name: String, argument: Int)? {
        var depth = 0, argument = 0, place = offset
        let start = rule.lowerBound
        while place > start {
            place -= 1
            switch text.bytes[place] {
            case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): depth += 1
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                if depth == 0 { argument = 0 } else { depth -= 1 }
            case UInt8(ascii: ","): if depth == 0 { argument += 1 }
            case UInt8(ascii: "("):
                guard depth == 0 else {
                    depth -= 1
                    continue
                }
                let name = CursorContext(text, at: place).dotted
                return name.isEmpty ? nil : (text.text(name), argument)
            default: break
            }
        }
        return nil
    }
}
