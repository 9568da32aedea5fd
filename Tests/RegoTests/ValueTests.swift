import Rego
import Testing

/// Laws that values keep, tried on values made at random from a fixed seed.
@Suite struct ValueTests {
    private static func value(_ random: inout SeededRandom, depth: Int) -> Value {
        switch Int.random(in: 0..<(depth > 0 ? 9 : 6), using: &random) {
        case 0: .null
        case 1: .boolean(Bool.random(using: &random))
        case 2: .number(Number(Int.random(in: -3...3, using: &random)))
        case 3: Number(literal: ["1.0", "1e0", "0.5", "-0", "123456789012345678901234567890", "1e2", "100"].randomElement(using: &random) ?? "0").map { .number($0) } ?? .null
        case 4: .string(["", "a", "b", "é", "e\u{301}", "\u{0}", "😀"].randomElement(using: &random) ?? "")
        case 5: .string("k\(Int.random(in: 0..<20, using: &random))")
        case 6: .array((0..<Int.random(in: 0..<4, using: &random)).map { _ in value(&random, depth: depth - 1) })
        case 7: .makeSet((0..<Int.random(in: 0..<14, using: &random)).map { _ in value(&random, depth: depth - 1) })
        default: .makeObject((0..<Int.random(in: 0..<14, using: &random)).map { _ in (value(&random, depth: depth - 1), value(&random, depth: depth - 1)) })
        }
    }

    private static let samples: [Value] = {
        var random = SeededRandom(seed: 7)
        return (0..<220).map { _ in value(&random, depth: 3) }
    }()

    @Test func orderIsTotal() {
        for a in Self.samples {
            #expect(a == a)
            for b in Self.samples {
                #expect([a < b, a == b, b < a].count { $0 } == 1, "\(a.regoText) and \(b.regoText)")
                if a == b { #expect(a.hashValue == b.hashValue, "\(a.regoText) and \(b.regoText)") }
            }
        }
        let sorted = Self.samples.sorted()
        for (a, b) in zip(sorted, sorted.dropFirst()) { #expect(a <= b) }
    }

    @Test func regoTextReadsAsTheSameValue() throws {
        let empty = try PolicySnapshot(policies: [])
        // Control characters are written as OPA writes them, in Go's notation, which Rego does not read.
        for value in Self.samples where !value.regoText.contains("\\x") {
            let result = try empty.prepare("x = \(value.regoText)").evaluate().solutions.first?.bindings.first?.value
            #expect(result == value, "\(value.regoText)")
        }
    }

    /// Values through the engine and back are the same, also those that the engine compares and looks up.
    @Test func membershipAgreesWithEquality() throws {
        let query = try PolicySnapshot(policies: []).prepare("[x | some x in input.values; x in input.set]")
        var random = SeededRandom(seed: 11)
        for _ in 0..<40 {
            let values = (0..<12).map { _ in Self.value(&random, depth: 2) }, set = (0..<12).map { _ in Self.value(&random, depth: 2) }
            let result = try query.evaluate(input: .value(["values": .array(values), "set": .makeSet(set)])).solutions.first?.expressions.first?.value
            #expect(result == .array(values.filter { set.contains($0) }))
        }
    }

    @Test(arguments: [
        ("{\"a\":1,\"a\":2}", "{\"a\":2}"), ("1.10", "1.10"), ("1e2", "1e2"), ("[1,  2 ]", "[1,2]"), ("\"\\u00e9\\ud83d\\ude00\"", "\"é😀\""), ("\"<&>\"", "\"\\u003c\\u0026\\u003e\""),
        ("123456789012345678901234567890", "123456789012345678901234567890"), ("\"\\u0000\"", "\"\\u0000\""), ("{\"b\":1,\"a\":{}}", "{\"a\":{},\"b\":1}"),
    ])
    func jsonIsCanonical(_ text: String, _ written: String) throws {
        #expect(String(decoding: try Value(json: Array(text.utf8)).json(), as: UTF8.self) == written)
    }

    @Test(arguments: ["", "{", "[1,]", "{\"a\"}", "01", "1.", "\"\\ud800\"", "\"\u{1}\"", "nul", "1 2", String(repeating: "[", count: 5000), "1e999999999"])
    func whatIsNotJSONIsRefused(_ text: String) {
        #expect(throws: EvaluationError.self) { try Value(json: Array(text.utf8)) }
    }

    @Test func invalidUTF8IsRefused() {
        for bytes: [UInt8] in [[0x22, 0xff, 0x22], [0x22, 0xc0, 0x80, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22]] {
            #expect(throws: EvaluationError.self) { try Value(json: bytes) }
        }
    }
}
