extension PolicyGenerator {
    mutating func literal() -> String {
        switch roll(24) {
        case 0, 1, 2: return assignment()
        case 3, 4: return iteration()
        case 5: return pairs()
        case 6, 7: return condition(2)
        case 8: return negation()
        case 9: return lookup()
        case 10: return every()
        case 11: return membership()
        case 12, 13: return unification()
        case 14, 15: return replaced()
        case 16: return walk()
        case 17: return declared()
        case 18: return "_ = \(term(.any, 2))"
        case 19:
            guard !functions.isEmpty else { return term(.boolean, 2) }
            return functionCall(1)
        case 20:
            guard chance(4) else { return assignment() }
            wrote("print")
            return "print(\(term(.any, 1)), \(reference(.any)))"
        default: return term(.any, 2)
        }
    }

    private mutating func assignment() -> String {
        let kind = anyKind()
        let value = term(kind, 2), name = fresh()
        bind(name, kind)
        return "\(name) \(chance(6) ? "=" : ":=") \(value)"
    }

    private mutating func iteration() -> String {
        wrote("some in")
        let domain = collection(), name = fresh()
        if chance(6) {
            wrote("some in with a pattern")
            bind(name)
            return "some \(pick(["[\(name), _]", "{\"age\": \(name), \"roles\": _}", "[_, \(name)]"])) in \(domain)"
        }
        bind(name)
        return "some \(name) in \(domain)"
    }

    private mutating func pairs() -> String {
        wrote("some key, value in")
        let domain = collection(), key = fresh(), value = fresh()
        bind(key)
        bind(value)
        return "some \(key), \(value) in \(domain)"
    }

    mutating func condition(_ depth: Int) -> String {
        let kind = anyKind()
        return "\(term(kind, depth)) \(comparison()) \(term(kind, 1))"
    }

    private mutating func negation() -> String {
        wrote("not")
        switch roll(4) {
        case 0: return "not \(condition(1))"
        case 1: return "not \(reference(.any))"
        case 2: return "not \(term(.any, 1)) in \(collection())"
        default: return "not \(term(.boolean, 1))"
        }
    }

    private mutating func lookup() -> String {
        wrote("lookup")
        let domain = reference(.any), name = fresh()
        let key = pick(["_", "0", "\"a\"", "\"ann\"", "_][_", "-1", "\(term(.any, 0))"])
        bind(name)
        return "\(name) \(chance(2) ? ":=" : "=") \(indexed(domain, key))"
    }

    private mutating func every() -> String {
        wrote("every")
        let domain = collection(), outer = variables
        defer { variables = outer }
        let key = chance(2) ? fresh() : nil, name = fresh()
        if let key {
            wrote("every key, value")
            bind(key)
        }
        bind(name)
        // What `every` declares must be used.
        let declared = key.map { "\($0), \(name)" } ?? name
        let first = "[\(declared), \(term(.any, 1))] \(comparison()) \(term(.array, 1))"
        let second = chance(2) ? "; \(condition(1))" : chance(2) ? "; \(name) != \(constant(.any))" : ""
        return "every \(declared) in \(domain) { \(first)\(second) }"
    }

    private mutating func membership() -> String {
        wrote("in")
        return chance(3) ? "\(term(.any, 0)), \(term(.any, 1)) in \(collection())" : "\(term(.any, 1)) in \(collection())"
    }

    private mutating func unification() -> String {
        wrote("unification")
        let first = fresh(), second = fresh()
        let value: String, pattern: String
        switch roll(6) {
        case 0: (pattern, value) = ("[\(first), \(second)]", "[\(term(.any, 1)), \(constant(.any))]")
        case 1: (pattern, value) = ("[\(first), \(second)]", reference(.any))
        case 2: (pattern, value) = ("{\"a\": \(first), \"b\": \(second)}", pick(["input.obj", "data.flags", "{\"a\": \(term(.any, 1)), \"b\": [1]}"]))
        case 3: (pattern, value) = ("[[\(first), _], [_, \(second)]]", pick(["data.matrix", "[[\(term(.any, 0)), 2], input.list]"]))
        case 4: (pattern, value) = ("[\(first), {\"k\": \(second)}]", "[\(term(.any, 1)), {\"k\": \(term(.any, 1))}]")
        default: (pattern, value) = ("{\"age\": \(first), \"roles\": [\(second), _]}", "data.users[_]")
        }
        bind(first)
        bind(second)
        return chance(4) ? "\(value) = \(pattern)" : "\(pattern) \(chance(4) ? ":=" : "=") \(value)"
    }

    /// A literal with other input, data, functions or built-ins.
    private mutating func replaced() -> String {
        let value = term(.any, 1), name = fresh()
        let asked = chance(3) && !functions.isEmpty ? functionCall(1) : term(.any, 2)
        var modifiers = " with " + replacement(value)
        if chance(4) { modifiers += " with " + replacement(constant(.any)) }
        if chance(8) { return "not \(asked)\(modifiers)" }
        bind(name)
        return "\(name) := \(asked)\(modifiers)"
    }

    private mutating func replacement(_ value: String) -> String {
        switch roll(6) {
        case 0:
            guard let function = functions.randomElement(using: &random) else { break }
            if chance(2), let other = functions.filter({ $0.arity == function.arity }).randomElement(using: &random) {
                wrote("with a function by a function")
                return "\(function.name) as \(other.name)"
            }
            wrote("with a function by a value")
            return "\(function.name) as \(value)"
        case 1:
            let name = pick(["count", "upper", "sum", "is_string", "abs", "json.marshal", "type_name"])
            if chance(2), let other = functions.filter({ $0.arity == 1 }).randomElement(using: &random) {
                wrote("with a built-in by a function")
                return "\(name) as \(other.name)"
            }
            wrote("with a built-in by a value")
            return "\(name) as \(value)"
        case 2:
            guard let rule = visibleRules.filter({ $0.text.hasPrefix("data.") }).randomElement(using: &random) else { break }
            wrote("with a rule")
            return "\(rule.text) as \(value)"
        case 3:
            wrote("with data")
            return "\(pick(["data.nums", "data.flags.a", "data.deep.x", "data.users.ann.age", "data.matrix"])) as \(value)"
        default: break
        }
        wrote("with input")
        return "\(pick(["input.x", "input.user", "input", "input.obj.a", "input.new.path"])) as \(value)"
    }

    private mutating func walk() -> String {
        wrote("walk")
        let domain = term(.any, 1), path = fresh(), value = fresh()
        bind(value)
        if chance(3) { return "walk(\(domain), [_, \(value)])" }
        bind(path, .array)
        return "walk(\(domain), [\(path), \(value)])"
    }

    private mutating func declared() -> String {
        wrote("some")
        let domain = reference(.any), key = fresh(), value = fresh()
        bind(key)
        bind(value)
        return "some \(key), \(value)\n\t\(indexed(domain, key)) = \(value)"
    }
}
