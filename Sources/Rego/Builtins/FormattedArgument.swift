import BigInt
import Foundation

/// One operand written as a verb of a format says.
struct FormattedArgument {
    let verb: String
    let directive: Formatter.Directive
    /// The operand within a complaint about a verb: as `%v`, with the flags as they are written.
    private var isWithinComplaint = false

    init(verb: String, directive: Formatter.Directive) {
        self.verb = verb
        self.directive = directive
    }

    func text(_ argument: Formatter.Argument) -> String {
        if verb == "T" { return padded(argument.type) }
        switch argument {
        case .integer(let number, let type):
            // Go's big integers know how to print themselves as text.
            if type == "*big.Int", verb == "s" { return padded(argument.plain) }
            return integer(number, type)
        case .float(let double): return float(double)
        case .text(let text, let type): return self.text(text, type)
        case .boolean(let boolean): return verb == "v" || verb == "t" ? padded(boolean ? "true" : "false") : bad("bool", argument)
        case .null: return verb == "v" ? padded("<nil>") : "%!\(verb)(<nil>)"
        case .list(let elements, _): return "[\(elements.map { self.text($0) }.joined(separator: " "))]"
        case .other(let text, let type): return verb == "v" || verb == "s" ? padded(text) : bad(type, argument)
        }
    }

    private func bad(_ type: String, _ argument: Formatter.Argument) -> String {
        var inner = FormattedArgument(verb: "v", directive: directive)
        inner.isWithinComplaint = true
        // Go's big integers say themselves what is wrong, without flags.
        return "%!\(verb)(\(type)=\(type == "big.Int" ? argument.plain : inner.text(argument)))"
    }

    private func padded(_ text: String, zeros: Bool? = nil) -> String {
        let missing = (directive.width ?? 0) - text.unicodeScalars.count
        guard missing > 0 else { return text }
        let fill = String(repeating: zeros ?? directive.fillsWithZeros ? "0" : " ", count: missing)
        return directive.minus ? text + fill : fill + text
    }

    // MARK: Text

    private func text(_ text: String, _ type: String) -> String {
        var shown = text
        if let precision = directive.precision, verb != "x", verb != "X" { shown = String(String.UnicodeScalarView(text.unicodeScalars.prefix(precision))) }
        switch verb {
        case "s", "v": return padded(verb == "v" && directive.sharp && !isWithinComplaint ? shown.quotedForRego : shown)
        case "q": return padded(quoted(shown))
        case "x", "X":
            let bytes = Array(text.utf8)
            return padded(hexadecimal(bytes.prefix(directive.precision ?? bytes.count)))
        default: return bad(type, .text(text, type: type))
        }
    }

    private func quoted(_ text: String) -> String {
        let canBeRaw = !text.unicodeScalars.contains { $0 == "`" || ($0.value < 0x20 && $0 != "\t") || $0.value == 0x7f || $0.value == 0xfeff }
        if directive.sharp, canBeRaw { return "`\(text)`" }
        return directive.plus ? text.quotedInASCII : text.quotedForRego
    }

