import Rego

/// A random policy about rows of the table `t`, and random rows.
///
/// Columns: `id`, `n` and `m` integers, `s` and `r` text, `b` boolean, `o` an integer or NULL. What is asked of `o` is what means the same
/// for NULL and null: equality, membership, greater than.
struct RandomFilter {
    struct Row {
        var fields: [(name: String, value: Value)]
        var document: Value { .makeObject(fields.map { (.string($0.name), $0.value) }) }
    }

    let policy: String
    let rows: [Row]
    let usesPatterns: Bool

    private static let words = ["a", "ab", "ba", "b_", "100%", "O'Hara", "back\\slash", "[x]", "é", ""]

    init(seed: UInt64, usesPatterns: Bool) {
        var random = SeededRandom(seed: seed)
        self.usesPatterns = usesPatterns
        rows = (0..<12).map { number in
            Row(fields: [
                ("id", .number(Number(number))), ("n", .number(Number(Int.random(in: -3...3, using: &random)))), ("m", .number(Number(Int.random(in: -3...3, using: &random)))),
                ("s", Self.word(&random)), ("r", Self.word(&random)), ("b", .boolean(.random(using: &random))),
                ("o", Bool.random(using: &random) ? .null : .number(Number(Int.random(in: 0...2, using: &random)))),
            ])
        }
        var rules = "package filters\n\n"
        for helper in ["owned", "open"] {
            for _ in 0..<Int.random(in: 1...2, using: &random) { rules += "\(helper) if {\n" + Self.body(&random, usesPatterns, helpers: false) + "}\n\n" }
        }
        rules += "limit := 1 if input.user == \"u1\"\n\nlimit := -1 if input.user == \"u2\"\n\n"
        for _ in 0..<Int.random(in: 1...3, using: &random) { rules += "include if {\n" + Self.body(&random, usesPatterns, helpers: true) + "}\n\n" }
        policy = rules
    }

    private static func word(_ random: inout SeededRandom) -> Value { .string(words.randomElement(using: &random) ?? "") }

    private static func body(_ random: inout SeededRandom, _ usesPatterns: Bool, helpers: Bool) -> String {
        (0..<Int.random(in: 1...3, using: &random)).map { "\t\(literal($0, &random, usesPatterns, helpers: helpers))\n" }.joined()
    }

    private static func literal(_ position: Int, _ random: inout SeededRandom, _ usesPatterns: Bool, helpers: Bool) -> String {
        let number = Int.random(in: -3...3, using: &random)
        let word = word(&random).regoText
        let not = Int.random(in: 0..<4, using: &random) == 0 ? "not " : ""
        let comparison = ["==", "!=", "<", "<=", ">", ">="].randomElement(using: &random) ?? "=="
        switch Int.random(in: 0..<(helpers ? 14 : 11), using: &random) {
        case 0, 1: return "\(not)input.t.n \(comparison) \(number)"
        case 2: return "\(not)\(abs(number)) \(comparison) input.t.m"
        case 3: return "\(not)input.t.n \(comparison) input.t.m"
        case 4: return "\(not)input.t.s \(comparison == "<" || comparison == ">=" ? "==" : comparison == "<=" || comparison == ">" ? "!=" : comparison) \(word)"
        case 5: return "\(not)input.t.s in [\(word), \(Self.word(&random).regoText)]"
        case 6: return "\(not)input.t.b == \(Bool.random(using: &random))"
        case 7: return "\(not)input.t.o in {0, 1}"
        case 8: return "\(not)input.t.o \(["== null", "!= null", "== 1", "> 0"].randomElement(using: &random) ?? "== 1")"
        case 9: return usesPatterns ? "\(not)\(["startswith", "endswith", "contains"].randomElement(using: &random) ?? "contains")(input.t.s, \(word))" : "\(not)input.t.s == input.t.r"
        case 10: return "some x\(position) in [\(number), \(number + 1)]; input.t.n == x\(position)"
        case 11: return "\(not)owned"
        case 12: return "\(not)open"
        default: return "input.t.n \(comparison) limit"
        }
    }
}
