/// Values with which comparisons and built-ins hold.
enum BuiltinSamples {
    /// An argument of a built-in, and a value of it that makes the result true.
    ///
    /// - Parameter values: of the arguments; empty where one of them is undefined.
    static func truth(of name: String, _ values: [Value]) -> (argument: Int, sample: Value)? {
        func text(_ position: Int) -> String? { if values.indices.contains(position), case .string(let text) = values[position] { text } else { nil } }
        let present = text(0) == "value" ? nil : text(0)
        switch name {
        case "is_string": return (0, "value")
        case "is_number": return (0, 1)
        case "is_boolean": return (0, true)
        case "is_array": return (0, [])
        case "is_object": return (0, [:])
        case "is_null": return (0, .null)
        case "startswith": return text(1).map { (0, .string($0 + (present ?? ""))) }
        case "endswith": return text(1).map { (0, .string((present ?? "") + $0)) }
        case "contains": return text(1).map { (0, .string($0)) }
        case "glob.match": return text(0).map { (2, .string(example(ofGlob: $0))) }
        case "net.cidr_contains": return text(0).map { (1, .string(String($0.prefix { $0 != "/" }))) }
        default: return nil
        }
    }

    /// An argument of a built-in, and a value of it that makes the result false, where not any other value does.
    static func falsehood(of name: String) -> (argument: Int, sample: Value)? {
        // An address that is kept for documentation (RFC 5737).
        name == "net.cidr_contains" ? (1, "192.0.2.1") : nil
    }

    /// A text that a pattern matches, where it has no more than `*` and `**` in it.
    private static func example(ofGlob pattern: String) -> String {
        pattern.replacing("**", with: "*").replacing("*", with: "value")
    }
}

extension Comparison {
    /// What holds where this does not, of values that can be compared.
    var opposite: Comparison {
        switch self {
        case .equal: .notEqual
        case .notEqual: .equal
        case .less: .greaterOrEqual
        case .lessOrEqual: .greater
        case .greater: .lessOrEqual
        case .greaterOrEqual: .less
        }
    }

    /// The comparison with its operands exchanged.
    var mirrored: Comparison {
        switch self {
        case .equal, .notEqual: self
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        }
    }

    func holds(_ a: Value, _ b: Value) -> Bool {
        switch self {
        case .equal: a == b
        case .notEqual: a != b
        case .less: a < b
        case .lessOrEqual: a < b || a == b
        case .greater: b < a
        case .greaterOrEqual: b < a || a == b
        }
    }

    /// Left operands with which the comparison holds, the nearest first.
    func samples(against other: Value, insteadOf present: Value?) -> [Value] {
        switch (self, other) {
        case (.equal, _), (.lessOrEqual, _), (.greaterOrEqual, _): [other]
        case (.less, .number(let number)): [.number(number.minus(Number(1)))]
        case (.greater, .number(let number)): [.number(number.plus(Number(1)))]
        case (.notEqual, .boolean(let flag)): [.boolean(!flag)]
        case (.notEqual, .number(let number)): [.number(number.plus(Number(1)))]
        case (.notEqual, .string(let text)): [.string(text == "value" ? "other" : "value")]
        case (.notEqual, _): [.null]
        case (.less, _), (.greater, _): []
        }
    }
}

extension Number {
    func plus(_ other: Number) -> Number {
        if let a = bigInteger, let b = other.bigInteger { return Number(a + b) }
        return Number(double + other.double) ?? self
    }

    func minus(_ other: Number) -> Number {
        if let a = bigInteger, let b = other.bigInteger { return Number(a - b) }
        return Number(double - other.double) ?? self
    }
}
