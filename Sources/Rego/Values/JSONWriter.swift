/// Writes region values as canonical JSON: keys in order, sets as arrays, keys that are not strings as their JSON text.
///
/// Like Go's encoder, and so OPA, it writes `<`, `>`, `&`, U+2028 and U+2029 as escapes.
struct JSONWriter {
    private var output: [UInt8]
    private let escapesHTML: Bool

    private init(output: [UInt8], escapesHTML: Bool) {
        self.output = output
        self.escapesHTML = escapesHTML
    }

    static func write(_ datum: Datum, to output: inout [UInt8], escapesHTML: Bool = true) {
        // The array is moved in and out, so that it is never copied.
        var writer = JSONWriter(output: [], escapesHTML: escapesHTML)
        swap(&writer.output, &output)
        writer.value(datum)
        swap(&writer.output, &output)
    }

    static func write(string text: String, to output: inout [UInt8]) {
        var writer = JSONWriter(output: [], escapesHTML: true)
        swap(&writer.output, &output)
        var text = text
        text.withUTF8 { writer.string($0) }
        swap(&writer.output, &output)
    }

    private mutating func append(_ text: StaticString) {
        output.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func value(_ datum: Datum) {
        switch datum.tag {
        case .undefined, .document, .null: append("null")
        case .boolean:
            if datum.booleanValue { append("true") } else { append("false") }
        case .integer: integer(datum.integerValue)
        case .number: output.append(contentsOf: datum.bytes)
        case .string: string(datum.bytes)
        case .array:
            output.append(UInt8(ascii: "["))
            for (position, element) in datum.elements.enumerated() {
                if position > 0 { output.append(UInt8(ascii: ",")) }
                value(element)
            }
            output.append(UInt8(ascii: "]"))
        case .set:
            output.append(UInt8(ascii: "["))
            for (position, member) in SetView(datum).members.enumerated() {
                if position > 0 { output.append(UInt8(ascii: ",")) }
                value(member)
            }
            output.append(UInt8(ascii: "]"))
        case .object:
            let view = ObjectView(datum)
            // Strings come after numbers and before collections.
            let hasTextKeysOnly = view.keys.first.map { $0.tag == .string } ?? true && view.keys.last.map { $0.tag == .string } ?? true
            hasTextKeysOnly ? object(view) : objectWithOtherKeys(view)
        }
    }

    private mutating func object(_ view: ObjectView) {
        output.append(UInt8(ascii: "{"))
        for position in view.keys.indices {
            if position > 0 { output.append(UInt8(ascii: ",")) }
            string(view.keys[position].bytes)
            output.append(UInt8(ascii: ":"))
            value(view.value(at: position))
        }
        output.append(UInt8(ascii: "}"))
    }

    /// In the order of the keys' texts. Of keys with one text, such as `1` and `"1"`, the last counts.
    private mutating func objectWithOtherKeys(_ view: ObjectView) {
        // Keys are bytes: texts of equal characters may differ in these.
        var positions: [[UInt8]: Int] = [:]
        for position in view.keys.indices { positions[Array(Self.text(of: view.keys[position], escapesHTML).utf8)] = position }
        output.append(UInt8(ascii: "{"))
        for (count, entry) in positions.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }).enumerated() {
            if count > 0 { output.append(UInt8(ascii: ",")) }
            entry.key.withUnsafeBufferPointer { string($0) }
            output.append(UInt8(ascii: ":"))
            value(view.value(at: entry.value))
        }
        output.append(UInt8(ascii: "}"))
    }

    private static func text(of key: Datum, _ escapesHTML: Bool) -> String {
        guard key.tag != .string else { return key.text }
        var text: [UInt8] = []
        write(key, to: &text, escapesHTML: escapesHTML)
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func integer(_ value: Int64) {
        if value >= 0 && value < 10 {
            output.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value))
            return
        }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var magnitude = value.magnitude
            var position = 20
            repeat {
                position -= 1
                digits[position] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude % 10)
                magnitude /= 10
            } while magnitude > 0
            if value < 0 {
                position -= 1
                digits[position] = UInt8(ascii: "-")
            }
            output.append(contentsOf: UnsafeBufferPointer(rebasing: UnsafeBufferPointer(digits)[position...]))
        }
    }

    private mutating func string(_ bytes: UnsafeBufferPointer<UInt8>) {
        output.append(UInt8(ascii: "\""))
        var plain = 0
        var position = 0
        while position < bytes.count {
            let byte = bytes[position]
            let isPlain = byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") && byte != 0xe2
                && !(escapesHTML && (byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "&")))
            if isPlain {
                position += 1
                continue
            }
            if byte == 0xe2 {
                // U+2028 and U+2029 are E2 80 A8 and E2 80 A9.
                let isSeparator = position + 2 < bytes.count && bytes[position + 1] == 0x80 && bytes[position + 2] | 1 == 0xa9
                if !isSeparator {
                    position += 1
                    continue
                }
                output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[plain..<position]))
                if bytes[position + 2] == 0xa8 { append("\\u2028") } else { append("\\u2029") }
                position += 3
                plain = position
                continue
            }
            output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[plain..<position]))
            escape(byte)
            position += 1
            plain = position
        }
        output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[plain..<position]))
        output.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): append("\\\"")
        case UInt8(ascii: "\\"): append("\\\\")
        case 0x08: append("\\b")
        case 0x0c: append("\\f")
        case 0x0a: append("\\n")
        case 0x0d: append("\\r")
        case 0x09: append("\\t")
        default:
            append("\\u00")
            for digit in [byte >> 4, byte & 15] { output.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10) }
        }
    }
}
