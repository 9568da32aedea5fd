extension Builtin {
    /// A number of Go as JSON writes it: without a plus, and with digits on either side of the point.
    private static func decimal(_ text: String) -> String {
        var digits = Substring(text)
        let sign = digits.first == "-" ? "-" : ""
        if digits.first == "-" || digits.first == "+" { digits.removeFirst() }
        let mantissa = digits.prefix { $0 == "." || ("0"..."9").contains($0) }
        guard mantissa.contains(where: { $0 != "." }) else { return text }
        let parts = mantissa.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2 else { return text }
        let whole = parts[0].drop { $0 == "0" }, fraction = parts.count == 2 ? ".\(parts[1].isEmpty ? "0" : parts[1])" : ""
        return "\(sign)\(whole.isEmpty ? "0" : whole)\(fraction)\(digits.dropFirst(mantissa.count))"
    }

    static let types: [Builtin] = [
        check("is_array", [.array]), check("is_boolean", [.boolean]), check("is_null", [.null]), check("is_number", [.integer, .number]),
        check("is_object", [.object]), check("is_set", [.set]), check("is_string", [.string]),
        Builtin("type_name", ["x": .any], returns: .string, "The name of the value's type.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in call.make(call[0].typeName) },
        Builtin("to_number", ["value": .anyOf(.null, .boolean, .number, .string)], returns: .number, "The number that a string, boolean or null stands for.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            switch call[0].tag {
            case .null: return .integer(0)
            case .boolean: return .integer(call[0].booleanValue ? 1 : 0)
            case .integer, .number: return call[0]
            case .string:
                let text = call[0].text
                let word = text.lowercased().drop { $0 == "+" || $0 == "-" }
                if ["inf", "infinity", "nan"].contains(word) { throw .type("operand 1 must be a finite number but got \(text.quotedForRego)") }
                guard let number = Number(literal: decimal(text)) else { throw .failure("strconv.ParseFloat: parsing \(text.quotedForRego): invalid syntax") }
                guard number.double.isFinite else { throw .failure("strconv.ParseFloat: parsing \(text.quotedForRego): value out of range") }
                return call.make(number)
            default: throw call.mismatch(0, "one of {null, boolean, number, string}")
            }
        },
        cast("cast_array", .array(of: .any)) { call in call[0].tag == .set ? call.make(array: SetView(call[0]).members) : (call[0].tag == .array ? call[0] : nil) },
        cast("cast_set", .set(of: .any)) { call in
            if call[0].tag == .set { return call[0] }
            guard call[0].tag == .array else { return nil }
            let result = call.makeSet()
            for element in call[0].elements { result.insert(element) }
            return result.datum
        },
        cast("cast_string", .string) { $0[0].tag == .string ? $0[0] : nil },
        cast("cast_boolean", .boolean) { $0[0].tag == .boolean ? $0[0] : nil },
        cast("cast_null", .null) { $0[0].tag == .null ? $0[0] : nil },
        cast("cast_object", .object()) { $0[0].tag == .object ? $0[0] : nil },
    ]

    private static func check(_ name: String, _ tags: [Datum.Tag]) -> Builtin {
        Builtin(name, ["x": .any], returns: .boolean, "True where the value is of this type.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            .boolean(tags.contains(call[0].tag))
        }
    }

    private static func cast(_ name: String, _ result: RegoType, _ convert: @escaping @Sendable (BuiltinCall) -> Datum?) -> Builtin {
        Builtin(name, ["": .any], returns: result, "The value, if it is of this type.", traits: .deprecated) { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            guard let converted = convert(call) else { throw call.mismatch(0, String(name.dropFirst(5))) }
            return converted
        }
    }
}
