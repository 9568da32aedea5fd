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

    /// 5 to the power of 0 to 27, which fit into a word.
    private static let powersOfFive: [UInt64] = (0...27).map { (0..<$0).reduce(1) { power, _ in power * 5 } }

    /// A number that is written with up to 38 digits, 27 of them after the point, as results of divisions are; nil for others.
    init?(decimal text: UnsafeBufferPointer<UInt8>) {
        let isNegative = text.first == UInt8(ascii: "-")
        var digits: UInt128 = 0, fractionDigits = 0, isFraction = false
        guard text.count <= 38 else { return nil }
        for byte in text[(isNegative ? 1 : 0)...] {
            if byte == UInt8(ascii: ".") {
                isFraction = true
            } else {
                guard byte &- UInt8(ascii: "0") <= 9 else { return nil }
                digits = digits * 10 + UInt128(byte &- UInt8(ascii: "0"))
                if isFraction { fractionDigits += 1 }
            }
        }
        guard fractionDigits < Self.powersOfFive.count, digits != 0 else { return nil }
        // The powers of two in the divisor go into the exponent.
        let shift = digits.leadingZeroBitCount
        let (quotient, remainder) = (digits << UInt128(shift)).quotientAndRemainder(dividingBy: UInt128(Self.powersOfFive[fractionDigits]))
        // The quotient has 65 bits or more; a rest is seen in a bit below all of them.
        let room: UInt128 = quotient.leadingZeroBitCount > 0 ? 1 : 0
        self.init(rounding: quotient << room | (remainder == 0 ? 0 : 1), exponent: -shift - fractionDigits - Int(room), isNegative: isNegative)
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
        // Half of the dividend is less than the divisor, so that each step gives one word of the quotient; a rest makes the last bit odd.
        let first = b.significand.dividingFullWidth((a.significand >> 1, a.significand << 63))
        let second = b.significand.dividingFullWidth((first.remainder, 0))
        let quotient = UInt128(first.quotient) << 64 | UInt128(second.quotient | (second.remainder == 0 ? 0 : 1))
        return ExtendedFloat(rounding: quotient, exponent: a.exponent - b.exponent - 127, isNegative: a.isNegative != b.isNegative)
    }

    // MARK: Integers

    var isInteger: Bool {
        isZero || exponent >= 0 || (exponent > -64 && significand.trailingZeroBitCount >= -exponent)
    }

    /// The value where it is a 64-bit integer.
    var integer: Int64? {
        guard isInteger, exponent <= 0 else { return nil }
        let magnitude = exponent > -64 ? significand >> UInt64(-exponent) : 0
        return Int64(exactly: magnitude).map { isNegative ? -$0 : $0 }
    }

    /// The nearest integers not greater, not less, and halves away from zero; nil where they do not fit 64 bits.
    var floor: Int64? { whole.map { isNegative && !isInteger ? $0 - 1 : $0 } }
    var ceiling: Int64? { whole.map { !isNegative && !isInteger ? $0 + 1 : $0 } }
    var rounded: Int64? { isInteger ? integer : (self + ExtendedFloat(isNegative: isNegative, exponent: -64, significand: 1 << 63)).whole }

    /// The integer part where it has fewer than 63 bits.
    private var whole: Int64? {
        guard exponent < -1 || isZero else { return nil }
        let magnitude = exponent > -64 ? Int64(significand >> UInt64(-exponent)) : 0
        return isNegative ? -magnitude : magnitude
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
}
