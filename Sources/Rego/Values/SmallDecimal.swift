/// A number written as up to 18 digits with a decimal point among them, such as `12.50`: what most fractions in data are.
///
/// Reading it allocates nothing.
struct SmallDecimal: BitwiseCopyable {
    var isNegative = false
    /// All digits as one integer.
    var digits: UInt64 = 0
    /// How many of the digits stand after the point: 0 to 18.
    var fractionDigits = 0

    static let digitLimit = 18
    static let powersOfTen: [UInt64] = (0...digitLimit).map { (0..<$0).reduce(1) { power, _ in power * 10 } }

    /// Nil where the text has an exponent or too many digits.
    init?(_ text: UnsafeBufferPointer<UInt8>) {
        var position = 0, count = 0
        if text.first == UInt8(ascii: "-") {
            isNegative = true
            position = 1
        }
        var isFraction = false
        while position < text.count {
            let byte = text[position]
            if byte == UInt8(ascii: ".") {
                isFraction = true
            } else {
                guard byte &- 0x30 <= 9, count < Self.digitLimit else { return nil }
                digits = digits * 10 + UInt64(byte &- 0x30)
                count += 1
                if isFraction { fractionDigits += 1 }
            }
            position += 1
        }
    }

    init(_ integer: Int64) {
        isNegative = integer < 0
        digits = integer.magnitude
    }

    var magnitude: SmallDecimal {
        var result = self
        result.isNegative = false
        return result
    }

    /// Negative, zero or positive as `a` is less than, equals or is more than `b`.
    static func compare(_ a: SmallDecimal, _ b: SmallDecimal) -> Int {
        let shared = max(a.fractionDigits, b.fractionDigits)
        func scaled(_ x: SmallDecimal) -> Int128 {
            let magnitude = Int128(x.digits) * Int128(powersOfTen[shared - x.fractionDigits])
            return x.isNegative ? -magnitude : magnitude
        }
        let left = scaled(a), right = scaled(b)
        return left < right ? -1 : (left == right ? 0 : 1)
    }
}

extension Datum {
    /// Only for `.integer` and `.number`.
    var smallDecimal: SmallDecimal? { tag == .integer ? SmallDecimal(integerValue) : SmallDecimal(bytes) }

    /// Whether it is a number that is no integer, and written without an exponent.
    var isPlainFraction: Bool {
        guard tag == .number, let point = bytes.firstIndex(of: UInt8(ascii: ".")) else { return false }
        var hasFraction = false
        for byte in bytes[(point + 1)...] where byte != UInt8(ascii: "0") {
            guard byte &- UInt8(ascii: "0") <= 9 else { return false }
            hasFraction = true
        }
        return hasFraction
    }

    /// The number in the precision that OPA computes in. Only for `.integer` and `.number`.
    var float: ExtendedFloat { smallDecimal.map { ExtendedFloat($0) } ?? ExtendedFloat(decimal: bytes) ?? number.float }
}
