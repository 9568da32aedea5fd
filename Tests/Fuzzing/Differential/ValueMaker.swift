import Rego

/// Makes values of a type, edges among them, and values that are nearly another.
enum ValueMaker {
    private static let numbers = [
        "0", "1", "-1", "2", "3", "7", "10", "16", "36", "63", "64", "100", "255", "1000", "-12", "1.0", "0.5", "-0.5", "1.5", "2.5", "-2.5", "0.1", "1e2", "1e-7", "1e21", "3.0000000000000004",
        "2147483648", "4294967296", "9007199254740993", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "18446744073709551616", "1234567890123456789012345678901234567890",
        "-100000000000000000000000000000000000000000", "123456789.987654321", "1.7976931348623157e308", "5e-324", "1700000000000000000",
    ].compactMap { Number(literal: $0) }
    private static let texts = [
        "", " ", "a", "b", "abc", "ABC", "a,b,c", "a.b.c", "/a/b", "a/b", "aaa", "NaN", "Infinity", "-Infinity", "null", "true", "0", "-0", "12", "-3.5", "1e5", "0x10", "007", "1_000", "é", "e\u{301}",
        "ß", "İ", "ſ", "Ǆ", "😀", "👩‍👩‍👧", "日本語", "\u{0}", "\u{7f}", "\u{feff}", "\n\t ", "\u{a0}x\u{2003}", "%", "%d", "%%", "%41", "{}", "[]", "{{", "\\", "\"", "'", "`", "$1", "^a.*$", "[a-c]+", "*", "?", "a=1&b=2",
        "2024-02-29T12:00:00Z", "10.0.0.0/8", "::1", "1.2.3", "v1.0.0-rc.1", "10Mi", "YQ==", "616263", "{\"a\": [1, 2.5]}", "a: 1", "ann", "\u{10ffff}",
        String(repeating: "ab", count: 150), String(repeating: "日", count: 60),
    ]

    /// A value of the type; where it has several, one of them. Now and then a value of another.
    static func value(of type: RegoType, _ random: inout SeededRandom, depth: Int = 3) -> Value {
        if Int.random(in: 0..<40, using: &random) == 0 { return anything(&random, depth: 1) }
        switch type {
        case .null, .void: return .null
        case .boolean: return .boolean(Bool.random(using: &random))
        case .number: return .number(number(&random))
        case .string: return .string(text(&random))
        case .array(let elements, let rest):
            let known = elements.map { value(of: $0, &random, depth: depth - 1) }
            return .array(known + several(rest, &random, depth))
        case .set(let member): return .makeSet(several(member, &random, depth))
        case .object(let fields, let keys, let values):
            var pairs: [(Value, Value)] = []
            for field in fields where Bool.random(using: &random) { pairs.append((field.key, value(of: field.type, &random, depth: depth - 1))) }
            if let values { for key in several(keys, &random, depth) { pairs.append((key, value(of: values, &random, depth: depth - 1))) } }
            return .makeObject(pairs)
        case .union(let types): return value(of: types.randomElement(using: &random) ?? .any, &random, depth: depth)
        case .any, .unknown, .function: return anything(&random, depth: depth)
        }
    }

    private static func several(_ type: RegoType?, _ random: inout SeededRandom, _ depth: Int) -> [Value] {
        guard let type, depth > 0 else { return [] }
        let count = [0, 0, 1, 1, 2, 2, 3, 4, 7, 20].randomElement(using: &random) ?? 0
        return (0..<count).map { _ in value(of: type, &random, depth: count > 4 ? 1 : depth - 1) }
    }

    static func anything(_ random: inout SeededRandom, depth: Int) -> Value {
        switch Int.random(in: 0..<(depth > 0 ? 10 : 6), using: &random) {
        case 0: return .null
        case 1: return .boolean(Bool.random(using: &random))
        case 2, 3: return .number(number(&random))
        case 4, 5: return .string(text(&random))
        case 6, 7: return .array(several(.any, &random, depth - 1))
        case 8: return .makeSet(several(.any, &random, depth - 1))
        default: return .makeObject(several(Bool.random(using: &random) ? .string : .any, &random, depth).map { ($0, anything(&random, depth: depth - 1)) })
        }
    }

