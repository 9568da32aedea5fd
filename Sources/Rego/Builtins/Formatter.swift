import Foundation

/// Go's `fmt.Sprintf`, as far as Rego values can meet it.
struct Formatter {
    private let operands: Operands
    private var next = 0
    private var output: [UInt8] = []
    /// Cleared where an argument number is not one.
    private var hasArgumentNumber = true
    private var isReordered = false

    private let limits: BuiltinLimits

    private enum Operands {
        /// Looked at when a verb needs them.
        case values(UnsafeBufferPointer<Datum>)
        case arguments([Argument])

        var count: Int {
            switch self {
            case .values(let values): values.count
            case .arguments(let arguments): arguments.count
            }
        }

        subscript(position: Int) -> Argument {
            switch self {
            case .values(let values): Argument(values[position])
            case .arguments(let arguments): arguments[position]
            }
        }
    }

    init(values: UnsafeBufferPointer<Datum>, limits: BuiltinLimits) {
        operands = .values(values)
        self.limits = limits
    }

    init(arguments: [Argument], limits: BuiltinLimits) {
        operands = .arguments(arguments)
        self.limits = limits
    }

    /// What stands between `%` and the verb.
    struct Directive {
        var minus = false, plus = false, sharp = false, space = false, zero = false
        var width: Int?
        var precision: Int?

        var fillsWithZeros: Bool { zero && !minus }
    }

    mutating func format(_ format: UnsafeBufferPointer<UInt8>) throws(BuiltinError) -> [UInt8] {
        var position = 0
        while position < format.count {
            guard let percent = format[position...].firstIndex(of: UInt8(ascii: "%")) else {
                output.append(contentsOf: format[position...])
                break
            }
            output.append(contentsOf: format[position..<percent])
            position = percent + 1
            if writePlainly(format, position) {
                position += 1
                try limits.checkTextSize(output.count)
                continue
            }
            let directive = try readDirective(format, &position)
            guard position < format.count else {
                output.append(contentsOf: "%!(NOVERB)".utf8)
                break
            }
            let end = Bytes.offset(format, character: 1, from: position)
            writeArgument(String(decoding: format[position..<end], as: UTF8.self), directive)
            position = end
            try limits.checkTextSize(output.count)
        }
        if !isReordered && next < operands.count {
            let extra = (next..<operands.count).map { position in
                let argument = operands[position]
                if case .null = argument { return "<nil>" } else { return "\(argument.type)=\(argument.plain)" }
            }
            output.append(contentsOf: "%!(EXTRA \(extra.joined(separator: ", ")))".utf8)
        }
        return output
    }

    /// Writes a text or an integer where its verb stands alone, which is what most formats consist of.
    private mutating func writePlainly(_ format: UnsafeBufferPointer<UInt8>, _ position: Int) -> Bool {
        guard case .values(let values) = operands, next < values.count, position < format.count else { return false }
        switch (format[position], values[next].tag) {
        case (UInt8(ascii: "s"), .string), (UInt8(ascii: "v"), .string): output.append(contentsOf: values[next].bytes)
        case (UInt8(ascii: "d"), .integer), (UInt8(ascii: "v"), .integer): output.append(contentsOf: String(values[next].integerValue).utf8)
        default: return false
        }
        next += 1
        return true
    }

    private mutating func writeArgument(_ verb: String, _ directive: Directive) {
        if verb == "%" {
            output.append(UInt8(ascii: "%"))
        } else if !hasArgumentNumber {
            output.append(contentsOf: "%!\(verb)(BADINDEX)".utf8)
        } else if next >= operands.count {
            output.append(contentsOf: "%!\(verb)(MISSING)".utf8)
        } else {
            let argument = operands[next]
            next += 1
            output.append(contentsOf: FormattedArgument(verb: verb, directive: directive).text(argument).utf8)
        }
    }

    // MARK: Directives

    private mutating func readDirective(_ format: UnsafeBufferPointer<UInt8>, _ position: inout Int) throws(BuiltinError) -> Directive {
        var directive = Directive()
        flags: while position < format.count {
            switch format[position] {
            case UInt8(ascii: "-"): directive.minus = true
            case UInt8(ascii: "+"): directive.plus = true
            case UInt8(ascii: "#"): directive.sharp = true
            case UInt8(ascii: " "): directive.space = true
            case UInt8(ascii: "0"): directive.zero = true
            default: break flags
            }
            position += 1
        }
        hasArgumentNumber = true
        var followsNumber = argumentNumber(format, &position)
        if position < format.count, format[position] == UInt8(ascii: "*") {
            position += 1
            directive.width = try argumentSize("BADWIDTH")
            if let width = directive.width, width < 0 {
                directive.width = -width
                directive.minus = true
                directive.zero = false
            }
            followsNumber = false
        } else {
            directive.width = try digits(format, &position)
            if followsNumber, directive.width != nil { hasArgumentNumber = false }
        }
        // A dot at the end is a verb, as Go has it.
        if position + 1 < format.count, format[position] == UInt8(ascii: ".") {
            position += 1
            if followsNumber { hasArgumentNumber = false }
            followsNumber = argumentNumber(format, &position)
            if position < format.count, format[position] == UInt8(ascii: "*") {
                position += 1
                directive.precision = try argumentSize("BADPREC", allowsNegative: false)
                followsNumber = false
            } else {
                directive.precision = try digits(format, &position) ?? 0
            }
        }
        if !followsNumber { _ = argumentNumber(format, &position) }
        return directive
    }

