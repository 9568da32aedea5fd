extension Formatter {
    /// What Go's formatting knows of a value.
    enum Argument: Sendable {
        /// `int64`, `int`, or `*big.Int` where it does not fit.
        case integer(Number, type: String)
        case float(Double)
        case text(String, type: String)
        case boolean(Bool)
        case null
        case list([Argument], type: String)
        /// Anything that has one text form only.
        case other(String, type: String)

        /// As OPA hands values to Go: integers (also `1.0`), fractions as written, and everything else as text: strings, Rego text of
        /// other values, and numbers with exponents.
        init(_ value: Datum) {
            switch value.tag {
            case .string: self = .text(value.text, type: "string")
            case .integer: self = .integer(value.number, type: "int64")
            case .number: self.init(number: value.number, text: value.text)
            default: self = .text(Value(value).regoText, type: "string")
            }
        }

        private init(number: Number, text: String) {
            let hasExponent = text.contains("e") || text.contains("E")
            if !hasExponent, number.integer != nil {
                self = .integer(number, type: "int64")
            } else if !hasExponent, !text.contains(".") {
                self = .integer(number, type: "*big.Int")
            } else if text.contains("."), number.double.isFinite {
                self = .float(number.double)
            } else {
                self = .text(text, type: "string")
            }
        }

        var type: String {
            switch self {
            case .integer(_, let type), .text(_, let type), .list(_, let type), .other(_, let type): type
            case .float: "float64"
            case .boolean: "bool"
            case .null: "<nil>"
            }
        }

        /// As `%v` writes it.
        var plain: String {
            switch self {
            case .integer(let number, _): number.bigInteger.map { String($0) } ?? number.text
            case .float(let double): Formatter.goFloat(double, "g", nil)
            case .text(let text, _), .other(let text, _): text
            case .boolean(let boolean): boolean ? "true" : "false"
            case .null: "<nil>"
            case .list(let elements, _): "[\(elements.map(\.plain).joined(separator: " "))]"
            }
        }
    }
}
