import Rego

/// Times as Go's RFC3339Nano writes them: UTC, without zeros at the end of the fraction.
package enum Timestamp {
    package static func text(nanoseconds: Int64) -> String {
        var text: [UInt8] = []
        write(nanoseconds: nanoseconds, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends a time; byte by byte, because every event has one.
    static func write(nanoseconds: Int64, to text: inout [UInt8]) {
        let time = CivilTime(nanoseconds: nanoseconds, in: nil)
        write(time.year, digits: 4, to: &text)
        for (separator, part) in [("-", time.month), ("-", time.day), ("T", time.hour), (":", time.minute), (":", time.second)] as [(Unicode.Scalar, Int)] {
            text.append(UInt8(ascii: separator))
            write(part, digits: 2, to: &text)
        }
        if time.nanosecond > 0 {
            text.append(UInt8(ascii: "."))
            write(time.nanosecond, digits: 9, to: &text)
            while text.last == UInt8(ascii: "0") { text.removeLast() }
        }
        text.append(UInt8(ascii: "Z"))
    }

    private static func write(_ number: Int, digits: Int, to text: inout [UInt8]) {
        var place = 1
        for _ in 1..<digits { place *= 10 }
        while place > 0 {
            text.append(UInt8(ascii: "0") + UInt8(number / place % 10))
            place /= 10
        }
    }
}
