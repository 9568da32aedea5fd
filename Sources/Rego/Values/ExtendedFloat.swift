import BigInt

/// A binary floating-point number with a 64-bit significand: the precision in which OPA computes (Go's `big.Float` with precision 64).
///
/// The value is `significand × 2^exponent`, with the sign apart; the significand's top bit is set unless the value is zero.
struct ExtendedFloat: BitwiseCopyable, Sendable {
    var isNegative: Bool
    var exponent: Int
    var significand: UInt64

    static let zero = ExtendedFloat(isNegative: false, exponent: 0, significand: 0)
    var isZero: Bool { significand == 0 }

    /// Rounds `magnitude × 2^exponent` to nearest, ties to even.
    private init(rounding magnitude: BigUInt, exponent: Int, isNegative: Bool) {
        let width = magnitude.bitWidth
        guard width > 64 else {
            guard width > 0 else {
                self = .zero
                return
            }
            self.init(isNegative: isNegative, exponent: exponent - (64 - width), significand: UInt64(magnitude) << UInt64(64 - width))
            return
        }
        let dropped = width - 64
        let kept = UInt64(truncatingIfNeeded: magnitude >> dropped)
        let rest = magnitude & ((BigUInt(1) << dropped) - 1)
        let half = BigUInt(1) << (dropped - 1)
        self.init(kept, roundingUp: rest > half || (rest == half && kept & 1 == 1), exponent: exponent + dropped, isNegative: isNegative)
    }

    /// The same for what fits into two words, without allocating. Keeps `bits` bits.
    private init(rounding magnitude: UInt128, exponent: Int, isNegative: Bool, bits: Int = 64) {
        guard magnitude != 0 else {
            self = .zero
            return
        }
        let shift = magnitude.leadingZeroBitCount
        let normal = magnitude << UInt128(shift)
        let unit = UInt64(1) << UInt64(64 - bits)
        let kept = UInt64(truncatingIfNeeded: normal >> 64) & ~(unit - 1)
        let rest = normal - UInt128(kept) << 64
        let half = UInt128(unit) << 63
        self.init(kept, roundingUp: rest > half || (rest == half && kept & unit != 0), exponent: exponent - shift + 64, isNegative: isNegative, unit: unit)
    }

    private init(_ kept: UInt64, roundingUp: Bool, exponent: Int, isNegative: Bool, unit: UInt64 = 1) {
        guard roundingUp else {
            self.init(isNegative: isNegative, exponent: exponent, significand: kept)
            return
        }
        let (sum, overflow) = kept.addingReportingOverflow(unit)
        self.init(isNegative: isNegative, exponent: overflow ? exponent + 1 : exponent, significand: overflow ? 1 << 63 : sum)
    }

    private init(isNegative: Bool, exponent: Int, significand: UInt64) {
        self.isNegative = isNegative
        self.exponent = exponent
        self.significand = significand
    }

    init(_ value: BigInt) {
        self.init(rounding: value.magnitude, exponent: 0, isNegative: value.sign == .minus)
    }

    /// `digits × 10^scale`, correctly rounded.
    init(digits: BigUInt, scale: Int, isNegative: Bool) {
        guard digits != 0 else {
            self = .zero
            return
        }
        if scale >= 0 {
            self.init(rounding: digits * BigUInt(10).power(scale), exponent: 0, isNegative: isNegative)
        } else {
            let divisor = BigUInt(10).power(-scale)
            // Enough quotient bits that rounding sees at least two below the 64th.
            let shift = max(0, 66 - digits.bitWidth + divisor.bitWidth)
            let (quotient, remainder) = (digits << shift).quotientAndRemainder(dividingBy: divisor)
            self.init(rounding: (quotient << 1) | (remainder == 0 ? 0 : 1), exponent: -shift - 1, isNegative: isNegative)
        }
    }

    init(_ decimal: SmallDecimal) {
        guard decimal.digits != 0 else {
            self = .zero
            return
        }
        guard decimal.fractionDigits > 0 else {
            self.init(rounding: UInt128(decimal.digits), exponent: 0, isNegative: decimal.isNegative)
            return
        }
        let divisor = SmallDecimal.powersOfTen[decimal.fractionDigits]
        let shift = decimal.digits.leadingZeroBitCount
        // The divisor has at most 60 bits and the dividend 64, so this gives at least 67 bits of the quotient; a rest makes the last one odd.
        let dividend = decimal.digits << UInt64(shift)
        let (whole, left) = dividend.quotientAndRemainder(dividingBy: divisor)
        let fraction = divisor.dividingFullWidth((left, 0))
        let quotient = (UInt128(whole) << 64 | UInt128(fraction.quotient)) << 1 | (fraction.remainder == 0 ? 0 : 1)
        self.init(rounding: quotient, exponent: -shift - 65, isNegative: decimal.isNegative)
    }

    // MARK: Arithmetic

    private var signed: BigInt { BigInt(sign: isNegative ? .minus : .plus, magnitude: BigUInt(significand)) }

