/// Finds the members of a JSON object in its text without making values of them: for reading many records of which little is used.
///
/// It looks at brackets and strings only. Whether a member's text is JSON shows when it is read.
package struct JSONMemberScanner {
    /// Places in the text, in bytes.
    package struct Member {
        /// Without quotation marks, escapes as they were written.
        package var key: Range<Int>
        package var value: Range<Int>
    }

    private let text: UnsafeRawBufferPointer
    private var cursor = 0
    private var isFirst = true
    /// Whether the object was read to its end and nothing but space follows; only then the members are all there are.
    package private(set) var isComplete = false

    /// INVARIANT scanned: the text outlives the scanner. Whoever makes one does so within `withUnsafeBytes`.
    package init(_ text: UnsafeRawBufferPointer) {
        self.text = text
        skipSpace()
        if cursor < text.count, text[cursor] == UInt8(ascii: "{") { cursor += 1 } else { cursor = text.count }
    }

    /// The next member; nil at the end, and where the text is no object.
    package mutating func next() -> Member? {
        skipSpace()
        guard cursor < text.count else { return nil }
        if text[cursor] == UInt8(ascii: "}") {
            cursor += 1
            skipSpace()
            isComplete = cursor == text.count
            cursor = text.count
            return nil
        }
        if !isFirst {
            guard take(UInt8(ascii: ",")) else { return stop() }
            skipSpace()
        }
        isFirst = false
        guard cursor < text.count, text[cursor] == UInt8(ascii: "\"") else { return stop() }
        let key = cursor + 1
        guard skipString() else { return stop() }
        let keyEnd = cursor - 1
        skipSpace()
        guard take(UInt8(ascii: ":")) else { return stop() }
        skipSpace()
        let value = cursor
        guard skipValue() else { return stop() }
        return Member(key: key..<keyEnd, value: value..<cursor)
    }

    private mutating func stop() -> Member? {
        cursor = text.count
        return nil
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard cursor < text.count, text[cursor] == byte else { return false }
        cursor += 1
        return true
    }

    private mutating func skipSpace() {
        while cursor < text.count {
            let byte = text[cursor]
            guard byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 else { return }
            cursor += 1
        }
    }

    /// Behind the quotation mark that ends the string at the cursor.
    private mutating func skipString() -> Bool {
        var position = cursor + 1
        let end = text.count
        while position < end {
            let byte = text[position]
            position += 1
            if byte == UInt8(ascii: "\"") {
                cursor = position
                return true
            }
            if byte == UInt8(ascii: "\\") { position += 1 }
        }
        return false
    }

    private mutating func skipValue() -> Bool {
        guard cursor < text.count else { return false }
        switch text[cursor] {
        case UInt8(ascii: "\""): return skipString()
        case UInt8(ascii: "{"), UInt8(ascii: "["): return skipCollection()
        default:
            let start = cursor
            while cursor < text.count, !Self.endsScalar(text[cursor]) { cursor += 1 }
            return cursor > start
        }
    }

    private static func endsScalar(_ byte: UInt8) -> Bool { byte <= 0x20 || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") }

    private mutating func skipCollection() -> Bool {
        var depth = 0
        while cursor < text.count {
            switch text[cursor] {
            case UInt8(ascii: "\""):
                guard skipString() else { return false }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: break
            }
            cursor += 1
            if depth == 0 { return true }
        }
        return false
    }

    /// All members of an object by name.
    ///
    /// - Throws: `EvaluationError` with the code `invalidInput` where the text is no object.
    package static func members(of text: [UInt8]) throws(EvaluationError) -> [(name: String, value: Range<Int>)] {
        let found: [(name: String, value: Range<Int>)]? = text.withUnsafeBytes { bytes in
            var scanner = JSONMemberScanner(bytes)
            var members: [(name: String, value: Range<Int>)] = []
            while let member = scanner.next() { members.append((String(decoding: bytes[member.key], as: UTF8.self), member.value)) }
            return scanner.isComplete ? members : nil
        }
        guard let found else { throw EvaluationError(.invalidInput, "expected a JSON object") }
        return found
    }
}
