import BigInt
import Foundation

/// Go's `fmt.Sprintf`, as far as Rego values can meet it.
struct Formatter {
    private let values: UnsafeBufferPointer<Datum>
    private var next = 0
    private var output: [UInt8] = []

    init(values: UnsafeBufferPointer<Datum>) { self.values = values }

    private struct Directive {
        var minus = false, plus = false, sharp = false, space = false, zero = false
        var width: Int?
        var precision: Int?
    }

    mutating func format(_ format: UnsafeBufferPointer<UInt8>) throws(BuiltinError) -> [UInt8] {
        var position = 0
        var reordered = false
        while position < format.count {
            guard let percent = format[position...].firstIndex(of: UInt8(ascii: "%")) else {
                output.append(contentsOf: format[position...])
                break
            }
            output.append(contentsOf: format[position..<percent])
            position = percent + 1
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
            reordered = argumentNumber(format, &position) || reordered
            directive.width = try number(format, &position)
            if let width = directive.width, width < 0 {
                directive.minus = true
                directive.width = -width
            }
            if position < format.count, format[position] == UInt8(ascii: ".") {
                position += 1
                reordered = argumentNumber(format, &position) || reordered
                directive.precision = try number(format, &position) ?? 0
            }
            reordered = argumentNumber(format, &position) || reordered
            guard position < format.count else {
                output.append(contentsOf: "%!(NOVERB)".utf8)
                break
            }
            let end = Bytes.offset(format, character: 1, from: position)
            let verb = String(decoding: format[position..<end], as: UTF8.self)
            position = end
            if verb == "%" {
                output.append(UInt8(ascii: "%"))
            } else if next >= values.count || next < 0 {
                output.append(contentsOf: "%!\(verb)(\(next < 0 ? "BADINDEX" : "MISSING"))".utf8)
            } else {
                let value = values[next]
                next += 1
                output.append(contentsOf: write(Argument(value), verb, directive).utf8)
            }
            guard output.count <= BuiltinLimits.stringBytes else { throw .failure("result is longer than \(BuiltinLimits.stringBytes) bytes") }
        }
        if !reordered && next < values.count {
            let extra = values[next...].map(Argument.init).map { "\($0.type)=\($0.plain)" }.joined(separator: ", ")
            output.append(contentsOf: "%!(EXTRA \(extra))".utf8)
        }
        return output
    }

    /// `[3]`: which operand comes next.
    private mutating func argumentNumber(_ format: UnsafeBufferPointer<UInt8>, _ position: inout Int) -> Bool {
        guard position < format.count, format[position] == UInt8(ascii: "["), let close = format[position...].firstIndex(of: UInt8(ascii: "]")) else { return false }
        let number = Int(String(decoding: format[(position + 1)..<close], as: UTF8.self))
        next = number.map { $0 >= 1 && $0 <= values.count ? $0 - 1 : -1 } ?? -1
        position = close + 1
        return true
    }

    private mutating func number(_ format: UnsafeBufferPointer<UInt8>, _ position: inout Int) throws(BuiltinError) -> Int? {
        if position < format.count, format[position] == UInt8(ascii: "*") {
            position += 1
            guard next >= 0, next < values.count, values[next].tag == .integer else {
                output.append(contentsOf: "%!(BADWIDTH)".utf8)
                next += 1
                return nil
            }
            let value = Int(values[next].integerValue)
            next += 1
            guard abs(value) <= BuiltinLimits.formatWidth else { throw .failure("width is more than \(BuiltinLimits.formatWidth)") }
            return value
        }
        var value: Int?
        while position < format.count, (0x30...0x39).contains(format[position]) {
            value = (value ?? 0) * 10 + Int(format[position] - 0x30)
            guard value ?? 0 <= BuiltinLimits.formatWidth else { throw .failure("width is more than \(BuiltinLimits.formatWidth)") }
            position += 1
        }
        return value
    }

    // MARK: Values

    /// What OPA hands to Go for a value.
    private enum Argument {
        /// `int64`, or `*big.Int` where it does not fit. Also `1.0`, which OPA takes for an integer.
        case integer(Number)
        case float(Double)
        /// Strings, and everything else as its Rego text. A number such as `1e3` too: neither an integer nor a decimal fraction as written.
        case text(String)

        init(_ value: Datum) {
            switch value.tag {
            case .string: self = .text(value.text)
            case .integer: self = .integer(value.number)
            case .number: self.init(number: value.number, text: value.text)
            default: self = .text(Value(value).regoText)
            }
        }

        private init(number: Number, text: String) {
            let hasExponent = text.contains("e") || text.contains("E")
            guard text.contains(".") else {
                self = hasExponent ? .text(text) : .integer(number)
                return
            }
            if !hasExponent, number.integer != nil {
                self = .integer(number)
            } else {
                self = number.double.isFinite ? .float(number.double) : .text(text)
            }
        }

        var type: String {
            switch self {
            case .integer(let number): number.integer == nil ? "*big.Int" : "int64"
            case .float: "float64"
            case .text: "string"
            }
        }

        var plain: String {
            switch self {
            case .integer(let number): number.bigInteger.map { String($0) } ?? number.text
            case .float(let double): Formatter.goFloat(double, "g", nil)
            case .text(let text): text
            }
        }
    }

