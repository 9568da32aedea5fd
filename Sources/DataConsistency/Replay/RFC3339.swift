/// Times as records and command lines write them, such as `2026-01-31T12:00:00.5Z` or `2026-01-31T13:00:00+01:00` (RFC 3339).
public enum RFC3339 {
    /// Nanoseconds since 1970; nil where the text is no such time.
    public static func nanoseconds<Text: RandomAccessCollection<UInt8>>(_ text: Text) -> Int64? where Text.Index == Int {
        let start = text.startIndex, count = text.count
        func number(_ range: Range<Int>) -> Int64? {
            guard range.upperBound <= count else { return nil }
            var value: Int64 = 0
            for position in range {
                let digit = text[start + position] &- UInt8(ascii: "0")
                guard digit < 10 else { return nil }
                value = value * 10 + Int64(digit)
            }
            return value
        }
        func has(_ character: Unicode.Scalar, at position: Int) -> Bool { text[start + position] == UInt8(ascii: character) }
        guard count >= 20, has("-", at: 4), has("-", at: 7), has("T", at: 10) || has("t", at: 10), has(":", at: 13), has(":", at: 16),
            let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13), let minute = number(14..<16),
            let second = number(17..<19), (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61
        else { return nil }
        var position = 19
        var fraction: Int64 = 0
        if has(".", at: position) {
            position += 1
            while position < count, text[start + position] &- UInt8(ascii: "0") < 10 { position += 1 }
            let end = min(position, 29)
            guard position > 20, let digits = number(20..<end) else { return nil }
            fraction = digits
            for _ in end..<29 { fraction *= 10 }
        }
        /// Seconds east of Greenwich.
        func offset() -> Int64? {
            if count == position + 1, has("Z", at: position) || has("z", at: position) { return 0 }
            guard count == position + 6, has(":", at: position + 3), has("+", at: position) || has("-", at: position),
                let hours = number(position + 1..<position + 3), let minutes = number(position + 4..<position + 6)
            else { return nil }
            return (has("-", at: position) ? -1 : 1) * (hours * 3600 + minutes * 60)
        }
        guard position < count, let offset = offset() else { return nil }
        let seconds = days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? nil : product + fraction
    }

    /// Days since 1970. Source: Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let ofEra = shifted - era * 400
        let ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
    }
}
