import BigInt

/// A value as text.
extension ExtendedFloat {
    /// The shortest decimal that reads back as this value: integers without exponent, others as Go's `%g` writes them.
    var text: String { text(bits: 64) }

    /// The shortest decimal that reads back as this value in a precision of so many bits.
    func text(bits: Int) -> String { String(decoding: characters(bits: bits), as: UTF8.self) }

    func characters(bits: Int = 64) -> [UInt8] {
        if isZero { return [UInt8(ascii: "0")] }
        let (digits, point) = shortestFraction(bits: bits) ?? shortestDigits(bits: bits)
        var text: [UInt8] = []
        text.reserveCapacity(digits.count + 8)
        func append(_ range: Range<Int>) { for digit in digits[range] { text.append(digit + UInt8(ascii: "0")) } }
        func appendZeros(_ count: Int) { for _ in 0..<max(0, count) { text.append(UInt8(ascii: "0")) } }
        if isNegative { text.append(UInt8(ascii: "-")) }
        if isInteger {
            append(0..<digits.count)
            appendZeros(point - digits.count)
            return text
        }
        let exponent = point - 1
        // Go decides between plain and scientific as if there were six digits, or more where the integer part alone has them.
        if exponent < -4 || exponent >= Self.plainLimit {
            append(0..<1)
            if digits.count > 1 { text.append(UInt8(ascii: ".")) }
            append(1..<digits.count)
            text.append(UInt8(ascii: "e"))
            text.append(UInt8(ascii: exponent < 0 ? "-" : "+"))
            if exponent.magnitude < 10 { appendZeros(1) }
            text += String(exponent.magnitude).utf8
            return text
        }
        if point <= 0 { appendZeros(1) } else { append(0..<point) }
        text.append(UInt8(ascii: "."))
        appendZeros(-point)
        append(max(0, point)..<digits.count)
        return text
    }

    private static let plainLimit = 6

    /// Digits d₁d₂… and p with value 0.d₁d₂… × 10^p (after Go's `roundShortest`, Steele & White's termination).
    func shortestDigits(bits: Int) -> (digits: [UInt8], point: Int) {
        // Work in units of half the last place: value, and the bounds between which a decimal reads back as this value.
        // As in Go, the bounds are symmetric, also at powers of two.
        let unit = UInt64(1) << UInt64(64 - bits)
        let scaled = BigUInt(significand) << 2, gap = BigUInt(unit) << 1
        let inclusive = significand & unit == 0
        var value = scaled, low = scaled - gap, high = scaled + gap
        var denominator = BigUInt(1)
        let binary = exponent - 2
        if binary >= 0 {
            value <<= binary
            low <<= binary
            high <<= binary
        } else {
            denominator <<= -binary
        }
        // Find p with high ≤ 10^p × denominator.
        var point = Int((Double(exponent + 64) * 0.30102999566398120).rounded(.up)) - 1
        func atOrAbove(_ p: Int) -> Bool {
            p >= 0 ? high <= denominator * BigUInt(10).power(p) : high * BigUInt(10).power(-p) <= denominator
        }
        while !atOrAbove(point) { point += 1 }
        while atOrAbove(point - 1) { point -= 1 }
        if point >= 0 {
            denominator *= BigUInt(10).power(point)
        } else {
            let factor = BigUInt(10).power(-point)
            value *= factor
            low *= factor
            high *= factor
        }
        var digits: [UInt8] = []
        var lowRest = low, highRest = high, rest = value
        // Compare prefixes of value with the bounds, digit by digit.
        while true {
            rest *= 10
            lowRest *= 10
            highRest *= 10
            let digit = rest / denominator
            let base = digit * denominator
            rest -= base
            let lowBelow = lowRest < base || (inclusive && lowRest == base)
            let upper = base + denominator
            let highAbove = highRest > upper || (inclusive && highRest == upper)
            let number = UInt8(digit)
            if lowBelow && highAbove {
                let up = rest * 2 > denominator || (rest * 2 == denominator && number % 2 == 1)
                return Self.finished(digits, number, up: up, point)
            }
            if lowBelow { return Self.finished(digits, number, up: false, point) }
            if highAbove { return Self.finished(digits, number, up: true, point) }
            digits.append(number)
            lowRest -= base
            highRest -= base
        }
    }

    /// The same for values that have a fraction of up to 120 bits: fixed-point numbers, whose digits need no division.
    ///
    /// All digits before the point are there: half the last place is less than the fraction, and less than what it lacks to the next integer.
    func shortestFraction(bits: Int) -> (digits: [UInt8], point: Int)? {
        let unit = UInt64(1) << UInt64(64 - bits)
        guard !isInteger, exponent >= -120, significand & (unit - 1) == 0 else { return nil }
        // In quarters of the last place, so that its half is an integer.
        let width = UInt128(-exponent) + 2, one = UInt128(1) << width
        let gap = UInt128(unit) << 1
        let isInclusive = significand & unit == 0
        let value = UInt128(significand) << 2
        var rest = value & (one - 1)
        var low = rest - gap, high = rest + gap
        let whole = UInt64(truncatingIfNeeded: value >> width)
        var digits = whole == 0 ? [] : String(whole).utf8.map { $0 - 0x30 }
        let point = digits.count
        while true {
            rest *= 10
            low *= 10
            high *= 10
            let digit = rest >> width, base = digit << width, upper = base + one
            rest -= base
            let number = UInt8(truncatingIfNeeded: digit)
            let isLowBelow = low < base || (isInclusive && low == base), isHighAbove = high > upper || (isInclusive && high == upper)
            if isLowBelow || isHighAbove {
                let isNearerAbove = rest * 2 > one || (rest * 2 == one && number % 2 == 1)
                return Self.finished(digits, number, up: isHighAbove && (!isLowBelow || isNearerAbove), point)
            }
            digits.append(number)
            low -= base
            high -= base
        }
    }

    /// With the last digit, or the one above it, and without zeros at either end.
    private static func finished(_ digits: [UInt8], _ last: UInt8, up: Bool, _ point: Int) -> (digits: [UInt8], point: Int) {
        var all = digits
        all.append(last + (up ? 1 : 0))
        var position = all.count - 1
        while position > 0 && all[position] == 10 {
            all[position] = 0
            all[position - 1] += 1
            position -= 1
        }
        var point = point
        if all[0] == 10 {
            all[0] = 1
            point += 1
        }
        while all.count > 1 && all.last == 0 { all.removeLast() }
        let zeros = min(all.prefix { $0 == 0 }.count, all.count - 1)
        all.removeFirst(zeros)
        return (all, point - zeros)
    }
}