    /// `[3]`: which operand comes next.
    private mutating func argumentNumber(_ format: UnsafeBufferPointer<UInt8>, _ position: inout Int) -> Bool {
        guard position < format.count, format[position] == UInt8(ascii: "[") else { return false }
        isReordered = true
        guard let close = format[position...].firstIndex(of: UInt8(ascii: "]")) else {
            hasArgumentNumber = false
            position += 1
            return false
        }
        let text = format[(position + 1)..<close]
        position = close + 1
        let isNumber = !text.isEmpty && text.allSatisfy { (0x30...0x39).contains($0) }
        guard isNumber, let number = Int(String(decoding: text, as: UTF8.self)), number >= 1, number <= operands.count else {
            hasArgumentNumber = false
            return isNumber
        }
        next = number - 1
        return true
    }

    /// The size that an argument gives for `*`.
    private mutating func argumentSize(_ problem: String, allowsNegative: Bool = true) throws(BuiltinError) -> Int? {
        var size: Int?
        if next < operands.count, case .integer(let number, _) = operands[next], let integer = number.integer { size = Int(integer) }
        if next < operands.count { next += 1 }
        guard let size, allowsNegative || size >= 0 else {
            output.append(contentsOf: "%!(\(problem))".utf8)
            return nil
        }
        guard size.magnitude <= limits.formatWidth else { throw .failure("width is more than \(limits.formatWidth)") }
        return size
    }

    private func digits(_ format: UnsafeBufferPointer<UInt8>, _ position: inout Int) throws(BuiltinError) -> Int? {
        var value: Int?
        while position < format.count, (0x30...0x39).contains(format[position]) {
            value = (value ?? 0) * 10 + Int(format[position] - 0x30)
            guard value ?? 0 <= limits.formatWidth else { throw .failure("width is more than \(limits.formatWidth)") }
            position += 1
        }
        return value
    }

    // MARK: Numbers

    /// A double as Go writes it: two digits of exponent at least; `%g` without a precision is shortest, with exponents below -4 and from 6 on.
    static func goFloat(_ value: Double, _ style: Character, _ precision: Int?, keepsZeros: Bool = false) -> String {
        switch style {
        case "e", "E", "f", "F": return String(format: "%\(keepsZeros ? "#" : "").\(precision ?? 6)\(style == "F" ? "f" : style)", value)
        case "g", "G":
            if precision != nil || keepsZeros { return String(format: "%\(keepsZeros ? "#" : "").\(precision ?? 6)\(style)", value) }
            let text = shortest(value)
            return style == "G" ? text.uppercased() : text
        default: return "\(value)"
        }
    }

    private static func shortest(_ value: Double) -> String {
        guard value.isFinite else { return value.isNaN ? "NaN" : (value < 0 ? "-Inf" : "+Inf") }
        guard value != 0 else { return value.sign == .minus ? "-0" : "0" }
        let (digits, exponent) = decimal(value.magnitude)
        let sign = value < 0 ? "-" : ""
        if exponent < -4 || exponent >= 6 { return sign + scientific(digits, exponent) }
        return sign + positional(digits, exponent)
    }

    /// The shortest digits that read as the value, and the exponent of the first.
    static func decimal(_ value: Double) -> (digits: [UInt8], exponent: Int) {
        let text = Array("\(value)".utf8)
        let mark = text.firstIndex { $0 | 0x20 == UInt8(ascii: "e") } ?? text.count
        let exponent = mark < text.count ? Int(String(decoding: text[(mark + 1)...], as: UTF8.self)) ?? 0 : 0
        let point = text[..<mark].firstIndex(of: UInt8(ascii: ".")) ?? mark
        var digits = text[..<mark].filter { $0 != UInt8(ascii: ".") }
        let leading = digits.prefix { $0 == UInt8(ascii: "0") }.count
        digits.removeFirst(leading)
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        return (digits, exponent + point - 1 - leading)
    }

    static func scientific(_ digits: [UInt8], _ exponent: Int) -> String {
        let fraction = digits.count > 1 ? "." + String(decoding: digits.dropFirst(), as: UTF8.self) : ""
        let power = String(exponent.magnitude)
        return String(decoding: digits.prefix(1), as: UTF8.self) + fraction + "e" + (exponent < 0 ? "-" : "+") + (power.count < 2 ? "0" : "") + power
    }

    private static func positional(_ digits: [UInt8], _ exponent: Int) -> String {
        if exponent < 0 { return "0." + String(repeating: "0", count: -exponent - 1) + String(decoding: digits, as: UTF8.self) }
        let whole = digits.prefix(exponent + 1), fraction = digits.dropFirst(exponent + 1)
        return String(decoding: whole, as: UTF8.self) + String(repeating: "0", count: max(0, exponent + 1 - digits.count))
            + (fraction.isEmpty ? "" : "." + String(decoding: fraction, as: UTF8.self))
    }
}