    private func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        let mark = directive.sharp ? "0x" : ""
        let pairs = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        let digits = directive.space ? pairs.map { mark + $0 }.joined(separator: " ") : (pairs.isEmpty ? "" : mark) + pairs.joined()
        return verb == "X" ? digits.uppercased() : digits
    }

    // MARK: Integers

    private func integer(_ number: Number, _ type: String) -> String {
        guard let value = number.bigInteger else { return number.text }
        switch verb {
        case "d", "v": return digits(value, radix: 10, prefix: "")
        case "b": return digits(value, radix: 2, prefix: directive.sharp ? "0b" : "")
        case "o": return digits(value, radix: 8, prefix: directive.sharp ? "0" : "")
        case "O": return digits(value, radix: 8, prefix: "0o")
        case "x", "X": return digits(value, radix: 16, prefix: directive.sharp ? "0\(verb)" : "")
        case "c" where type != "*big.Int": return padded(String(scalar(number)))
        case "q" where type != "*big.Int": return padded("'\(quotedScalar(scalar(number)))'")
        case "U" where type != "*big.Int": return padded(codePoint(value, number), zeros: false)
        default: return bad(type == "*big.Int" ? "big.Int" : type, .integer(number, type: type))
        }
    }

    private func scalar(_ number: Number) -> Unicode.Scalar {
        number.integer.flatMap { UInt32(exactly: $0) }.flatMap { Unicode.Scalar($0) } ?? "\u{fffd}"
    }

    private func quotedScalar(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\"": "\""
        case "'": "\\'"
        default: String(String(scalar).quotedForRego.dropFirst().dropLast())
        }
    }

    private func codePoint(_ value: BigInt, _ number: Number) -> String {
        let digits = String(value.magnitude, radix: 16, uppercase: true)
        let width = max(4, directive.precision ?? 0)
        let scalar = scalar(number)
        let shown = directive.sharp && scalar.isPrintableInGo ? " '\(scalar)'" : ""
        return "U+" + String(repeating: "0", count: max(0, width - digits.count)) + digits + shown
    }

    private func digits(_ value: BigInt, radix: Int, prefix: String) -> String {
        let sign = value < 0 ? "-" : (directive.plus && (verb != "v" || isWithinComplaint) ? "+" : (directive.space ? " " : ""))
        // A precision of zero writes nothing for zero.
        if directive.precision == 0, value == 0 { return padded("", zeros: false) }
        var digits = String(value.magnitude, radix: radix, uppercase: verb == "X")
        var least = directive.precision ?? 0
        if directive.precision == nil, directive.fillsWithZeros, let width = directive.width { least = width - sign.count }
        digits = String(repeating: "0", count: max(0, least - digits.count)) + digits
        let mark = prefix == "0" && digits.hasPrefix("0") ? "" : prefix
        return padded(sign + mark + digits, zeros: false)
    }

    // MARK: Fractions

    private func float(_ value: Double) -> String {
        let style: Character
        switch verb {
        case "v": style = "g"
        case "e", "E", "f", "F", "g", "G": style = Character(verb)
        case "x", "X", "b": return signed(binary(value))
        default: return bad("float64", .float(value))
        }
        let precision = directive.precision ?? (style == "g" || style == "G" ? nil : 6)
        return signed(Formatter.goFloat(value, style, precision, keepsZeros: directive.sharp && (verb != "v" || isWithinComplaint)))
    }

    /// With the sign that is asked for, padded; zeros stand between sign and digits.
    private func signed(_ text: String) -> String {
        let isNegative = text.hasPrefix("-")
        let sign = isNegative ? "-" : (directive.plus && (verb != "v" || isWithinComplaint) ? "+" : (directive.space ? " " : ""))
        let digits = isNegative ? String(text.dropFirst()) : text
        guard directive.fillsWithZeros, let width = directive.width else { return padded(sign + digits) }
        return sign + String(repeating: "0", count: max(0, width - sign.count - digits.count)) + digits
    }

    /// `%x` and `%b`: mantissa and power of two.
    private func binary(_ value: Double) -> String {
        if verb == "b" {
            let mantissa = value.isNormal ? value.significandBitPattern | 1 << 52 : value.significandBitPattern
            let exponent = max(1, Int(value.exponentBitPattern)) - 1075
            return "\(value < 0 ? "-" : "")\(mantissa)p\(exponent < 0 ? "-" : "+")\(exponent.magnitude)"
        }
        let text = String(format: directive.precision.map { "%.\($0)a" } ?? "%a", value)
        guard let mark = text.firstIndex(of: "p") else { return text }
        let power = text[text.index(mark, offsetBy: 2)...]
        let result = text[..<mark] + "p" + text[text.index(after: mark)...].prefix(1) + (power.count < 2 ? "0" : "") + power
        return verb == "X" ? result.uppercased() : String(result)
    }
}

extension String {
    /// In double quotes, everything beyond ASCII escaped.
    fileprivate var quotedInASCII: String {
        var result = ""
        for scalar in quotedForRego.unicodeScalars {
            if scalar.isASCII { result.unicodeScalars.append(scalar) } else { result += scalar.goEscape }
        }
        return result
    }
}
