extension PolicyGenerator {
    /// A rule, with what belongs to it: a default, branches, further definitions.
    mutating func rule() -> String {
        variables = []
        shadowed = []
        defer { variables = [] }
        let name = nextRule()
        switch roll(12) {
        case 0, 1, 2: return complete(name)
        case 3, 4: return partialSet(name)
        case 5: return partialObject(name)
        case 6: return generalRef(name)
        case 7: return constantRule(name)
        case 8: return test(name)
        default: return function(name)
        }
    }

    private mutating func complete(_ name: String) -> String {
        let kind = anyKind()
        var text = "\(name) := \(valued(kind))"
        wrote("complete rule")
        while chance(3) {
            wrote("else")
            variables = []
            text += " else := \(valued(kind))"
        }
        if chance(8) { text += " else := \(constant(kind))" }
        if chance(12) {
            wrote("complete rule with several definitions")
            variables = []
            text += "\n\n\(name) := \(valued(kind))"
        }
        if chance(3) {
            wrote("default")
            text = "default \(name) := \(constant(kind))\n\n" + text
        }
        rules.append(Name(text: name, kind: kind))
        return text
    }

    private mutating func partialSet(_ name: String) -> String {
        wrote("partial set")
        let written = body()
        var text = "\(name) contains \(term(anyKind(), 1)) if \(written)"
        if chance(2) { text += "\n\n\(name) contains \(constant(anyKind()))" }
        rules.append(Name(text: name, kind: .set))
        return text
    }

    private mutating func partialObject(_ name: String) -> String {
        wrote("partial object")
        let written = body()
        var text = "\(name)[\(term(chance(3) ? .any : .string, 1))] := \(term(anyKind(), 2)) if \(written)"
        if chance(3) { text += "\n\n\(name)[\(constant(.string))] := \(constant(.any))" }
        rules.append(Name(text: name, kind: .object))
        return text
    }

    private mutating func generalRef(_ name: String) -> String {
        wrote("general ref head")
        let written = body()
        let text: String
        switch roll(5) {
        case 0: text = "\(name).a.b := \(term(anyKind(), 1)) if \(written)"
        case 1: text = "\(name).\(pick(["a", "b"]))[\(term(.any, 1))] := \(term(anyKind(), 1)) if \(written)\n\n\(name).c := \(constant(.any))"
        case 2: text = "\(name)[\(term(.string, 1))].k[\(term(.any, 1))] := \(term(.any, 1)) if \(written)"
        case 3:
            wrote("general ref head with contains")
            text = "\(name)[\(term(.string, 1))] contains \(term(.any, 1)) if \(written)"
        default: text = "\(name)[\"x y\"][\(term(.number, 1))] if \(written)"
        }
        rules.append(Name(text: name, kind: .object))
        return text
    }

    private mutating func constantRule(_ name: String) -> String {
        let kind = anyKind()
        let text = "\(name) := \(term(kind, 2))"
        rules.append(Name(text: name, kind: kind))
        return text
    }

    private mutating func test(_ name: String) -> String {
        let text = chance(2) ? "\(name) if \(body())" : "\(name) if \(condition(2))"
        rules.append(Name(text: name, kind: .boolean))
        return text
    }

    private mutating func function(_ name: String) -> String {
        wrote("function")
        let arity = 1 + roll(2)
        var definitions = [definition(name, arity)]
        if chance(3) {
            wrote("function with several definitions")
            definitions.append(definition(name, arity))
        }
        if chance(4) {
            wrote("default of a function")
            definitions.insert("default \(name)(\(arity == 1 ? "_" : "_, _")) := \(constant(.any))", at: 0)
        }
        functions.append(Function(name: name, arity: arity))
        return definitions.joined(separator: "\n\n")
    }

    private mutating func definition(_ name: String, _ arity: Int) -> String {
        variables = []
        shadowed = []
        let arguments = ["p", "q"].prefix(arity).map { parameter in
            switch roll(8) {
            case 0:
                wrote("function with a constant argument")
                return constant(.any)
            case 1:
                wrote("function with a pattern")
                bind(parameter)
                return chance(2) ? "[\(parameter), _]" : "{\"a\": \(parameter)}"
            case 2: return "_"
            default:
                bind(parameter)
                return parameter
            }
        }
        let head = "\(name)(\(arguments.joined(separator: ", ")))"
        if chance(8) { return "\(head) if \(body())" }
        var text = "\(head) := \(valued(.any))"
        if chance(5) {
            wrote("function with else")
            text += " else := \(constant(.any))"
        }
        return text
    }

    /// `value if body`, where the value may use what the body binds.
    private mutating func valued(_ kind: Kind) -> String {
        let written = body()
        return "\(term(kind, 2)) if \(written)"
    }

    private mutating func body() -> String {
        "{\n\t\((0..<(1 + roll(3))).map { _ in literal() }.joined(separator: "\n\t"))\n}"
    }
}
