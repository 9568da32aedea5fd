/// A time as most texts have it: `2006-01-02T15:04:05Z`, with a fraction or an offset where there is one.
///
/// Source: RFC 3339, section 5.6. What differs in any way is left to `TimeLayout`, which also says what is wrong.
struct InternetTime {
    let time: CivilTime

    init(_ time: CivilTime) { self.time = time }

    /// With as many digits of the second's fraction as it has, and as many of the year, four at least.
    var text: [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(36)
        func append(_ value: Int, digits: Int, _ mark: Unicode.Scalar?) {
            var divisor = (1..<digits).reduce(1) { power, _ in power * 10 }
            while divisor > 0 {
                text.append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
                divisor /= 10
            }
            if let mark { text.append(UInt8(ascii: mark)) }
        }
        if (0...9999).contains(time.year) { append(time.year, digits: 4, "-") } else { text += Array((TimeLayout.digits(time.year, 4) + "-").utf8) }
        append(time.month, digits: 2, "-")
        append(time.day, digits: 2, "T")
        append(time.hour, digits: 2, ":")
        append(time.minute, digits: 2, ":")
        append(time.second, digits: 2, nil)
        if time.nanosecond != 0 {
            text.append(UInt8(ascii: "."))
            append(time.nanosecond, digits: 9, nil)
            while text.last == UInt8(ascii: "0") { text.removeLast() }
        }
        guard time.offset != 0 else { return text + [UInt8(ascii: "Z")] }
        text.append(UInt8(ascii: time.offset < 0 ? "-" : "+"))
        append(abs(time.offset) / 3600, digits: 2, ":")
        append(abs(time.offset) / 60 % 60, digits: 2, nil)
        return text
    }

    /// Nil where the text is no such time, or may be none.
    init?(_ text: UnsafeBufferPointer<UInt8>) {
        func number(_ range: Range<Int>) -> Int? {
            var value = 0
            for position in range {
                let digit = text[position] &- UInt8(ascii: "0")
                guard digit <= 9 else { return nil }
                value = value * 10 + Int(digit)
            }
            return value
        }
        func has(_ mark: Unicode.Scalar, at position: Int) -> Bool { text[position] == UInt8(ascii: mark) }
        guard text.count >= 20, has("-", at: 4), has("-", at: 7), has("T", at: 10), has(":", at: 13), has(":", at: 16),
            let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
            (1...12).contains(month), (1...28).contains(day), hour < 24, minute < 60, second < 60
        else { return nil }
        var time = CivilTime(year: year, month: month, day: day)
        (time.hour, time.minute, time.second) = (hour, minute, second)
        var position = 19
        if has(".", at: position) {
            let start = position + 1
            position = start
            while position < text.count, text[position] &- UInt8(ascii: "0") <= 9 { position += 1 }
            guard (1...9).contains(position - start), position < text.count, let fraction = number(start..<position) else { return nil }
            time.nanosecond = (position - start..<9).reduce(fraction) { value, _ in value * 10 }
        }
        let rest = text.count - position
        if rest == 1, has("Z", at: position) {
            self.time = time
            return
        }
        guard rest == 6, has("+", at: position) || has("-", at: position), has(":", at: position + 3),
            let hours = number(position + 1..<position + 3), let minutes = number(position + 4..<position + 6), hours < 24, minutes < 60
        else { return nil }
        time.offset = (hours * 60 + minutes) * (has("-", at: position) ? -60 : 60)
        self.time = time
    }
}