    static func number(_ random: inout SeededRandom) -> Number {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: Number(Int.random(in: -20...20, using: &random))
        case 1: Number(literal: "\(Int.random(in: -999...999, using: &random)).\(Int.random(in: 0...999, using: &random))") ?? Number(0)
        default: numbers.randomElement(using: &random) ?? Number(0)
        }
    }

    static func text(_ random: inout SeededRandom) -> String {
        let text = texts.randomElement(using: &random) ?? ""
        guard Int.random(in: 0..<4, using: &random) == 0 else { return text }
        return changed(text + (texts.randomElement(using: &random) ?? ""), &random)
    }

    // MARK: Changes

    /// The value with one thing about it changed.
    static func changed(_ value: Value, _ random: inout SeededRandom) -> Value {
        switch value {
        case .string(let text): return .string(changed(text, &random))
        case .number(let number):
            let choices = ["-\(number.text)", "\(number.text)0", "\(number.text).5", "1\(number.text)", "0"]
            return .number(Number(literal: choices.randomElement(using: &random) ?? "0") ?? Number(-1))
        case .array(let elements): return .array(changed(elements, &random))
        case .set(let members): return .makeSet(changed(members, &random))
        case .object(let entries):
            guard let chosen = entries.indices.randomElement(using: &random) else { return [.string(text(&random)): anything(&random, depth: 1)] }
            var pairs = entries.map { ($0.key, $0.value) }
            switch Int.random(in: 0..<4, using: &random) {
            case 0: pairs.remove(at: chosen)
            case 1: pairs[chosen].0 = changed(pairs[chosen].0, &random)
            case 2: pairs[chosen].1 = anything(&random, depth: 1)
            default: pairs[chosen].1 = changed(pairs[chosen].1, &random)
            }
            return .makeObject(pairs)
        case .null, .boolean: return anything(&random, depth: 2)
        }
    }

    private static func changed(_ elements: [Value], _ random: inout SeededRandom) -> [Value] {
        guard let chosen = elements.indices.randomElement(using: &random) else { return [anything(&random, depth: 1)] }
        var elements = elements
        switch Int.random(in: 0..<4, using: &random) {
        case 0: elements.remove(at: chosen)
        case 1: elements.append(elements[chosen])
        case 2: elements[chosen] = anything(&random, depth: 1)
        default: elements[chosen] = changed(elements[chosen], &random)
        }
        return elements
    }

    static func changed(_ text: String, _ random: inout SeededRandom) -> String {
        var scalars = Array(text.unicodeScalars)
        let place = Int.random(in: 0...scalars.count, using: &random)
        let end = min(scalars.count, place + Int.random(in: 1...3, using: &random))
        switch Int.random(in: 0..<5, using: &random) {
        case 0: scalars.removeSubrange(place..<end)
        case 1: scalars.insert(contentsOf: scalars[place..<end], at: place)
        case 2: scalars.insert(contentsOf: (texts.filter { $0.count < 4 }.randomElement(using: &random) ?? "").unicodeScalars, at: place)
        case 3: scalars.reverse()
        default: if place < scalars.count { scalars[place] = Unicode.Scalar(UInt8.random(in: 32...126, using: &random)) }
        }
        var changed = String.UnicodeScalarView()
        changed.append(contentsOf: scalars)
        return String(changed)
    }

    /// Whether a value has a type.
    static func fits(_ value: Value, _ type: RegoType) -> Bool {
        switch (value, type) {
        case (_, .any), (.null, .null), (.boolean, .boolean), (.number, .number), (.string, .string): true
        case (_, .union(let types)): types.contains { fits(value, $0) }
        case (.array(let values), .array(let known, let rest)):
            values.count >= known.count && values.enumerated().allSatisfy { position, value in
                position < known.count ? fits(value, known[position]) : rest.map { fits(value, $0) } ?? false
            }
        case (.set(let members), .set(let member)): members.allSatisfy { fits($0, member) }
        case (.object(let entries), .object(let fields, let keys, let values)):
            fields.allSatisfy { field in entries.contains { $0.key == field.key && fits($0.value, field.type) } }
                && entries.allSatisfy { entry in
                    fields.contains { $0.key == entry.key } || (keys.map { fits(entry.key, $0) } ?? false) && (values.map { fits(entry.value, $0) } ?? false)
                }
        default: false
        }
    }
}

extension Value {
    /// The value as a policy writes it: strings as JSON has them.
    var sourceText: String {
        switch self {
        case .null, .boolean, .number: regoText
        case .string: String(decoding: json(escapesHTML: false), as: UTF8.self)
        case .array(let elements): "[\(elements.map(\.sourceText).joined(separator: ", "))]"
        case .set(let members): members.isEmpty ? "set()" : "{\(members.map(\.sourceText).joined(separator: ", "))}"
        case .object(let entries): "{\(entries.map { "\($0.key.sourceText): \($0.value.sourceText)" }.joined(separator: ", "))}"
        }
    }

    /// Whether JSON has it, and any reader of JSON takes it for the same value.
    var isPlainJSON: Bool {
        switch self {
        case .null, .boolean, .string: true
        case .number(let number): number.integer != nil
        case .array(let elements): elements.allSatisfy(\.isPlainJSON)
        case .set: false
        case .object(let entries): entries.allSatisfy { entry in if case .string = entry.key { entry.value.isPlainJSON } else { false } }
        }
    }
}
