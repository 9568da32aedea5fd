/// Resolves names and makes locals unique.
///
/// `:=` becomes `eq`, `some` declarations disappear, `some k, v in xs` becomes `v = xs[k]`; what is left refers to `input`, `data`, unique locals,
/// or variables that unification binds.
struct NameResolution {
    /// What a module's names stand for.
    struct Globals {
        /// Names of imports and of the package's rules, as absolute paths.
        var names: [String: [String]] = [:]
        var importLocations: [String: SourceLocation] = [:]
    }

    private struct Scope {
        var locals: [String: String] = [:]
        var declared: [(name: String, local: String, location: SourceLocation, isAssignment: Bool)] = []
        /// Names used as variables of unification before any declaration.
        var referenced: Set<String> = []
    }

    let globals: Globals
    let version: RegoVersion
    let strict: Bool
    let isBuiltin: (String) -> Bool
    private(set) var diagnostics: [Diagnostic] = []
    private(set) var localNames: [String: String] = [:]
    private(set) var usedGlobals: Set<String> = []
    private var counter: Int
    private var scopes: [Scope] = []
    private var used: Set<String> = []

    init(globals: Globals, version: RegoVersion, strict: Bool, firstLocal: Int, isBuiltin: @escaping (String) -> Bool) {
        self.isBuiltin = isBuiltin
        self.globals = globals
        self.version = version
        self.strict = strict
        counter = firstLocal
    }

    var nextLocal: Int { counter }

    // MARK: Rules

    mutating func rule(_ rule: Rule, package: [String], moduleIndex: Int) -> CompiledRule {
        var branches: [CompiledRule] = []
        var current: Rule? = rule
        while let branch = current {
            branches.append(resolved(branch, package: package, moduleIndex: moduleIndex))
            current = branch.elseRule.first
        }
        var first = branches[0]
        first.elseBranches = Array(branches.dropFirst())
        return first
    }

    private mutating func resolved(_ rule: Rule, package: [String], moduleIndex: Int) -> CompiledRule {
        scopes = [Scope()]
        used = []
        let head = rule.head
        if version == .v1 && (head.name == "input" || head.name == "data") && head.path.isEmpty {
            report("rules must not shadow \(head.name) (use a different rule name)", head.location)
        }
        let arguments = head.arguments.map { arguments in arguments.map { pattern($0, isArgument: true, location: head.location) } }
        let argumentNames = scopes[0].declared
        scopes.append(Scope())
        let body = body(rule.body)
        var path = package + [head.name]
        var dynamic: [Term] = []
        for term in head.path {
            if dynamic.isEmpty, case .string(let name) = term.kind { path.append(name) } else { dynamic.append(self.term(term)) }
        }
        let key = head.key.map { term($0) }
        var value = head.value.map { term($0) }
        if value == nil && head.key == nil { value = Term(.boolean(true), at: head.location) }
        closeScope()
        if strict {
            for argument in argumentNames where !used.contains(argument.local) && !argument.name.hasPrefix("$") {
                report("unused argument \(argument.name). (hint: use _ (wildcard variable) instead)", argument.location)
            }
        }
        return CompiledRule(
            path: path, dynamicPath: dynamic, isDefault: rule.isDefault, arguments: arguments, key: key, value: value, body: body, elseBranches: [],
            moduleIndex: moduleIndex, location: rule.location)
    }

    mutating func query(_ body: Body) -> CompiledQuery {
        scopes = [Scope()]
        let resolved = self.body(body)
        var variables: [(name: String, local: String)] = []
        var seen: Set<String> = []
        for declared in scopes[0].declared where seen.insert(declared.local).inserted { variables.append((declared.name, declared.local)) }
        for expression in resolved {
            for term in expression.terms {
                term.walk({ part in
                    if case .variable(let name) = part.kind, name != "input", name != "data", !name.hasPrefix("$"), localNames[name] == nil, seen.insert(name).inserted {
                        variables.append((name, name))
                    }
                    return true
                }, closure: { _, _ in })
            }
        }
        return CompiledQuery(body: resolved, variables: variables, localNames: localNames)
    }

    // MARK: Scopes

    private mutating func report(_ message: String, _ location: SourceLocation) {
        diagnostics.append(Diagnostic(.compile, message, at: location))
    }

    private mutating func closeScope() {
        guard let scope = scopes.popLast() else { return }
        for declared in scope.declared where !used.contains(declared.local) {
            if declared.isAssignment {
                if strict { report("assigned var \(declared.name) unused", declared.location) }
            } else {
                report("declared var \(declared.name) unused", declared.location)
            }
        }
    }

    private mutating func declare(_ name: String, at location: SourceLocation, isAssignment: Bool) -> String {
        if name.hasPrefix("$") { return name }
        let local = "__local\(counter)__"
        counter += 1
        localNames[local] = name
        scopes[scopes.count - 1].locals[name] = local
        scopes[scopes.count - 1].declared.append((name, local, location, isAssignment))
        return local
    }

