import BigInt

/// An exact number.
///
/// Like OPA, it keeps the text a number was written with (`1e2` stays `1e2`) until arithmetic makes a new one; equality, order and hash go by
/// value.
public struct Number: Sendable {
    private enum Storage: Sendable {
        case integer(Int64)
        /// A literal that is not the canonical text of a 64-bit integer.
        case literal(Literal)
    }

    /// `digits × 10^scale`, and how it was written.
    private final class Literal: Sendable {
        let text: String
        let isNegative: Bool
        let digits: BigUInt
        let scale: Int
        let integer: Int64?

        init(text: String, isNegative: Bool, digits: BigUInt, scale: Int) {
            self.text = text
            var digits = digits, scale = scale
            if digits == 0 {
                scale = 0
            } else if scale < 0 || text.utf8.contains(UInt8(ascii: ".")) {
                while scale < 0 {
                    let (quotient, remainder) = digits.quotientAndRemainder(dividingBy: 10)
                    guard remainder == 0 else { break }
                    digits = quotient
                    scale += 1
                }
            }
            self.isNegative = isNegative && digits != 0
            self.digits = digits
            self.scale = scale
            if scale >= 0 && scale <= 19 {
                let whole = digits * BigUInt(10).power(scale)
                integer = Int64(exactly: BigInt(sign: isNegative ? .minus : .plus, magnitude: whole))
            } else {
                integer = nil
            }
        }

        var float: ExtendedFloat { ExtendedFloat(digits: digits, scale: scale, isNegative: isNegative) }
    }

    private let storage: Storage

    public init(_ value: Int64) { storage = .integer(value) }
    public init(_ value: Int) { storage = .integer(Int64(value)) }

    init(_ value: BigInt) {
        if let integer = Int64(exactly: value) {
            storage = .integer(integer)
        } else {
            storage = .literal(Literal(text: String(value), isNegative: value.sign == .minus, digits: value.magnitude, scale: 0))
        }
    }

    /// The shortest number that reads as the value in a precision of so many bits.
    init(_ value: ExtendedFloat, bits: Int = 64) {
        if bits == 64 && value.isInteger && value.exponent < 400 {
            let whole = value.truncated
            if let integer = Int64(exactly: whole) {
                storage = .integer(integer)
                return
            }
        }
        self = Number(literal: value.text(bits: bits)) ?? Number(0)
    }

    /// The shortest decimal of a double.
    public init?(_ value: Double) {
        guard value.isFinite else { return nil }
        if let integer = Int64(exactly: value) { self.init(integer) } else { self.init(literal: "\(value)") }
    }

    /// Exponents beyond this make no number: the value would take unreasonable work.
    static let exponentLimit = 100_000

    /// A number as JSON or Rego writes it (`.5` included); nil where the text is no number.
    public init?(literal: some StringProtocol) {
        let bytes = Array(literal.utf8)
        if bytes.count <= 18, let integer = Int64(literal), String(integer) == literal {
            storage = .integer(integer)
            return
        }
        var position = 0
        let isNegative = bytes.first == UInt8(ascii: "-")
        if isNegative { position += 1 }
        var digits: [UInt8] = []
        var scale = 0
        let wholeStart = position
        while position < bytes.count, (0x30...0x39).contains(bytes[position]) {
            digits.append(bytes[position])
            position += 1
        }
        let wholeCount = position - wholeStart
        var fractionCount = 0
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            position += 1
            while position < bytes.count, (0x30...0x39).contains(bytes[position]) {
                digits.append(bytes[position])
                fractionCount += 1
                position += 1
            }
            guard fractionCount > 0 else { return nil }
        }
        guard wholeCount + fractionCount > 0 else { return nil }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            var isExponentNegative = false
            if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
                isExponentNegative = bytes[position] == UInt8(ascii: "-")
                position += 1
            }
            let start = position
            while position < bytes.count, (0x30...0x39).contains(bytes[position]) {
                scale = min(scale * 10 + Int(bytes[position] - 0x30), Self.exponentLimit * 10)
                position += 1
            }
            guard position > start else { return nil }
            if isExponentNegative { scale = -scale }
        }
        guard position == bytes.count, abs(scale) <= Self.exponentLimit else { return nil }
        guard let magnitude = BigUInt(String(decoding: digits, as: UTF8.self)) else { return nil }
        let text = String(literal)
        if fractionCount == 0, scale == 0, let integer = Int64(text), String(integer) == text {
            storage = .integer(integer)
        } else {
            storage = .literal(Literal(text: text, isNegative: isNegative, digits: magnitude, scale: scale - fractionCount))
        }
    }

    /// As written, or as arithmetic writes it.
    public var text: String {
        switch storage {
        case .integer(let value): String(value)
        case .literal(let literal): literal.text
        }
    }

    /// The value where it is a 64-bit integer, however it is written.
    public var integer: Int64? {
        switch storage {
        case .integer(let value): value
        case .literal(let literal): literal.integer
        }
    }

    public var isInteger: Bool {
        switch storage {
        case .integer: true
        case .literal(let literal): literal.scale >= 0
        }
    }

    /// Integers written with a larger exponent stay as they are written: `1e1000000000` would fill the memory.
    private static let exactDigits = 10_000

    /// The value where it is an integer, of up to some ten thousand digits.
    var bigInteger: BigInt? {
        switch storage {
        case .integer(let value): return BigInt(value)
        case .literal(let literal):
            guard literal.scale >= 0, literal.scale <= Self.exactDigits else { return nil }
            return BigInt(sign: literal.isNegative ? .minus : .plus, magnitude: literal.digits * BigUInt(10).power(literal.scale))
        }
    }

    public var double: Double {
        switch storage {
        case .integer(let value): Double(value)
        case .literal(let literal): Double(literal.text) ?? literal.float.double
        }
    }

    var float: ExtendedFloat {
        switch storage {
        case .integer(let value): ExtendedFloat(BigInt(value))
        case .literal(let literal): literal.float
        }
    }

    var parts: (isNegative: Bool, digits: BigUInt, scale: Int) {
        switch storage {
        case .integer(let value): (value < 0, BigUInt(value.magnitude), 0)
        case .literal(let literal): (literal.isNegative, literal.digits, literal.scale)
        }
    }
}

