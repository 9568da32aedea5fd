/// Sums and products of short decimals, exact and without allocating beyond the result's text.
///
/// The engine computes in binary with 64 significant bits (see `ExtendedFloat`) and shows the shortest decimal that reads back as the result.
/// Decimals of up to 18 digits are further apart than such results, so where the exact decimal result reads as the binary result, it is that
/// shortest decimal.
extension SmallDecimal {
    private static let bound: Int128 = 1_000_000_000_000_000_000

    private init?(_ value: Int128, fractionDigits: Int) {
        guard value.magnitude < Self.bound.magnitude, fractionDigits <= Self.digitLimit else { return nil }
        isNegative = value < 0
        digits = UInt64(value.magnitude)
        self.fractionDigits = fractionDigits
    }

    private func scaled(to fractionDigits: Int) -> Int128 {
        let magnitude = Int128(digits) * Int128(Self.powersOfTen[fractionDigits - self.fractionDigits])
        return isNegative ? -magnitude : magnitude
    }

    static func sum(_ a: SmallDecimal, _ b: SmallDecimal) -> SmallDecimal? {
        let shared = max(a.fractionDigits, b.fractionDigits)
        return SmallDecimal(a.scaled(to: shared) + b.scaled(to: shared), fractionDigits: shared)
    }

    static func product(_ a: SmallDecimal, _ b: SmallDecimal) -> SmallDecimal? {
        let magnitude = Int128(a.digits) * Int128(b.digits)
        return SmallDecimal(a.isNegative != b.isNegative ? -magnitude : magnitude, fractionDigits: a.fractionDigits + b.fractionDigits)
    }

    var negated: SmallDecimal {
        var result = self
        result.isNegative.toggle()
        return result
    }

    static func == (a: ExtendedFloat, b: SmallDecimal) -> Bool {
        let other = ExtendedFloat(b)
        return a.significand == other.significand && a.exponent == other.exponent && a.isNegative == other.isNegative
    }

    /// The result of `+`, `-` or `*` on two numbers as the engine has it; nil where it must be computed in the long way.
    static func compute(_ operation: Arithmetic, _ a: Datum, _ b: Datum, in arena: Arena) -> Datum? {
        guard let left = a.smallDecimal, var right = b.smallDecimal else { return nil }
        if operation == .minus { right = right.negated }
        guard let exact = operation == .multiply ? product(left, right) : sum(left, right), exact.digits != 0 else { return nil }
        let binary = operation == .multiply ? ExtendedFloat(left) * ExtendedFloat(right) : ExtendedFloat(left) + ExtendedFloat(right)
        return binary == exact ? exact.datum(in: arena) : nil
    }

    /// As arithmetic writes it; nil where that is in scientific notation.
    func datum(in arena: Arena) -> Datum? {
        var digits = digits, fraction = fractionDigits
        while fraction > 0, digits % 10 == 0 {
            digits /= 10
            fraction -= 1
        }
        if fraction == 0 { return .integer(isNegative ? -Int64(digits) : Int64(digits)) }
        let whole = digits / Self.powersOfTen[fraction]
        guard whole < 1_000_000, digits >= Self.powersOfTen[max(0, fraction - 4)] else { return nil }
        let room = 24
        let text = arena.bytes(room)
        var position = room
        for digit in 0... {
            if digit == fraction {
                position -= 1
                text[position] = UInt8(ascii: ".")
            }
            if digits == 0 && digit > fraction { break }
            position -= 1
            text[position] = UInt8(ascii: "0") + UInt8(digits % 10)
            digits /= 10
        }
        if isNegative {
            position -= 1
            text[position] = UInt8(ascii: "-")
        }
        return Datum(.number, payload: UInt64(UInt(bitPattern: text + position)), count: UInt32(room - position))
    }
}
