import Rego

/// Writes random policies that parse, whose variables are safe and whose types fit, over fixed data and random input.
///
/// A rule refers only to rules before it, so nothing is recursive. What comes from data and input may be anything, so undefined values and
/// failing built-ins are results too.
struct PolicyGenerator {
    /// What the type checker can know of a term.
    private enum Kind: CaseIterable {
        case any, number, string, boolean, array, set, object
    }

    private struct Name {
        var text: String
        var kind: Kind
    }

    private var random: SeededRandom
    private var rules: [Name] = []
    private var functions: [(name: String, arity: Int)] = []
    private var variables: [Name] = []
    private var counter = 0

    init(random: SeededRandom) { self.random = random }

    static let data = """
        {"nums": [1, 2, 3, 5, 8], "mixed": [1, "a", null, true, 2.5, [1], {"k": 1}], "names": ["ann", "bob", "cy"], "empty": [], \
        "users": {"ann": {"age": 30, "roles": ["admin", "dev"]}, "bob": {"age": 41, "roles": ["ops"]}, "cy": {"age": 17, "roles": []}}, \
        "matrix": [[1, 2], [3, 4]], "flags": {"a": true, "b": false}, "deep": {"x": {"y": {"z": 7}}}}
        """

    mutating func input() -> String {
        let list = (0..<roll(4)).map { _ in json() }.joined(separator: ", ")
        return "{\"x\": \(json()), \"y\": \(json()), \"user\": \"\(pick(["ann", "bob", "eve"]))\", \"list\": [\(list)], \"obj\": {\"a\": \(json()), \"b\": \(roll(9))}}"
    }

    mutating func module() -> String {
        "package t\n\n" + (0..<(2 + roll(4))).map { rule("r\($0)") }.joined(separator: "\n\n") + "\n"
    }

    // MARK: Rules

    private mutating func rule(_ name: String) -> String {
        variables = []
        var text: String
        switch roll(9) {
        case 0, 1, 2:
            let kind = anyKind()
            text = "\(name) := \(valued(kind))"
            if chance(3) {
                variables = []
                text += " else := \(valued(kind))"
            }
            if chance(3) { text = "default \(name) := \(constant(kind))\n\n" + text }
            rules.append(Name(text: name, kind: kind))
        case 3, 4:
            let written = body()
            text = "\(name) contains \(term(anyKind(), 1)) if \(written)"
            if chance(2) { text += "\n\n\(name) contains \(constant(anyKind()))" }
            rules.append(Name(text: name, kind: .set))
        case 5:
            let written = body()
            text = "\(name)[\(term(.string, 1))] := \(term(anyKind(), 2)) if \(written)"
            rules.append(Name(text: name, kind: .object))
        case 6:
            let written = body()
            text = "\(name).\(pick(["a", "b"]))[\(term(.any, 1))] := \(term(anyKind(), 1)) if \(written)"
            rules.append(Name(text: name, kind: .object))
        default:
            let arity = 1 + roll(2)
            variables = ["p", "q"].prefix(arity).map { Name(text: $0, kind: .any) }
            let arguments = variables.map(\.text).joined(separator: ", ")
            text = "\(name)(\(arguments)) := \(valued(.any))"
            if chance(3) { text = "default \(name)(\(arity == 1 ? "_" : "_, _")) := \(constant(.any))\n\n" + text }
            functions.append((name, arity))
        }
        variables = []
        return text
    }

    /// `value if body`, where the value may use what the body binds.
    private mutating func valued(_ kind: Kind) -> String {
        let written = body()
        return "\(term(kind, 2)) if \(written)"
    }

    // MARK: Bodies

    private mutating func body() -> String {
        "{\n\t\((0..<(1 + roll(3))).map { _ in literal() }.joined(separator: "\n\t"))\n}"
    }

    /// A new variable, not bound yet.
    private mutating func fresh() -> String {
        counter += 1
        return "v\(counter)"
    }

    private mutating func bind(_ name: String, _ kind: Kind = .any) { variables.append(Name(text: name, kind: kind)) }