    private func local(_ name: String) -> String? {
        for scope in scopes.reversed() { if let local = scope.locals[name] { return local } }
        return nil
    }

    // MARK: Bodies

    private mutating func body(_ body: Body) -> Body {
        var result: Body = []
        for expression in body { result.append(contentsOf: self.expression(expression)) }
        return result
    }

    private mutating func expression(_ expression: Expression) -> [Expression] {
        var result = expression
        result.withModifiers = expression.withModifiers.map { modifier in
            var resolved = WithModifier(target: target(modifier.target), value: modifier.value, at: modifier.location)
            resolved.replacement = replacement(modifier)
            if resolved.replacement == nil { resolved.value = term(modifier.value) }
            return resolved
        }
        switch expression.kind {
        case .some(let names):
            for name in names {
                guard case .variable(let text) = name.kind else { continue }
                if scopes[scopes.count - 1].locals[text] != nil {
                    report("var \(text) declared above", name.location)
                } else if scopes[scopes.count - 1].referenced.contains(text) {
                    report("var \(text) referenced above", name.location)
                }
                _ = declare(text, at: name.location, isAssignment: false)
            }
            return []
        case .someIn(let key, let value, let domain):
            let source = term(domain)
            let declaredBefore = scopes[scopes.count - 1].declared.count
            let keyPattern = key.map { pattern($0, isArgument: false, location: expression.location) } ?? Term(.variable("$key\(nextNumber())"), at: value.location)
            let valuePattern = pattern(value, isArgument: false, location: expression.location)
            // Unlike a plain `some`, this one means something even where its variables are not used again.
            for declared in scopes[scopes.count - 1].declared[declaredBefore...] { used.insert(declared.local) }
            let member = Term(.ref(Self.extended(source, keyPattern)), at: expression.location)
            let call = Call(function: ["eq"], functionLocation: expression.location, arguments: [valuePattern, member], isInfix: true)
            result.kind = .term(Term(.call(call), at: expression.location))
        case .every(var every):
            every.domain = term(every.domain)
            scopes.append(Scope())
            every.key = every.key.map { pattern($0, isArgument: false, location: expression.location) }
            every.value = pattern(every.value, isArgument: false, location: expression.location)
            every.body = body(every.body)
            closeScope()
            result.kind = .every(every)
        case .term(let term):
            if case .call(let call) = term.kind, call.function == ["assign"], call.arguments.count == 2 {
                result.kind = .term(assignment(call, term, expression))
            } else {
                result.kind = .term(self.term(term))
            }
        }
        return [result]
    }

    /// The built-in that a `with` names as its value, if its target can be a function.
    private func replacement(_ modifier: WithModifier) -> [String]? {
        guard let target = PlanScope.segments(of: modifier.target), target[0] != "input", let name = PlanScope.segments(of: modifier.value) else { return nil }
        guard local(name[0]) == nil, globals.names[name[0]] == nil, isBuiltin(name.joined(separator: ".")) else { return nil }
        return name
    }

    private mutating func nextNumber() -> Int {
        defer { counter += 1 }
        return counter
    }

    /// `xs[key]`, without a reference inside a reference.
    private static func extended(_ source: Term, _ key: Term) -> Ref {
        if case .ref(let ref) = source.kind { return Ref(head: ref.head, path: ref.path + [key]) }
        return Ref(head: source, path: [key])
    }

    private mutating func assignment(_ call: Call, _ original: Term, _ expression: Expression) -> Term {
        if expression.isNegated { report("cannot assign vars inside negated expression", expression.location) }
        let value = term(call.arguments[1])
        let target = assigned(call.arguments[0], at: call.arguments[0].location)
        var rewritten = call
        rewritten.function = ["eq"]
        rewritten.arguments = [target, value]
        return Term(.call(rewritten), at: original.location)
    }

    private mutating func assigned(_ term: Term, at location: SourceLocation) -> Term {
        var result = term
        switch term.kind {
        case .variable(let name):
            if name == "input" || name == "data" {
                report("variables must not shadow \(name) (use a different variable name)", location)
            } else if !name.hasPrefix("$") {
                let scope = scopes[scopes.count - 1]
                if let declared = scope.declared.first(where: { $0.name == name }) {
                    report("var \(name) \(declared.isAssignment ? "assigned" : "declared") above", location)
                } else if scope.referenced.contains(name) {
                    report("var \(name) referenced above", location)
                } else if scopes.count == 2, scopes[0].locals[name] != nil {
                    report("arg \(name) redeclared", location)
                }
                result.kind = .variable(declare(name, at: location, isAssignment: true))
            }
        case .array(let terms): result.kind = .array(terms.map { assigned($0, at: location) })
        case .object(let entries): result.kind = .object(entries.map { Term.ObjectEntry(key: self.term($0.key), value: assigned($0.value, at: location)) })
        default: report("cannot assign to \(term.kindName)", location)
        }
        return result
    }