    private func write(_ argument: Argument, _ verb: String, _ directive: Directive) -> String {
        switch argument {
        case .integer(let number):
            // Go's big integers know how to print themselves as text.
            if number.integer == nil, verb == "s" { return pad(argument.plain, directive) }
            return integer(number, verb, directive)
        case .float(let double): return float(double, verb, directive)
        case .text(let text): return self.text(text, verb, directive)
        }
    }

    private func bad(_ verb: String, _ type: String, _ text: String) -> String { "%!\(verb)(\(type)=\(text))" }

    private func pad(_ text: String, _ directive: Directive, zeros: Bool = false) -> String {
        let missing = (directive.width ?? 0) - text.unicodeScalars.count
        guard missing > 0 else { return text }
        if directive.minus { return text + String(repeating: " ", count: missing) }
        if zeros && directive.zero {
            let sign = text.first.map { $0 == "-" || $0 == "+" } ?? false
            return (sign ? String(text.prefix(1)) : "") + String(repeating: "0", count: missing) + (sign ? String(text.dropFirst()) : text)
        }
        return String(repeating: " ", count: missing) + text
    }

    private func text(_ text: String, _ verb: String, _ directive: Directive) -> String {
        var shown = text
        if let precision = directive.precision { shown = String(String.UnicodeScalarView(text.unicodeScalars.prefix(precision))) }
        switch verb {
        case "s", "v": return pad(verb == "v" && directive.sharp ? shown.quotedForRego : shown, directive)
        case "q": return pad(directive.sharp && !shown.contains("`") ? "`\(shown)`" : shown.quotedForRego, directive)
        case "x", "X":
            let digits = shown.utf8.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined(separator: directive.space ? " " : "")
            return pad(verb == "X" ? digits.uppercased() : digits, directive)
        default: return bad(verb, "string", text)
        }
    }

    private func integer(_ number: Number, _ verb: String, _ directive: Directive) -> String {
        guard let value = number.bigInteger else { return number.text }
        let radix: Int
        var prefix = ""
        switch verb {
        case "d", "v": radix = 10
        case "b":
            radix = 2
            if directive.sharp { prefix = "0b" }
        case "o", "O":
            radix = 8
            if verb == "O" { prefix = "0o" } else if directive.sharp { prefix = "0" }
        case "x", "X":
            radix = 16
            if directive.sharp { prefix = "0" + verb }
        case "c":
            guard let scalar = number.integer.flatMap({ UInt32(exactly: $0) }).flatMap({ Unicode.Scalar($0) }) else { return pad("\u{fffd}", directive) }
            return pad(String(scalar), directive)
        case "q":
            guard let scalar = number.integer.flatMap({ UInt32(exactly: $0) }).flatMap({ Unicode.Scalar($0) }) else { return pad("'\u{fffd}'", directive) }
            return pad("'\(scalar)'", directive)
        case "U":
            let digits = String(value.magnitude, radix: 16, uppercase: true)
            return pad("U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits, directive)
        case "e", "E", "f", "F", "g", "G":
            return bad(verb, Argument.integer(number).type, String(value))
        default: return bad(verb, Argument.integer(number).type, String(value))
        }
        var digits = String(value.magnitude, radix: radix, uppercase: verb == "X")
        if let precision = directive.precision { digits = String(repeating: "0", count: max(0, precision - digits.count)) + digits }
        let sign = value < 0 ? "-" : (directive.plus ? "+" : (directive.space ? " " : ""))
        return pad(sign + prefix + digits, directive, zeros: directive.precision == nil)
    }

    private func float(_ value: Double, _ verb: String, _ directive: Directive) -> String {
        let style: Character
        switch verb {
        case "v": style = "g"
        case "e", "E", "f", "F", "g", "G": style = Character(verb)
        default: return bad(verb, "float64", Self.goFloat(value, "g", nil))
        }
        let precision = directive.precision ?? (style == "g" || style == "G" ? nil : 6)
        var text = Self.goFloat(value, style, precision)
        if value >= 0 && directive.plus { text = "+" + text } else if value >= 0 && directive.space { text = " " + text }
        return pad(text, directive, zeros: true)
    }

    /// A double as Go writes it: two digits of exponent at least, `%g` shortest with exponents below -4 and from 21 on.
    static func goFloat(_ value: Double, _ style: Character, _ precision: Int?) -> String {
        switch style {
        case "e", "E", "f", "F":
            return String(format: "%.\(precision ?? 6)\(style == "F" ? "f" : style)", value)
        default:
            if let precision { return String(format: "%.\(precision)\(style)", value) }
            var text = "\(value)"
            let exponent = value == 0 ? 0 : Int(log10(abs(value)).rounded(.down))
            if exponent < -4 || exponent >= 21 {
                // Swift writes 1e-07 as 1e-07 and 5e+21 as 5e+21; Go wants two digits too.
                if let mark = text.firstIndex(of: "e") {
                    var digits = text[text.index(after: mark)...]
                    let sign = digits.hasPrefix("-") ? "-" : "+"
                    if digits.hasPrefix("-") || digits.hasPrefix("+") { digits.removeFirst() }
                    var mantissa = text[..<mark]
                    if mantissa.hasSuffix(".0") { mantissa.removeLast(2) }
                    text = "\(mantissa)e\(sign)\(digits.count < 2 ? "0" : "")\(digits)"
                }
                return text
            }
            if text.contains("e") { text = String(format: "%.0f", value) }
            return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
        }
    }
}
