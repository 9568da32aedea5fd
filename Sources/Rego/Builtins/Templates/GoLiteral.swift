/// Literals of Go.
enum GoLiteral {
    /// The text of a literal in double or single quotes; nil where an escape is wrong.
    static func unquoted(_ literal: String) -> String? {
        var rest = Substring(literal).unicodeScalars.dropFirst().dropLast()
        var bytes: [UInt8] = []
        while let scalar = rest.popFirst() {
            guard scalar == "\\" else {
                bytes.append(contentsOf: String(scalar).utf8)
                continue
            }
            guard let escape = rest.popFirst() else { return nil }
            func digits(_ count: Int, radix: Int) -> UInt32? {
                let text = String(String.UnicodeScalarView(rest.prefix(count)))
                guard text.count == count, let value = UInt32(text, radix: radix) else { return nil }
                rest = rest.dropFirst(count)
                return value
            }
            switch escape {
            case "a": bytes.append(0x07)
            case "b": bytes.append(0x08)
            case "f": bytes.append(0x0c)
            case "n": bytes.append(0x0a)
            case "r": bytes.append(0x0d)
            case "t": bytes.append(0x09)
            case "v": bytes.append(0x0b)
            case "\\", "\"", "'": bytes.append(UInt8(escape.value))
            case "x":
                guard let value = digits(2, radix: 16) else { return nil }
                bytes.append(UInt8(value))
            case "u", "U":
                guard let value = digits(escape == "u" ? 4 : 8, radix: 16), let scalar = Unicode.Scalar(value) else { return nil }
                bytes.append(contentsOf: String(scalar).utf8)
            case "0"..."7":
                guard let low = digits(2, radix: 8), let high = escape.properties.numericType.map({ _ in escape.value - 0x30 }), high * 64 + low < 256 else { return nil }
                bytes.append(UInt8(high * 64 + low))
            default: return nil
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// An integer with any of Go's prefixes and with `_` between digits.
    static func integer(_ literal: String) -> Int? {
        var text = literal.replacing("_", with: "")
        let isNegative = text.hasPrefix("-")
        if isNegative || text.hasPrefix("+") { text.removeFirst() }
        let prefixes: [(String, Int)] = [("0x", 16), ("0o", 8), ("0b", 2)]
        for (prefix, radix) in prefixes where text.lowercased().hasPrefix(prefix) { return Int((isNegative ? "-" : "") + text.dropFirst(2), radix: radix) }
        let radix = text.count > 1 && text.hasPrefix("0") ? 8 : 10
        return Int((isNegative ? "-" : "") + text, radix: radix)
    }
}