    /// Function arguments and what `some … in` and `every` declare: every variable in them is new.
    private mutating func pattern(_ term: Term, isArgument: Bool, location: SourceLocation) -> Term {
        var result = term
        switch term.kind {
        case .variable(let name):
            if name.hasPrefix("$") { return term }
            if name == "input" || name == "data" {
                if isArgument && version == .v1 { report("args must not shadow \(name) (use a different variable name)", location) }
                return term
            }
            if isArgument, let known = scopes[scopes.count - 1].locals[name] {
                used.insert(known)
                result.kind = .variable(known)
            } else {
                result.kind = .variable(declare(name, at: term.location, isAssignment: isArgument))
            }
        case .array(let terms): result.kind = .array(terms.map { pattern($0, isArgument: isArgument, location: location) })
        case .object(let entries):
            result.kind = .object(entries.map { Term.ObjectEntry(key: self.term($0.key), value: pattern($0.value, isArgument: isArgument, location: location)) })
        default: return self.term(term)
        }
        return result
    }

    // MARK: Terms

    private mutating func target(_ term: Term) -> Term {
        guard let segments = PlanScope.segments(of: term) else { return self.term(term) }
        guard segments[0] != "input", segments[0] != "data", let path = globals.names[segments[0]] else { return term }
        usedGlobals.insert(segments[0])
        return Self.absolute(path + segments.dropFirst(), term.location)
    }

    private static func absolute(_ path: [String], _ location: SourceLocation) -> Term {
        let head = Term(.variable(path[0]), at: location)
        guard path.count > 1 else { return head }
        return Term(.ref(Ref(head: head, path: path.dropFirst().map { Term(.string($0), at: location) })), at: location)
    }

    private mutating func variable(_ name: String, _ location: SourceLocation) -> Term {
        if name == "input" || name == "data" || name.hasPrefix("$") { return Term(.variable(name), at: location) }
        if let local = local(name) {
            used.insert(local)
            return Term(.variable(local), at: location)
        }
        if let path = globals.names[name] {
            usedGlobals.insert(name)
            return Self.absolute(path, location)
        }
        scopes[scopes.count - 1].referenced.insert(name)
        return Term(.variable(name), at: location)
    }

    private mutating func term(_ term: Term) -> Term {
        switch term.kind {
        case .null, .boolean, .number, .string: return term
        case .variable(let name):
            return variable(name, term.location)
        case .ref(let ref):
            let path = ref.path.map { self.term($0) }
            let head = self.term(ref.head)
            var result = term
            if case .ref(let inner) = head.kind {
                result.kind = .ref(Ref(head: inner.head, path: inner.path + path))
            } else {
                result.kind = .ref(Ref(head: head, path: path))
            }
            return result
        case .call(var call):
            call.arguments = call.arguments.map { self.term($0) }
            if let local = local(call.function[0]), !call.isInfix { used.insert(local) }
            if !call.isInfix, let path = globals.names[call.function[0]] {
                usedGlobals.insert(call.function[0])
                call.function = path + call.function.dropFirst()
            }
            if call.function == ["assign"] { call.function = ["eq"] }
            var result = term
            result.kind = .call(call)
            return result
        case .arrayComprehension, .setComprehension, .objectComprehension:
            scopes.append(Scope())
            defer { closeScope() }
            var result = term
            switch term.kind {
            case .arrayComprehension(let head, let body):
                let inner = self.body(body)
                result.kind = .arrayComprehension(self.term(head), inner)
            case .setComprehension(let head, let body):
                let inner = self.body(body)
                result.kind = .setComprehension(self.term(head), inner)
            case .objectComprehension(let key, let value, let body):
                let inner = self.body(body)
                result.kind = .objectComprehension(key: self.term(key), value: self.term(value), inner)
            default: break
            }
            return result
        case .array(let terms):
            var result = term
            result.kind = .array(terms.map { self.term($0) })
            return result
        case .set(let terms):
            var result = term
            result.kind = .set(terms.map { self.term($0) })
            return result
        case .object(let entries):
            var result = term
            result.kind = .object(entries.map { Term.ObjectEntry(key: self.term($0.key), value: self.term($0.value)) })
            return result
        case .templateString(var template):
            var result = term
            template.parts = template.parts.map { part in
                guard case .term(let inner) = part else { return part }
                checkDeclared(inner)
                return .term(self.term(inner))
            }
            result.kind = .templateString(template)
            return result
        }
    }

    /// What a template string interpolates has one value, so it cannot iterate over variables of its own.
    private mutating func checkDeclared(_ term: Term) {
        var keys: [Term] = []
        term.walk({ part in
            if case .ref(let ref) = part.kind { keys += ref.path }
            return true
        }, closure: { _, _ in })
        for key in keys {
            guard case .variable(let name) = key.kind, globals.names[name] == nil, name != "input", name != "data", local(name) == nil else { continue }
            report("var \(name.hasPrefix("$") ? "_" : name) is undeclared", key.location)
        }
    }
}
