import Foundation

/// Base64 (RFC 4648), read as Go's decoders read it.
package enum Base64 {
    /// Why a text is not base64, in Go's words.
    struct Problem: Error {
        let message: String

        static func illegal(at byte: Int) -> Problem { Problem(message: "illegal base64 data at input byte \(byte)") }
    }

    /// The bytes of padded base64, nil where it is wrong.
    static func decode(_ text: UnsafeBufferPointer<UInt8>, urlSafe: Bool) -> [UInt8]? { decode(Array(text), urlSafe: urlSafe) }

    package static func decode(_ text: [UInt8], urlSafe: Bool) -> [UInt8]? {
        try? urlSafe ? urlDecoded(text) : decoded(text, urlSafe: false)
    }

    /// URL-safe base64 whose padding may be left out (RFC 7515, appendix C).
    static func urlDecoded(_ text: [UInt8]) throws(Problem) -> [UInt8] {
        guard text.last != UInt8(ascii: "=") else { return try decoded(text, urlSafe: true) }
        switch text.count % 4 {
        case 1: throw Problem(message: "illegal base64url string: \(String(decoding: text, as: UTF8.self))")
        case 2: return try decoded(text + [UInt8(ascii: "="), UInt8(ascii: "=")], urlSafe: true)
        case 3: return try decoded(text + [UInt8(ascii: "=")], urlSafe: true)
        default: return try decoded(text, urlSafe: true)
        }
    }

    /// Line breaks are skipped; bits left over after the last byte do not matter.
    static func decoded(_ text: [UInt8], urlSafe: Bool) throws(Problem) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count / 4 * 3)
        var position = 0
        func skipLineBreaks() { while position < text.count, text[position] == 0x0a || text[position] == 0x0d { position += 1 } }
        /// Up to four digits, and how many they are.
        var bits: UInt32 = 0, digits = 0
        func finish() {
            for byte in 0..<(digits - 1) { result.append(UInt8(truncatingIfNeeded: (bits << UInt32(6 * (4 - digits))) >> UInt32(16 - 8 * byte))) }
            bits = 0
            digits = 0
        }
        while true {
            skipLineBreaks()
            guard position < text.count else { break }
            let byte = text[position]
            position += 1
            if let digit = digit(byte, urlSafe) {
                bits = bits << 6 | UInt32(digit)
                digits += 1
                if digits == 4 { finish() }
                continue
            }
            guard byte == UInt8(ascii: "="), digits > 1 else { throw .illegal(at: position - 1) }
            if digits == 2 {
                skipLineBreaks()
                guard position < text.count else { throw .illegal(at: text.count) }
                guard text[position] == UInt8(ascii: "=") else { throw .illegal(at: position - 1) }
                position += 1
            }
            skipLineBreaks()
            guard position == text.count else { throw .illegal(at: position) }
            finish()
            return result
        }
        guard digits == 0 else { throw .illegal(at: position - digits) }
        return result
    }

    private static func digit(_ byte: UInt8, _ urlSafe: Bool) -> UInt8? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+") where !urlSafe, UInt8(ascii: "-") where urlSafe: 62
        case UInt8(ascii: "/") where !urlSafe, UInt8(ascii: "_") where urlSafe: 63
        default: nil
        }
    }

    static func text(_ bytes: some Sequence<UInt8>) -> String { Data(bytes).base64EncodedString() }

    package static func urlSafe(_ data: Data, padded: Bool) -> String {
        var text = data.base64EncodedString().replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
        if !padded { while text.hasSuffix("=") { text.removeLast() } }
        return text
    }
}