    private mutating func literal() -> String {
        switch roll(16) {
        case 0, 1, 2:
            let kind = anyKind()
            let value = term(kind, 2), name = fresh()
            bind(name, kind)
            return "\(name) := \(value)"
        case 3, 4:
            let domain = collection(), name = fresh()
            bind(name)
            return "some \(name) in \(domain)"
        case 5:
            let domain = collection(), key = fresh(), value = fresh()
            bind(key)
            bind(value)
            return "some \(key), \(value) in \(domain)"
        case 6, 7: return condition(2)
        case 8: return "not \(condition(1))"
        case 9: return "not \(reference(.any))"
        case 10:
            let domain = reference(.any), key = pick(["_", "0", "\"a\"", "\"ann\""]), name = fresh()
            bind(name)
            return "\(domain)[\(key)] = \(name)"
        case 11:
            let domain = collection(), outer = variables, name = fresh()
            bind(name)
            let tested = "[\(name), \(term(.any, 1))] \(comparison()) \(term(.array, 1))"
            variables = outer
            return "every \(name) in \(domain) { \(tested) }"
        case 12: return "\(term(.any, 1)) in \(collection())"
        case 13:
            let value = chance(2) ? "[\(term(.any, 1)), \(constant(.any))]" : reference(.any)
            let first = fresh(), second = fresh()
            bind(first)
            bind(second)
            return "[\(first), \(second)] = \(value)"
        case 14:
            let target = pick(["input.x", "input.user", "input", "data.nums", "data.flags.a", "data.deep.x"])
            let value = term(.any, 1), asked = reference(.any), name = fresh()
            bind(name)
            return "\(name) := \(asked) with \(target) as \(value)"
        default: return term(.any, 2)
        }
    }

    private mutating func condition(_ depth: Int) -> String {
        let kind = anyKind()
        return "\(term(kind, depth)) \(comparison()) \(term(kind, 1))"
    }

    // MARK: Terms

    /// A term that the type checker takes for this kind.
    private mutating func term(_ kind: Kind, _ depth: Int) -> String {
        guard depth > 0, !chance(4) else { return chance(3) ? constant(kind) : reference(kind) }
        switch kind {
        case .any:
            if !functions.isEmpty, chance(3) { return functionCall(depth - 1) }
            return term(Kind.allCases[1 + roll(Kind.allCases.count - 1)], depth)
        case .number: return number(depth - 1)
        case .string: return string(depth - 1)
        case .boolean: return boolean(depth - 1)
        case .array: return array(depth - 1)
        case .set: return set(depth - 1)
        case .object: return object(depth - 1)
        }
    }

    private mutating func functionCall(_ depth: Int) -> String {
        let function = functions[roll(functions.count)]
        return "\(function.name)(\((0..<function.arity).map { _ in term(.any, depth) }.joined(separator: ", ")))"
    }

