import Rego

/// Times as Go's RFC3339Nano writes them: UTC, without zeros at the end of the fraction.
enum Timestamp {
    static func text(nanoseconds: Int64) -> String {
        let time = CivilTime(nanoseconds: nanoseconds, in: nil)
        var text = "\(time.year)-\(two(time.month))-\(two(time.day))T\(two(time.hour)):\(two(time.minute)):\(two(time.second))"
        if time.nanosecond > 0 {
            var digits = String(time.nanosecond)
            digits = String(repeating: "0", count: 9 - digits.count) + digits
            while digits.hasSuffix("0") { digits.removeLast() }
            text += "." + digits
        }
        return text + "Z"
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
}
