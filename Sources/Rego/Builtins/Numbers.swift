import BigInt

extension Builtin {
    /// Arithmetic and everything else about single numbers.
    static let numbers: [Builtin] = [
        arithmetic("plus", "+", "The sum.", .plus, { $0.adding($1) }, { $0 + $1 }),
        Builtin("minus", ["x": .anyOf(.number, .set(of: .any)), "y": .anyOf(.number, .set(of: .any))], returns: .anyOf(.number, .set(of: .any)),
            "The difference of two numbers, or what one set has beyond another.", infix: "-", implementation: difference),
        arithmetic("mul", "*", "The product.", .multiply, { $0.multiplying($1) }, { $0 * $1 }),
        Builtin("div", ["x": .number, "y": .number], returns: .number, "The quotient.", infix: "/") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            if let quotient = call.quotientOfShort() { return quotient }
            let dividend = try call.number(0), divisor = try call.number(1)
            guard let quotient = dividend.dividing(by: divisor) else { throw .failure("divide by zero") }
            return call.make(quotient)
        },
        Builtin("rem", ["x": .number, "y": .number], returns: .number, "The remainder of integers, with the dividend's sign.", infix: "%") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let numbers = (try call.number(0), try call.number(1))
            guard let dividend = numbers.0.bigInteger, let divisor = numbers.1.bigInteger else { throw .failure("modulo on floating-point number") }
            guard divisor != 0 else { throw .failure("modulo by zero") }
            return call.make(Number.remainder(dividend, divisor))
        },
        Builtin("abs", ["x": .number], returns: .number, "The number without its sign.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            if call[0].tag == .integer, call[0].integerValue != .min { return .integer(abs(call[0].integerValue)) }
            if call[0].tag == .number, let short = call[0].smallDecimal?.magnitude.datum(in: call.arena) { return short }
            return call.make(try call.number(0).magnitude)
        },
        rounding("ceil", "The nearest integer that is not less.", { $0.ceiling }, { $0.ceiling }),
        rounding("floor", "The nearest integer that is not greater.", { $0.floor }, { $0.floor }),
        rounding("round", "The nearest integer, halves away from zero.", { $0.rounded }, { $0.rounded }),
        Builtin("numbers.range", ["a": .number, "b": .number], returns: .array(of: .number), "All integers from a to b, downwards where b is less.") {
            (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            try call.range(try call.bigInteger(0), try call.bigInteger(1), step: 1)
        },
        Builtin("numbers.range_step", ["a": .number, "b": .number, "step": .number], returns: .array(of: .number), "Integers from a to b, a step apart.") {
            (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let first = try call.bigInteger(0), last = try call.bigInteger(1), step = try call.bigInteger(2)
            guard step > 0 else { throw .failure("numbers.range_step: step must be a positive integer") }
            return try call.range(first, last, step: step)
        },
        Builtin("format_int", ["number": .number, "base": .number], returns: .string, "The integer part in base 2, 8, 10 or 16.") {
            (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let number = try call.number(0)
            let base = try call.integer(1)
            guard [2, 8, 10, 16].contains(base) else { throw .type("operand 2 must be one of {2, 8, 10, 16}") }
            // What is not written as an integer counts with 64 bits, as in OPA.
            let whole = BigInt(number.text) ?? number.float.truncated
            return call.make(String(whole, radix: base))
        },
    ]

    /// Integers, as many bits as needed.
    static let bits: [Builtin] = [
        bitwise("bits.and", "The bits that both integers have.", { $0 & $1 }, { $0 & $1 }),
        bitwise("bits.or", "The bits that either integer has.", { $0 | $1 }, { $0 | $1 }),
        bitwise("bits.xor", "The bits that exactly one of the integers has.", { $0 ^ $1 }, { $0 ^ $1 }),
        Builtin("bits.negate", ["x": .number], returns: .number, "All bits flipped.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            call[0].tag == .integer ? .integer(~call[0].integerValue) : call.make(Number(~(try call.bigInteger(0))))
        },
        shift("bits.lsh", "The integer shifted left by s bits.") { $0 << $1 },
        shift("bits.rsh", "The integer shifted right by s bits.", isRight: true) { $0 < 0 ? -((-$0 - 1) >> $1) - 1 : $0 >> $1 },
    ]

    private static func arithmetic(
        _ name: String, _ infix: String, _ summary: String, _ operation: Arithmetic,
        _ compute: @escaping @Sendable (Number, Number) -> Number, _ inBinary: @escaping @Sendable (ExtendedFloat, ExtendedFloat) -> ExtendedFloat
    ) -> Builtin {
        Builtin(name, ["x": .number, "y": .number], returns: .number, summary, infix: infix) { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            if let short = call.resultOfShort(operation, inBinary) { return short }
            let left = try call.number(0), right = try call.number(1)
            return call.make(compute(left, right))
        }
    }

    private static func rounding(
        _ name: String, _ summary: String, _ short: @escaping @Sendable (ExtendedFloat) -> Int64?, _ compute: @escaping @Sendable (Number) -> Number
    ) -> Builtin {
        Builtin(name, ["x": .number], returns: .number, summary) { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            if call[0].tag == .integer { return call[0] }
            if call[0].tag == .number, let integer = short(call[0].float) { return .integer(integer) }
            return call.make(compute(try call.number(0)))
        }
    }

    private static func bitwise(
        _ name: String, _ summary: String, _ short: @escaping @Sendable (Int64, Int64) -> Int64, _ compute: @escaping @Sendable (BigInt, BigInt) -> BigInt
    ) -> Builtin {
        Builtin(name, ["x": .number, "y": .number], returns: .number, summary) { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            if call[0].tag == .integer, call[1].tag == .integer { return .integer(short(call[0].integerValue, call[1].integerValue)) }
            let left = try call.bigInteger(0), right = try call.bigInteger(1)
            return call.make(Number(compute(left, right)))
        }
    }

    private static func shift(_ name: String, _ summary: String, isRight: Bool = false, _ compute: @escaping @Sendable (BigInt, Int) -> BigInt) -> Builtin {
        Builtin(name, ["x": .number, "s": .number], returns: .number, summary) { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let value = try call.bigInteger(0)
            let wanted = try call.bigInteger(1)
            guard wanted >= 0 else { throw .type("operand 2 must be an unsigned integer number but got a negative integer") }
            // As in OPA, of a distance the lower 64 bits count; beyond the value's width they make no difference to the right.
            let distance = Int(clamping: UInt64(truncatingIfNeeded: wanted))
            if value == 0 { return .integer(0) }
            if isRight, distance > value.bitWidth { return .integer(value < 0 ? -1 : 0) }
            guard distance <= call.limits.shiftedBits else { throw .failure("shift of more than \(call.limits.shiftedBits) bits") }
            return call.make(Number(compute(value, distance)))
        }
    }

    private static let difference: Implementation = { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
        if call[0].isNumber && call[1].isNumber {
            if let short = call.resultOfShort(.minus, { $0 - $1 }) { return short }
            return call.make(try call.number(0).subtracting(try call.number(1)))
        }
        guard call[0].tag == .set || call[0].isNumber else { throw call.mismatch(0, "one of {number, set}") }
        guard call[1].tag == call[0].tag else { throw call.mismatch(1, call[0].tag == .set ? "set" : "number") }
        return try call.difference(0, 1)
    }
}

extension Int64 {
    /// The quotient; reported as overflow where it is no 64-bit integer.
    func dividedExactlyReportingOverflow(by divisor: Int64) -> (partialValue: Int64, overflow: Bool) {
        guard divisor != 0, divisor != -1 else { return (0, true) }
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return (quotient, remainder != 0)
    }
}

extension BigInt {
    var asInt: Int? { Int(exactly: self) }
}

extension BuiltinCall {
    /// The result of `+`, `-` or `*` on two numbers; nil where it must be computed in the long way.
    fileprivate func resultOfShort(_ operation: Arithmetic, _ inBinary: (ExtendedFloat, ExtendedFloat) -> ExtendedFloat) -> Datum? {
        guard self[0].isNumber, self[1].isNumber else { return nil }
        if let exact = SmallDecimal.compute(operation, self[0], self[1], in: arena) { return exact }
        return isOneFraction ? arena.number(inBinary(self[0].float, self[1].float)) : nil
    }

    /// The quotient of two numbers; nil where it must be computed in the long way.
    fileprivate func quotientOfShort() -> Datum? {
        guard self[0].isNumber, self[1].isNumber else { return nil }
        if self[0].tag == .integer, self[1].tag == .integer {
            let (quotient, isInexact) = self[0].integerValue.dividedExactlyReportingOverflow(by: self[1].integerValue)
            if !isInexact { return .integer(quotient) }
            guard self[1].integerValue != -1 else { return nil }
        } else {
            guard isOneFraction else { return nil }
        }
        let divisor = self[1].float
        return divisor.isZero ? nil : arena.number(self[0].float / divisor)
    }

    /// Whether one of two numbers is no integer, so that both are computed with in binary.
    private var isOneFraction: Bool { self[0].isPlainFraction || self[1].isPlainFraction }

    func bigInteger(_ position: Int) throws(BuiltinError) -> BigInt {
        guard self[position].isNumber else { throw mismatch(position, "integer") }
        guard let integer = self[position].number.bigInteger else { throw .type("operand \(position + 1) must be integer number but got floating-point number") }
        return integer
    }

    /// The integers from one to another, a step apart; downwards where the second is less.
    fileprivate func range(_ first: BigInt, _ last: BigInt, step: BigInt) throws(BuiltinError) -> Datum {
        let count = (last - first).magnitude / step.magnitude
        guard count < limits.elements else { throw .failure("range has more than \(limits.elements) elements") }
        let signed = first <= last ? step : -step
        if let first = first.asInt, let signed = signed.asInt, last.asInt != nil {
            return make(array: (0...Int(count)).map { Datum.integer(first + $0 * signed) })
        }
        return make(array: (0...Int(count)).map { make(Number(first + BigInt($0) * signed)) })
    }
}
