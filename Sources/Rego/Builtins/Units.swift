import BigInt

extension Builtin {
    static let units: [Builtin] = [
        Builtin("units.parse", ["x": .string], returns: .number, "The number that a quantity such as 10K or 3Mi stands for.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            try Quantity.parse(&call, isBytes: false)
        },
        Builtin("units.parse_bytes", ["x": .string], returns: .number, "The number of bytes that a size such as 10KB or 3MiB stands for.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            try Quantity.parse(&call, isBytes: true)
        },
    ]
}

private enum Quantity {
    private static let powersOfTen: [(String, Int)] = [("k", 3), ("m", 6), ("g", 9), ("t", 12), ("p", 15), ("e", 18)]
    private static let powersOfTwo: [(String, Int)] = [("ki", 10), ("mi", 20), ("gi", 30), ("ti", 40), ("pi", 50), ("ei", 60)]

    static func parse(_ call: inout BuiltinCall, isBytes: Bool) throws(BuiltinError) -> Datum {
        if let plain = try plain(call.utf8(0), isBytes: isBytes) { return .integer(plain) }
        let name = isBytes ? "units.parse_bytes" : "units.parse"
        let text = try call.string(0).replacing("\"", with: "")
        guard !text.contains(" ") else { throw .failure("\(name): spaces not allowed in resource strings") }
        let numberText = String(text.prefix { "0123456789.+-eE".contains($0) })
        var digits = numberText
        var unit = String(text.dropFirst(numberText.count))
        // `e` may be the unit exa: it is only an exponent where digits follow.
        if let mark = digits.lastIndex(where: { $0 == "e" || $0 == "E" }), !digits[digits.index(after: mark)...].contains(where: \.isNumber) {
            unit = digits[mark...] + unit
            digits = String(digits[..<mark])
        }
        guard !digits.isEmpty else { throw .failure("\(name): no \(isBytes ? "byte " : "")amount provided") }
        if digits.hasPrefix("+") { digits.removeFirst() }
        if digits.hasSuffix("."), digits.count(where: { $0 == "." }) == 1 { digits.removeLast() }
        guard let amount = Number(literal: digits) else { throw .failure("\(name): could not parse \(isBytes ? "byte " : "")amount to a number") }
        guard let factor = factor(unit, isBytes: isBytes) else { throw .failure("\(name): \(isBytes ? "byte unit \(unit.lowercased())" : "unit \(unit.prefix(1))\(unit.dropFirst().lowercased())") not recognized") }
        switch factor {
        case .integer(let value): return call.make(isBytes ? Number((amount.float * ExtendedFloat(value)).truncated) : amount.product(value, over: 1))
        case .thousandth: return call.make(amount.product(1, over: 1000))
        }
    }

    /// A whole number with a unit of a power of two, or without one, as most quantities are.
    private static func plain(_ text: UnsafeBufferPointer<UInt8>, isBytes: Bool) -> Int64? {
        var position = 0
        guard let amount = Bytes.number(text, &position) else { return nil }
        let unit = text[position...]
        if unit.isEmpty { return amount }
        guard unit.count == 2, unit.last == UInt8(ascii: "i"), let prefix = unit.first,
            let (_, power) = powersOfTwo.first(where: { $0.0.utf8.first == prefix | 0x20 })
        else { return nil }
        let (product, overflow) = amount.multipliedReportingOverflow(by: 1 << power)
        return overflow ? nil : product
    }

    private enum Factor {
        case integer(BigInt)
        case thousandth
    }

    private static func factor(_ unit: String, isBytes: Bool) -> Factor? {
        if unit.isEmpty { return .integer(1) }
        if !isBytes && unit == "m" { return .thousandth }
        var name = unit.lowercased()
        if isBytes, name.hasSuffix("b") { name.removeLast() }
        if let (_, power) = powersOfTwo.first(where: { $0.0 == name }) { return .integer(BigInt(1) << power) }
        if let (_, power) = powersOfTen.first(where: { $0.0 == name }) { return .integer(BigInt(10).power(power)) }
        return nil
    }
}

extension Number {
    /// The number times a fraction: exactly where that is an integer, else with ten digits after the point, half away from zero.
    fileprivate func product(_ numerator: BigInt, over denominator: BigInt) -> Number {
        let (isNegative, digits, scale) = parts
        let top = digits * numerator.magnitude * BigUInt(10).power(max(0, scale)), bottom = denominator.magnitude * BigUInt(10).power(max(0, -scale))
        let (whole, rest) = top.quotientAndRemainder(dividingBy: bottom)
        if rest == 0 { return Number(BigInt(sign: isNegative ? .minus : .plus, magnitude: whole)) }
        let rounded = String((top * BigUInt(10).power(10) * 2 + bottom) / (bottom * 2))
        let padded = String(repeating: "0", count: max(0, 11 - rounded.count)) + rounded
        return Number(literal: "\(isNegative ? "-" : "")\(padded.dropLast(10)).\(padded.suffix(10))") ?? self
    }
}
