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
        case .one: return call.make(isBytes ? amount.truncatedToInteger : amount.plain)
        case .integer(let value):
            let product = Number(literal: digits).map { $0.exactlyMultiplied(by: value) } ?? amount
            return call.make(isBytes ? product.truncatedToInteger : product)
        case .thousandth: return call.make(amount.dividing(by: Number(1000)) ?? amount)
        }
    }

    private enum Factor {
        case one
        case integer(BigInt)
        case thousandth
    }

    private static func factor(_ unit: String, isBytes: Bool) -> Factor? {
        if unit.isEmpty { return .one }
        if !isBytes && unit == "m" { return .thousandth }
        var name = unit.lowercased()
        if isBytes, name.hasSuffix("b") { name.removeLast() }
        if let (_, power) = powersOfTwo.first(where: { $0.0 == name }) { return .integer(BigInt(1) << power) }
        if let (_, power) = powersOfTen.first(where: { $0.0 == name }) { return .integer(BigInt(10).power(power)) }
        return nil
    }
}

extension Number {
    /// The value times an integer, exactly where the result is an integer.
    func exactlyMultiplied(by factor: BigInt) -> Number {
        if let whole = bigInteger { return Number(whole * factor) }
        return Number(float * ExtendedFloat(factor))
    }

    var truncatedToInteger: Number { bigInteger.map { Number($0) } ?? Number(float.truncated) }

    /// The value as arithmetic would write it.
    var plain: Number { bigInteger.map { Number($0) } ?? Number(float) }
}