    private mutating func number(_ depth: Int) -> String {
        switch roll(8) {
        case 0, 1, 2: return "(\(term(.number, depth)) \(pick(["+", "-", "*", "/", "%"])) \(term(.number, depth)))"
        case 3: return "count(\(collection()))"
        case 4: return "\(pick(["abs", "round", "ceil", "floor"]))(\(term(.number, depth)))"
        case 5: return "\(pick(["sum", "product"]))(\(pick(["data.nums", "input.list", "[1, 2.5, \(term(.number, depth))]"])))"
        case 6: return "to_number(\(term(.string, depth)))"
        default: return "\(pick(["indexof", "strings.count"]))(\(term(.string, depth)), \(pick(["\"a\"", "\"n\"", "\"b\""])))"
        }
    }

    private mutating func string(_ depth: Int) -> String {
        switch roll(9) {
        case 0: return "concat(\",\", \(pick(["data.names", "input.list", "[\(term(.string, depth)), \"z\"]"])))"
        case 1: return "\(pick(["upper", "lower", "trim_space", "strings.reverse"]))(\(term(.string, depth)))"
        case 2: return "sprintf(\"%v|%d|%s\", [\(term(.any, depth)), \(term(.any, 0)), \(term(.any, 0))])"
        case 3: return "json.marshal(\(term(.any, depth)))"
        case 4: return "type_name(\(term(.any, depth)))"
        case 5: return "format_int(\(term(.number, depth)), \(pick(["2", "10", "16"])))"
        case 6: return "replace(\(term(.string, depth)), \"a\", \(term(.string, 0)))"
        case 7: return "$\"<{\(pick(["input.x", "data.nums", "data.none", "input.obj.a"]))}>\""
        default: return "trim(\(term(.string, depth)), \(pick(["\"a\"", "\"an\"", "\" \""])))"
        }
    }

    private mutating func boolean(_ depth: Int) -> String {
        switch roll(5) {
        case 0: return "\(pick(["contains", "startswith", "endswith"]))(\(term(.string, depth)), \(term(.string, 0)))"
        case 1: return "\(pick(["is_string", "is_number", "is_array", "is_set", "is_object", "is_null", "is_boolean"]))(\(term(.any, depth)))"
        case 2: return "regex.match(\"^[a-c]+\", \(term(.string, depth)))"
        case 3: return "(\(term(.any, depth)) in \(collection()))"
        default: return "(\(condition(depth)))"
        }
    }

    private mutating func array(_ depth: Int) -> String {
        switch roll(8) {
        case 0: return "[\(term(.any, depth)), \(term(.any, depth))]"
        case 1: return "array.concat(\(term(.array, depth)), \(term(.array, 0)))"
        case 2: return "sort(\(pick(["data.mixed", "input.list", "data.names", term(.set, depth)])))"
        case 3: return "split(\(term(.string, depth)), \(pick(["\"a\"", "\",\"", "\"\""])))"
        case 4: return "array.slice(\(term(.array, depth)), \(roll(3)), \(roll(5)))"
        case 5: return "array.reverse(\(term(.array, depth)))"
        case 6: return "numbers.range(\(roll(9)), \(roll(9)))"
        default: return comprehension("[", "]")
        }
    }

    private mutating func set(_ depth: Int) -> String {
        switch roll(5) {
        case 0, 1: return "(\(term(.set, depth)) \(pick(["|", "&", "-"])) \(term(.set, depth)))"
        case 2: return "{\(term(.any, depth)), \(constant(.any))}"
        case 3: return "object.keys(\(term(.object, depth)))"
        default: return comprehension("{", "}")
        }
    }

    private mutating func object(_ depth: Int) -> String {
        switch roll(5) {
        case 0: return "{\(pick(["\"a\"", "\"k\"", "1"])): \(term(.any, depth))}"
        case 1: return "object.union(\(term(.object, depth)), \(term(.object, 0)))"
        case 2: return "object.remove(\(term(.object, depth)), [\"a\", \(term(.any, 0))])"
        case 3: return "object.filter(\(term(.object, depth)), {\"a\", \"ann\"})"
        default:
            let outer = variables
            defer { variables = outer }
            let domain = collection(), key = fresh(), value = fresh()
            bind(key)
            bind(value)
            return "{\(key): \(value) | some \(key), \(value) in \(domain)}"
        }
    }

    private mutating func comprehension(_ open: String, _ close: String) -> String {
        let outer = variables
        defer { variables = outer }
        let domain = collection(), name = fresh()
        bind(name)
        let filter = chance(2) ? "; \(name) \(comparison()) \(reference(.any))" : ""
        return "\(open)\(chance(2) ? name : term(.any, 1)) | some \(name) in \(domain)\(filter)\(close)"
    }

    private mutating func collection() -> String {
        let known = (variables + rules).filter { [.any, .array, .set, .object].contains($0.kind) }
        if let name = known.randomElement(using: &random), chance(3) { return name.text }
        return pick(["data.nums", "data.names", "data.users", "data.mixed", "input.list", "input.obj", "data.flags", "data.matrix", "input.x", "[1, input.x]", "({\"a\"} | {input.y})"])
    }

    private mutating func reference(_ kind: Kind) -> String {
        let known = (variables + rules).filter { $0.kind == kind || kind == .any }
        if let name = known.randomElement(using: &random), !chance(3) { return name.text }
        return pick([
            "input.x", "input.y", "input.user", "input.list", "input.obj.a", "input.none", "data.nums", "data.deep.x.y.z", "data.flags.a", "data.users[input.user].age",
            "data.matrix[1][0]", "data.users.ann.roles", "data.none", "object.get(input, [\"obj\", \"b\"], 0)", "data.mixed[_]",
        ])
    }

    private mutating func comparison() -> String { pick(["==", "!=", "<", "<=", ">", ">="]) }

    private mutating func constant(_ kind: Kind) -> String {
        switch kind {
        case .any: return constant(Kind.allCases[1 + roll(Kind.allCases.count - 1)])
        case .number: return pick(["0", "1", "2", "-3", "10", "2.5", "0.1", "1e3", "9007199254740993", "12345678901234567890", "1.0"])
        case .string: return pick(["\"a\"", "\"abc\"", "\"\"", "\"12\"", "\"ann\"", "\"Ü\"", "`r\\w`"])
        case .boolean: return pick(["true", "false"])
        case .array: return pick(["[]", "[1, \"a\"]", "[[1], null]"])
        case .set: return pick(["set()", "{1, 2, \"a\"}"])
        case .object: return pick(["{}", "{\"a\": 1, \"b\": [2]}"])
        }
    }

    private mutating func json() -> String {
        if chance(3) { return chance(2) ? "[\(json()), \(json())]" : "{\"a\": \(json())}" }
        return chance(8) ? "null" : pick(["0", "1", "-3", "2.5", "0.1", "12345678901234567890", "\"a\"", "\"abc\"", "\"12\"", "\"ann\"", "true", "false"])
    }

    // MARK: Chance

    private mutating func roll(_ sides: Int) -> Int { Int.random(in: 0..<sides, using: &random) }
    private mutating func chance(_ sides: Int) -> Bool { roll(sides) == 0 }
    private mutating func pick(_ choices: [String]) -> String { choices[roll(choices.count)] }
    private mutating func anyKind() -> Kind { Kind.allCases[roll(Kind.allCases.count)] }
}