extension Number: Comparable, Hashable {
    public static func == (a: Number, b: Number) -> Bool {
        if case .integer(let x) = a.storage, case .integer(let y) = b.storage { return x == y }
        return order(a, b) == 0
    }

    public static func < (a: Number, b: Number) -> Bool {
        if case .integer(let x) = a.storage, case .integer(let y) = b.storage { return x < y }
        return order(a, b) < 0
    }

    private static func order(_ a: Number, _ b: Number) -> Int {
        let x = a.parts, y = b.parts
        let signs = (x.digits == 0 ? 0 : (x.isNegative ? -1 : 1), y.digits == 0 ? 0 : (y.isNegative ? -1 : 1))
        if signs.0 != signs.1 { return signs.0 < signs.1 ? -1 : 1 }
        if signs.0 == 0 { return 0 }
        // The number of decimal digits decides before anything large is computed.
        let widths = (x.digits.bitWidth * 30103 / 100_000 + x.scale, y.digits.bitWidth * 30103 / 100_000 + y.scale)
        if abs(widths.0 - widths.1) > 2 { return (widths.0 < widths.1) == !x.isNegative ? -1 : 1 }
        let low = min(x.scale, y.scale)
        let left = x.digits * BigUInt(10).power(x.scale - low), right = y.digits * BigUInt(10).power(y.scale - low)
        if left == right { return 0 }
        return (left < right) == !x.isNegative ? -1 : 1
    }

    public func hash(into hasher: inout Hasher) {
        if let integer {
            hasher.combine(integer)
            return
        }
        // Digits without trailing zeros are the same for every way to write a value.
        var (isNegative, digits, scale) = parts
        while digits != 0 {
            let (quotient, remainder) = digits.quotientAndRemainder(dividingBy: 10)
            guard remainder == 0 else { break }
            digits = quotient
            scale += 1
        }
        hasher.combine(isNegative)
        hasher.combine(digits)
        hasher.combine(scale)
    }
}

/// Arithmetic as OPA does it: exact on integers, else in 64-bit precision.
extension Number {
    /// Computes on the two values as integers; nil where one is none.
    private func exactly(_ other: Number, _ compute: (BigInt, BigInt) -> BigInt) -> Number? {
        guard isInteger, other.isInteger, let x = bigInteger, let y = other.bigInteger else { return nil }
        return Number(compute(x, y))
    }

    func adding(_ other: Number) -> Number {
        if let x = integer, let y = other.integer, case let (sum, false) = x.addingReportingOverflow(y) { return Number(sum) }
        return exactly(other, +) ?? Number(float + other.float)
    }

    func subtracting(_ other: Number) -> Number {
        if let x = integer, let y = other.integer, case let (difference, false) = x.subtractingReportingOverflow(y) { return Number(difference) }
        return exactly(other, -) ?? Number(float - other.float)
    }

    func multiplying(_ other: Number) -> Number {
        if let x = integer, let y = other.integer, case let (product, false) = x.multipliedReportingOverflow(by: y) { return Number(product) }
        return exactly(other, *) ?? Number(float * other.float)
    }

    var isZero: Bool { parts.digits == 0 }

    /// Nil where the divisor is zero.
    func dividing(by other: Number) -> Number? {
        guard !other.isZero else { return nil }
        if let x = integer, let y = other.integer, y != -1, x % y == 0 { return Number(x / y) }
        return Number(float / other.float)
    }

    /// Whether a whole number times the other, which is not zero, gives this number exactly.
    func isMultiple(of other: Number) -> Bool {
        let a = parts, b = other.parts
        let scale = min(a.scale, b.scale)
        return (a.digits * BigUInt(10).power(a.scale - scale)) % (b.digits * BigUInt(10).power(b.scale - scale)) == 0
    }

    /// The remainder of two integers, with the dividend's sign. The divisor is not zero.
    static func remainder(_ a: BigInt, _ b: BigInt) -> Number { Number(a % b) }

    var magnitude: Number {
        if let integer, integer != .min { return Number(integer < 0 ? -integer : integer) }
        return Number(parts.isNegative ? ExtendedFloat.zero - float : float)
    }

    var floor: Number {
        if let integer { return Number(integer) }
        let value = float
        guard value.exponent <= Self.exactDigits * 4 else { return self }
        let whole = value.truncated
        return Number(value.isNegative && !value.isInteger ? whole - 1 : whole)
    }

    var ceiling: Number {
        if let integer { return Number(integer) }
        let value = float
        guard value.exponent <= Self.exactDigits * 4 else { return self }
        let whole = value.truncated
        return Number(!value.isNegative && !value.isInteger ? whole + 1 : whole)
    }

    /// To the nearest integer, halves away from zero.
    var rounded: Number {
        if let integer { return Number(integer) }
        guard float.exponent <= Self.exactDigits * 4 else { return self }
        if float.isInteger { return Number(float.truncated) }
        let half = ExtendedFloat(digits: 5, scale: -1, isNegative: parts.isNegative)
        return Number((float + half).truncated)
    }
}
