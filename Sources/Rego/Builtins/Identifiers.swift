extension Builtin {
    /// Identifiers and random numbers.
    static let identifiers: [Builtin] = [
        Builtin("uuid.rfc4122", ["k": .string], returns: .string, "A random UUID, the same for a key throughout a query.", traits: .nondeterministic) { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let memory = "uuid.rfc4122 " + (try call.string(0))
            if let known = call.context.memory[memory] { return call.make(known) }
            var bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &call.context.random) }
            bytes[6] = bytes[6] & 0x0f | 0x40
            bytes[8] = bytes[8] & 0x3f | 0x80
            let digits = Array(Hexadecimal.text(bytes))
            let text = [digits[0..<8], digits[8..<12], digits[12..<16], digits[16..<20], digits[20..<32]].map { String($0) }.joined(separator: "-")
            call.context.memory[memory] = .string(text)
            return call.make(text)
        },
        Builtin("uuid.parse", ["uuid": .string], returns: .object(.string, .any), "What a UUID says of itself.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            var text = try call.string(0).lowercased()
            if text.hasPrefix("urn:uuid:") { text.removeFirst(9) }
            if text.hasPrefix("{"), text.hasSuffix("}") { text = String(text.dropFirst().dropLast()) }
            let hasDashes = text.utf8.count == 36
            let dashes = text.utf8.enumerated().filter { $0.element == UInt8(ascii: "-") }.map(\.offset)
            guard hasDashes ? dashes == [8, 13, 18, 23] : dashes.isEmpty, let bytes = Hexadecimal.bytes(text.utf8.filter { $0 != UInt8(ascii: "-") }), bytes.count == 16 else { return .undefined }
            return call.make(describe(bytes))
        },
        Builtin("rand.intn", ["str": .string, "n": .number], returns: .number, "A random integer from 0 up to, not including, |n|, the same for a key throughout a query.", traits: .nondeterministic) { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let limit = try call.integer(1)
            let memory = "rand.intn \(limit) " + (try call.string(0))
            if limit == 0 { return .integer(0) }
            if let known = call.context.memory[memory] { return call.make(known) }
            let value = UInt.random(in: 0..<limit.magnitude, using: &call.context.random)
            call.context.memory[memory] = .number(Number(Int(value)))
            return .integer(Int(value))
        },
    ]

    private static func describe(_ bytes: [UInt8]) -> Value {
        let version = Int(bytes[6] >> 4)
        let variant: String =
            switch bytes[8] {
            case 0x80..<0xc0: "RFC4122"
            case 0xc0..<0xe0: "Microsoft"
            case 0xe0...: "Future"
            default: "Reserved"
            }
        var fields: [(Value, Value)] = [(.string("version"), .number(Number(version))), (.string("variant"), .string(variant))]
        func word(_ range: Range<Int>) -> UInt64 { bytes[range].reduce(0) { $0 << 8 | UInt64($1) } }
        if version == 1 || version == 2 {
            let sequence = Int(word(8..<10) & 0x3fff)
            let node = bytes[10...].map { Hexadecimal.text([$0]) }.joined(separator: "-")
            let ticks = version == 1 ? (word(6..<8) & 0xfff) << 48 | word(4..<6) << 32 | word(0..<4) : (word(6..<8) & 0xfff) << 48 | word(4..<6) << 32 | word(0..<4)
            let nanoseconds = (Int64(bitPattern: ticks) - 122_192_928_000_000_000) &* 100
            let kind = (bytes[10] & 2 != 0 ? "local" : "global") + ":" + (bytes[10] & 1 != 0 ? "multicast" : "unicast")
            fields += [
                (.string("clocksequence"), .number(Number(sequence))), (.string("nodeid"), .string(node)), (.string("macvariables"), .string(kind)),
                (.string("time"), .number(Number(nanoseconds))),
            ]
            if version == 2 {
                let domains = ["Person", "Group", "Org"]
                let domain = Int(bytes[9])
                fields += [(.string("domain"), .string(domain < 3 ? domains[domain] : "Domain\(domain)")), (.string("id"), .number(Number(Int64(word(0..<4)))))]
            }
        }
        return .makeObject(fields)
    }
}
