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

    /// Rounds `magnitude × 2^exponent` to nearest, ties to even; `sticky` says that some of the value lies below the magnitude's last bit.
    private init(rounding magnitude: BigUInt, exponent: Int, sticky: Bool = false, isNegative: Bool) {
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
        var kept = UInt64(truncatingIfNeeded: magnitude >> dropped)
        let rest = magnitude & ((BigUInt(1) << dropped) - 1)
        let half = BigUInt(1) << (dropped - 1)
        var shifted = exponent + dropped
        if rest > half || (rest == half && (sticky || kept & 1 == 1)) {
            let (sum, overflow) = kept.addingReportingOverflow(1)
            kept = overflow ? 1 << 63 : sum
            if overflow { shifted += 1 }
        }
        self.init(isNegative: isNegative, exponent: shifted, significand: kept)
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

    // MARK: Arithmetic

    private var signed: BigInt { BigInt(sign: isNegative ? .minus : .plus, magnitude: BigUInt(significand)) }

    static func + (a: ExtendedFloat, b: ExtendedFloat) -> ExtendedFloat {
        if a.isZero { return b }
        if b.isZero { return a }
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
        return ExtendedFloat(rounding: BigUInt(a.significand) * BigUInt(b.significand), exponent: a.exponent + b.exponent, isNegative: a.isNegative != b.isNegative)
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
    var text: String {
        if isZero { return "0" }
        let sign = isNegative ? "-" : ""
        let (digits, point) = shortestDigits()
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
    private func shortestDigits() -> (digits: String, point: Int) {
        // Work in units of half the last place: value, and the bounds between which a decimal reads back as this value.
        let isPowerOfTwo = significand == 1 << 63
        let scaled = BigUInt(significand) << 2
        let lowerGap: BigUInt = isPowerOfTwo ? 1 : 2
        let inclusive = significand & 1 == 0
        var value = scaled, low = scaled - lowerGap, high = scaled + 2
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