    static func + (a: ExtendedFloat, b: ExtendedFloat) -> ExtendedFloat {
        if a.isZero { return b }
        if b.isZero { return a }
        let distance = a.exponent - b.exponent
        if abs(distance) < 62 {
            let low = min(a.exponent, b.exponent)
            let left = UInt128(a.significand) << UInt128(a.exponent - low), right = UInt128(b.significand) << UInt128(b.exponent - low)
            if a.isNegative == b.isNegative { return ExtendedFloat(rounding: left + right, exponent: low, isNegative: a.isNegative) }
            return left >= right
                ? ExtendedFloat(rounding: left - right, exponent: low, isNegative: a.isNegative)
                : ExtendedFloat(rounding: right - left, exponent: low, isNegative: b.isNegative)
        }
        // Beyond this distance the smaller one can only be felt as a sticky bit.
        let low = max(min(a.exponent, b.exponent), max(a.exponent, b.exponent) - 140)
        func aligned(_ x: ExtendedFloat) -> BigInt {
            x.exponent >= low ? x.signed << (x.exponent - low) : BigInt(x.isNegative ? -1 : 1)
        }
        let sum = aligned(a) + aligned(b)
        return ExtendedFloat(rounding: sum.magnitude, exponent: low, isNegative: sum.sign == .minus)
    }

    static func - (a: ExtendedFloat, b: ExtendedFloat) -> ExtendedFloat {
        a + ExtendedFloat(isNegative: !b.isNegative, exponent: b.exponent, significand: b.significand)
    }

    static func * (a: ExtendedFloat, b: ExtendedFloat) -> ExtendedFloat {
        if a.isZero || b.isZero { return .zero }
        return a.multiplied(by: b, bits: 64)
    }

    /// The product in a precision of so many bits, 64 at most.
    func multiplied(by other: ExtendedFloat, bits: Int) -> ExtendedFloat {
        if isZero || other.isZero { return .zero }
        return ExtendedFloat(
            rounding: UInt128(significand) * UInt128(other.significand), exponent: exponent + other.exponent,
            isNegative: isNegative != other.isNegative, bits: bits)
    }

    /// The divisor is not zero.
    static func / (a: ExtendedFloat, b: ExtendedFloat) -> ExtendedFloat {
        if a.isZero { return .zero }
        let (quotient, remainder) = (BigUInt(a.significand) << 68).quotientAndRemainder(dividingBy: BigUInt(b.significand))
        return ExtendedFloat(rounding: (quotient << 1) | (remainder == 0 ? 0 : 1), exponent: a.exponent - b.exponent - 69, isNegative: a.isNegative != b.isNegative)
    }

    // MARK: Integers

    var isInteger: Bool {
        isZero || exponent >= 0 || (exponent > -64 && significand.trailingZeroBitCount >= -exponent)
    }

    /// The integer part, towards zero.
    var truncated: BigInt {
        if isZero { return 0 }
        if exponent >= 0 { return signed << exponent }
        if exponent <= -64 { return 0 }
        return BigInt(sign: isNegative ? .minus : .plus, magnitude: BigUInt(significand >> UInt64(-exponent)))
    }

    var double: Double {
        let magnitude = Double(sign: .plus, exponent: max(-5000, min(5000, exponent)), significand: 1) * Double(significand)
        if magnitude.isFinite && magnitude != 0 || isZero { return isNegative ? -magnitude : magnitude }
        return (isNegative ? -1 : 1) * Double(sign: .plus, exponent: max(-2000, min(1100, exponent + 63)), significand: Double(significand) / 0x1p63)
    }

    // MARK: Text

    /// The shortest decimal that reads back as this value: integers without exponent, others as Go's `%g` writes them.
    var text: String { text(bits: 64) }

    /// The shortest decimal that reads back as this value in a precision of so many bits.
    func text(bits: Int) -> String {
        if isZero { return "0" }
        let sign = isNegative ? "-" : ""
        let (digits, point) = shortestDigits(bits: bits)
        if isInteger {
            return sign + digits + String(repeating: "0", count: max(0, point - digits.count))
        }
        let exponent = point - 1
        // Go decides between plain and scientific as if there were six digits, or more where the integer part alone has them.
        if exponent < -4 || exponent >= Self.plainLimit { return sign + scientific(digits, exponent) }
        if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + digits }
        return sign + digits.prefix(point) + "." + digits.dropFirst(point)
    }

    private static let plainLimit = 6

    private func scientific(_ digits: String, _ exponent: Int) -> String {
        let fraction = digits.dropFirst()
        let magnitude = String(exponent.magnitude)
        return "\(digits.prefix(1))\(fraction.isEmpty ? "" : "." + fraction)e\(exponent < 0 ? "-" : "+")\(magnitude.count < 2 ? "0" + magnitude : magnitude)"
    }

    /// Digits d₁d₂… and p with value 0.d₁d₂… × 10^p (after Go's `roundShortest`, Steele & White's termination).
    private func shortestDigits(bits: Int) -> (digits: String, point: Int) {
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
        var digits = ""
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
            let number = Int(digit)
            if lowBelow && highAbove {
                let up = rest * 2 > denominator || (rest * 2 == denominator && number % 2 == 1)
                return finished(digits, number, up: up, point)
            }
            if lowBelow { return finished(digits, number, up: false, point) }
            if highAbove { return finished(digits, number, up: true, point) }
            digits.append(String(number))
            lowRest -= base
            highRest -= base
        }
    }

    private func finished(_ digits: String, _ last: Int, up: Bool, _ point: Int) -> (digits: String, point: Int) {
        var all = digits.utf8.map { Int($0) - 48 } + [last + (up ? 1 : 0)]
        var position = all.count - 1
        var point = point
        while position > 0 && all[position] == 10 {
            all[position] = 0
            all[position - 1] += 1
            position -= 1
        }
        if all[0] == 10 {
            all[0] = 1
            point += 1
        }
        while all.count > 1 && all.last == 0 { all.removeLast() }
        return (all.map(String.init).joined(), point)
    }
}
