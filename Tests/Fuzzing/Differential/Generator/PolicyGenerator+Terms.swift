import Rego

extension PolicyGenerator {
    /// A term that the type checker takes for this kind.
    mutating func term(_ kind: Kind, _ depth: Int) -> String {
        guard depth > 0, !chance(4) else { return chance(3) ? constant(kind) : reference(kind) }
        if chance(3) { return call(kind, depth - 1) }
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

    mutating func functionCall(_ depth: Int) -> String {
        let function = functions[roll(functions.count)]
        wrote("call of a function")
        return "\(function.name)(\((0..<function.arity).map { _ in term(.any, depth) }.joined(separator: ", ")))"
    }

    // MARK: Built-ins, as they are declared

    /// A call of a built-in whose result may be of this kind.
    private mutating func call(_ kind: Kind, _ depth: Int) -> String {
        let fitting = library.builtins.filter { kind == .any || Self.kind(of: $0.result) == kind }
        guard let builtin = fitting.randomElement(using: &random) else { return constant(kind) }
        let isBounded = library.isBounded(builtin)
        var operands: [String] = []
        if isBounded || !chance(3), let known = library.acceptedOperands(for: builtin, &random) {
            operands = known.map(\.sourceText)
            if !isBounded, chance(2), let position = operands.indices.randomElement(using: &random), let fixed = typed(builtin.parameters[position].type, depth) { operands[position] = fixed }
        } else if isBounded {
            return constant(kind)
        } else {
            operands = builtin.parameters.map { typed($0.type, depth) ?? ValueMaker.value(of: $0.type, &random, depth: 2).sourceText }
        }
        wrote("\(builtin.name)()")
        return "\(builtin.name)(\(operands.joined(separator: ", ")))"
    }

    /// A term for an operand; nil where only values of the library are likely to be of use.
    private mutating func typed(_ type: RegoType, _ depth: Int) -> String? {
        switch type {
        case .number: return term(.number, depth)
        case .string: return term(.string, depth)
        case .boolean: return term(.boolean, depth)
        case .any: return term(.any, depth)
        case .array([], rest: .any): return term(.array, depth)
        case .set(.any): return term(.set, depth)
        case .object([], keys: .any, values: .any): return term(.object, depth)
        case .array([], let rest?): return "[\((0..<roll(4)).compactMap { _ in typed(rest, depth) }.joined(separator: ", "))]"
        case .union(let types): return typed(types[roll(types.count)], depth)
        default: return nil
        }
    }

    private static func kind(of type: RegoType) -> Kind {
        switch type {
        case .number: .number
        case .string: .string
        case .boolean: .boolean
        case .array: .array
        case .set: .set
        case .object: .object
        default: .any
        }
    }

    // MARK: Kinds

    private mutating func number(_ depth: Int) -> String {
        switch roll(5) {
        case 0, 1: return "(\(term(.number, depth)) \(pick(["+", "-", "*"])) \(term(.number, depth)))"
        case 2: return "(\(term(.number, depth)) \(pick(["/", "%"])) \(pick(["2", "3", "7", "10", "-4"])))"
        case 3: return "count(\(collection()))"
        default: return "sum(\(pick(["data.nums", "[1, 2.5, \(term(.number, depth))]", "[v | some v in data.nums; v > \(term(.number, 0))]"])))"
        }
    }

    private mutating func string(_ depth: Int) -> String {
        switch roll(5) {
        case 0: return "concat(\",\", \(pick(["data.names", "[\(term(.string, depth)), \"z\"]"])))"
        case 1: return "sprintf(\"%v|%d|%s\", [\(term(.any, depth)), \(term(.any, 0)), \(term(.any, 0))])"
        case 2:
            wrote("template string")
            return "$\"<{\(pick(["input.x", "data.nums", "data.nothing", "input.obj.a", reference(.any)]))}> \\{\\n{\(term(.number, 0))}\""
        case 3:
            wrote("raw template string")
            return "$`a\\n{\(reference(.any))}`"
        default: return "\(pick(["upper", "lower", "trim_space", "strings.reverse", "type_name", "json.marshal"]))(\(term(.string, depth)))"
        }
    }

    private mutating func boolean(_ depth: Int) -> String {
        switch roll(4) {
        case 0: return "\(pick(["contains", "startswith", "endswith"]))(\(term(.string, depth)), \(term(.string, 0)))"
        case 1: return "\(pick(["is_string", "is_number", "is_array", "is_set", "is_object", "is_null", "is_boolean"]))(\(term(.any, depth)))"
        case 2: return "(\(term(.any, depth)) in \(collection()))"
        default: return "(\(condition(depth)))"
        }
    }

    private mutating func array(_ depth: Int) -> String {
        switch roll(5) {
        case 0: return "[\(term(.any, depth)), \(term(.any, depth))]"
        case 1: return "sort(\(pick(["data.mixed", "input.list", "data.names", term(.set, depth)])))"
        case 2: return "array.concat(\(term(.array, depth)), \(term(.array, 0)))"
        default: return comprehension("[", "]")
        }
    }

    private mutating func set(_ depth: Int) -> String {
        switch roll(4) {
        case 0, 1:
            wrote("set operation")
            return "(\(term(.set, depth)) \(pick(["|", "&", "-"])) \(term(.set, depth)))"
        case 2: return "{\(term(.any, depth)), \(constant(.any))}"
        default: return comprehension("{", "}")
        }
    }

    private mutating func object(_ depth: Int) -> String {
        switch roll(3) {
        case 0: return "{\(pick(["\"a\"", "\"k\"", "1", "[1]", term(.string, 0)])): \(term(.any, depth))}"
        case 1: return "object.union(\(term(.object, depth)), \(term(.object, 0)))"
        default:
            wrote("object comprehension")
            let outer = variables
            defer { variables = outer }
            let domain = collection(), key = fresh(), value = fresh()
            bind(key)
            bind(value)
            return "{\(key): \(chance(2) ? value : term(.any, 1)) | some \(key), \(value) in \(domain)}"
        }
    }

    private mutating func comprehension(_ open: String, _ close: String) -> String {
        wrote("comprehension")
        let outer = variables
        defer { variables = outer }
        let domain = chance(6) ? comprehension(open, close) : collection(), name = fresh()
        bind(name)
        let filter = chance(2) ? "; \(chance(2) ? "\(name) \(comparison()) \(reference(.any))" : condition(1))" : ""
        return "\(open)\(chance(2) ? name : term(.any, 1)) | some \(name) in \(domain)\(filter)\(close)"
    }

    // MARK: Leaves

    mutating func collection() -> String {
        let known = (variables + visibleRules).filter { [.any, .array, .set, .object].contains($0.kind) }
        if let name = known.randomElement(using: &random), chance(3) { return name.text }
        return pick(["data.nums", "data.names", "data.users", "data.mixed", "input.list", "input.obj", "data.flags", "data.matrix", "input.x", "[1, input.x]", "({\"a\"} | {input.y})", "data.ids"])
    }

    mutating func reference(_ kind: Kind) -> String {
        let known = (variables + visibleRules).filter { $0.kind == kind || kind == .any }
        if let name = known.randomElement(using: &random), !chance(3) { return name.text }
        // What has the kind, so that few cases end with an operand of the wrong one.
        if !chance(6) {
            switch kind {
            case .number: return pick(["input.n", "data.deep.x.y.z", "data.nums[0]", "input.obj.b", "data.users[input.user].age", "data.matrix[1][0]"])
            case .string: return pick(["input.s", "input.user", "data.text", "data.names[1]", "data.names[_]"])
            case .boolean: return pick(["input.flag", "data.flags.a", "data.flags.b"])
            case .array: return pick(["input.list", "data.nums", "data.mixed", "data.users.ann.roles"])
            case .set: return pick(["{1, input.n}", "{input.s, data.text}", "{v | some v in data.nums}"])
            case .object: return pick(["input.obj", "data.users", "data.flags", "data.users.ann", "input"])
            case .any: break
            }
        }
        return pick([
            "input.x", "input.y", "input.user", "input.list", "input.obj.a", "input.absent", "data.nums", "data.deep.x.y.z", "data.flags.a", "data.users[input.user].age",
            "data.matrix[1][0]", "data.users.ann.roles", "data.absent", "object.get(input, [\"obj\", \"b\"], 0)", "data.mixed[_]", "data.none", "data.ids[format_int(input.n, 10)]",
        ])
    }

    /// A term with a key behind it; what is no reference is looked up by `object.get`.
    func indexed(_ domain: String, _ key: String) -> String { domain.hasSuffix(")") || domain.hasPrefix("{") ? "data.mixed[\(key)]" : "\(domain)[\(key)]" }

    mutating func comparison() -> String { pick(["==", "!=", "<", "<=", ">", ">="]) }

    mutating func constant(_ kind: Kind) -> String {
        switch kind {
        case .any: return constant(Kind.allCases[1 + roll(Kind.allCases.count - 1)])
        case .number: return chance(3) ? ValueMaker.number(&random).text : pick(["0", "1", "2", "-3", "10", "2.5", "0.1", "1e3", "9007199254740993", "12345678901234567890", "1.0", "-0.0"])
        case .string: return chance(3) ? Value.string(ValueMaker.text(&random)).sourceText : pick(["\"a\"", "\"abc\"", "\"\"", "\"12\"", "\"ann\"", "\"Ü\"", "`r\\w`", "\"\\u00e9\\/\\t\""])
        case .boolean: return pick(["true", "false"])
        case .array: return pick(["[]", "[1, \"a\"]", "[[1], null]", "[1, 1.0, {2}]"])
        case .set: return pick(["set()", "{1, 2, \"a\"}", "{[1], {\"a\": {1}}, null}"])
        case .object: return pick(["{}", "{\"a\": 1, \"b\": [2]}", "{1: \"x\", \"1\": \"y\", null: {}}", "{{1}: set()}"])
        }
    }
}
