/// Prepares rules whose names begin with `test_` to be run as tests, as OPA does.
///
/// Several of one name become tests of their own: `test_a`, `test_a#01`. The body of a parameterised test, `test_a[name] if …`, tells that a case
/// begins as soon as the case's keys are known, so that one which fails is noticed though it leaves no value.
enum TestRewriting {
    static func rewrite(_ modules: inout [Module]) {
        var counts: [[String]: Int] = [:]
        for module in modules.indices {
            let package = modules[module].package.path
            for rule in modules[module].rules.indices { rewrite(&modules[module].rules[rule], package, &counts) }
        }
    }

    private static func rewrite(_ rule: inout Rule, _ package: [String], _ counts: inout [[String]: Int]) {
        guard let path = rule.head.testPath, path.last?.hasPrefix("test_") == true else { return }
        let number = counts[package + path, default: 0]
        counts[package + path] = number + 1
        if number > 0 { rename(&rule.head, path, suffix: number < 10 ? "#0\(number)" : "#\(number)") }
        let keys = Array(rule.head.path.dropFirst(path.count - 1))
        if !keys.isEmpty { rule.body.insert(announcement(of: keys), at: place(of: keys, in: rule.body)) }
    }

    private static func rename(_ head: inout Head, _ path: [String], suffix: String) {
        if path.count == 1 {
            head.name += suffix
        } else {
            head.path[path.count - 2].kind = .string(path[path.count - 1] + suffix)
        }
    }

    /// Without a place, so that no observer is told of it.
    private static func announcement(of keys: [Term]) -> Expression {
        Expression(.term(Term(.call(Call(function: ["internal", "test_case"], arguments: [Term(.array(keys))])))))
    }

    /// Behind the first literals that mention the variables of the keys.
    private static func place(of keys: [Term], in body: Body) -> Int {
        let names = keys.reduce(into: Set<String>()) { $0.formUnion($1.variables()) }
        let firsts = names.compactMap { name in
            body.firstIndex { literal in
                if case .some = literal.kind { return false }
                return literal.variables().contains(name)
            }
        }
        return (firsts.max() ?? -1) + 1
    }
}

extension Head {
    /// The names of the head up to the first that begins like a test's; nil where none does.
    public var testPath: [String]? {
        var names: [String] = []
        for term in [Term(.string(name), at: location)] + path {
            guard case .string(let name) = term.kind else { return nil }
            names.append(name)
            if name.hasPrefix("test_") || name.hasPrefix("todo_test_") { return names }
        }
        return nil
    }

    /// Whether keys of it are found by its body, so that its document is an object or a set.
    public var isPartial: Bool {
        key != nil || path.contains { if case .string = $0.kind { false } else { true } }
    }
}
