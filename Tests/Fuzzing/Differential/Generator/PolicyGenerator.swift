import Rego

/// Writes random policies that parse, whose variables are safe and whose types fit, with data and input for them.
///
/// A rule refers only to rules before it, so nothing is recursive. What comes from data and input may be anything, so undefined values and
/// failing built-ins are results too.
struct PolicyGenerator {
    /// What the type checker can know of a term.
    enum Kind: CaseIterable {
        case any, number, string, boolean, array, set, object
    }

    struct Name {
        var text: String
        var kind: Kind
    }

    struct Function {
        var name: String
        var arity: Int
    }

    let library: OperandLibrary
    var random: SeededRandom
    /// What the module being written can refer to, by the name it has there.
    var rules: [Name] = []
    var functions: [Function] = []
    var variables: [Name] = []
    /// Names of rules that a variable of this rule has taken.
    var shadowed: Set<String> = []
    /// Constructs and built-ins that were written.
    private(set) var features: Set<String> = []
    /// Rules and functions of modules that are written, with their packages.
    private var finished: [(package: String, rules: [Name], functions: [Function])] = []
    private var counter = 0
    private var ruleCounter = 0

    init(library: OperandLibrary, random: SeededRandom) {
        self.library = library
        self.random = random
    }

    mutating func policy() -> DifferentialCase {
        var modules: [String] = []
        if chance(2) { modules.append(module(package: pick(["lib", "lib.deep", "lib[\"x-y\"]"]), rules: 1 + roll(3))) }
        if chance(4) { modules.append(module(package: "t.inner", rules: 1 + roll(2))) }
        modules.append(module(package: "t", rules: 2 + roll(4)))
        if chance(5) { modules.append(module(package: "t", rules: 1 + roll(2))) }
        if modules.count > 1 { wrote("modules: several") }
        if chance(25) {
            wrote("mistake")
            let position = roll(modules.count)
            modules[position] = mistaken(modules[position])
        }
        return DifferentialCase(modules: modules, data: Self.data, input: chance(30) ? nil : input(), isSingleCall: false)
    }

    // MARK: Data

    private static let data: Value = [
        "nums": [1, 2, 3, 5, 8], "mixed": [1, "a", .null, true, [1], ["k": 1]], "names": ["ann", "bob", "cy"], "empty": [], "none": .null,
        "users": ["ann": ["age": 30, "roles": ["admin", "dev"]], "bob": ["age": 41, "roles": ["ops"]], "cy": ["age": 17, "roles": []]],
        "matrix": [[1, 2], [3, 4]], "flags": ["a": true, "b": false], "deep": ["x": ["y": ["z": 7]]], "text": "abc", "ids": ["1": "one", "2": "two"],
    ]

    private mutating func input() -> Value {
        [
            "x": json(), "y": json(), "user": .string(pick(["ann", "bob", "eve"])), "n": .number(Number(roll(7) - 2)), "s": .string(pick(["a", "abc", "", "ann", "12", "Ü"])),
            "flag": .boolean(chance(2)), "list": .array((0..<roll(4)).map { _ in json() }), "obj": ["a": json(), "b": .number(Number(roll(9)))],
        ]
    }

    private mutating func json() -> Value {
        let value = ValueMaker.anything(&random, depth: 2)
        return value.isPlainJSON ? value : .number(Number(roll(5)))
    }

    // MARK: Modules

    private mutating func module(package: String, rules count: Int) -> String {
        rules = []
        functions = []
        var text = "package \(package)\n\n"
        for other in finished { text += imported(other.package, other.rules, other.functions, into: package) }
        if chance(12) {
            wrote("import of input")
            text += "import input.\(pick(["user", "n", "obj"])) as given\n"
            rules.append(Name(text: "given", kind: .any))
        }
        if chance(12) {
            wrote("import rego.v1")
            text += "import rego.v1\n"
        }
        let foreign = (rules.count, functions.count)
        let written = (0..<count).map { _ in rule() }.joined(separator: "\n\n")
        finished.append((package, Array(rules[foreign.0...]), Array(functions[foreign.1...])))
        return text + "\n" + written + "\n"
    }

    /// The import of another package, where it needs or is given one; its names are then known.
    private mutating func imported(_ other: String, _ otherRules: [Name], _ otherFunctions: [Function], into package: String) -> String {
        var prefix = "data.\(other)"
        var text = ""
        if other == package {
            prefix = ""
        } else if chance(2) {
            wrote("import")
            counter += 1
            let plain = other.allSatisfy { $0.isLetter } && chance(2)
            if !plain { wrote("import with alias") }
            text = "import \(prefix)\(plain ? "" : " as m\(counter)")\n"
            prefix = plain ? other : "m\(counter)"
        }
        func qualified(_ name: String) -> String { prefix.isEmpty ? name : "\(prefix).\(name)" }
        if let rule = otherRules.first, !prefix.isEmpty, chance(3) {
            wrote("import of a rule")
            counter += 1
            text += "import data.\(other).\(rule.text) as m\(counter)\n"
            rules.append(Name(text: "m\(counter)", kind: rule.kind))
        }
        rules += otherRules.map { Name(text: qualified($0.text), kind: $0.kind) }
        functions += otherFunctions.map { Function(name: qualified($0.name), arity: $0.arity) }
        if !prefix.isEmpty { rules.append(Name(text: prefix, kind: .object)) }
        return text
    }

    // MARK: Names

    mutating func nextRule() -> String {
        ruleCounter += 1
        return "r\(ruleCounter)"
    }

    /// A new variable, not bound yet; now and then with the name of a rule, which it then hides.
    mutating func fresh() -> String {
        if chance(40), let hidden = rules.randomElement(using: &random)?.text, hidden.allSatisfy({ $0.isLetter || $0.isNumber }), !shadowed.contains(hidden) {
            wrote("shadowing")
            shadowed.insert(hidden)
            return hidden
        }
        counter += 1
        return "v\(counter)"
    }

    mutating func bind(_ name: String, _ kind: Kind = .any) { variables.append(Name(text: name, kind: kind)) }

    /// Rules that no variable hides.
    var visibleRules: [Name] {
        shadowed.isEmpty ? rules : rules.filter { rule in !shadowed.contains { rule.text == $0 || rule.text.hasPrefix("\($0).") } }
    }

    // MARK: Chance

    mutating func wrote(_ feature: String) { features.insert(feature) }
    mutating func roll(_ sides: Int) -> Int { Int.random(in: 0..<sides, using: &random) }
    mutating func chance(_ sides: Int) -> Bool { roll(sides) == 0 }
    mutating func pick(_ choices: [String]) -> String { choices[roll(choices.count)] }
    mutating func anyKind() -> Kind { Kind.allCases[roll(Kind.allCases.count)] }
}
