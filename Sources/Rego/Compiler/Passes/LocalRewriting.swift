/// Gives locals unique names and removes their declarations.
///
/// `:=` becomes `eq`, `some x` disappears, `some k, v in xs` becomes `v = xs[k]`. What is left refers to `input`, `data`, unique locals, or
/// variables that unification binds.
struct LocalRewriting {
    let strict: Bool
    private(set) var diagnostics: [Diagnostic] = []
    /// The names that renamed locals have in the text. A local without one was made here.
    private(set) var localNames: [String: String] = [:]
    private var names: LocalNames
    private var scopes = LocalScopes()
    /// Errors of the body being rewritten; once there is one, unused names are not looked for.
    private var errors: [Diagnostic] = []

    init(strict: Bool, names: LocalNames) {
        self.strict = strict
        self.names = names
    }

    /// The names that are left.
    var remainingNames: LocalNames { names }

    // MARK: Rules

    mutating func rule(_ rule: Rule, package: [String], moduleIndex: Int) -> CompiledRule {
        scopes = LocalScopes()
        var arguments = rule.head.arguments
        let written = arguments?.reduce(into: Set<String>()) { $0.formUnion($1.variables()) } ?? []
        errors = []
        arguments = arguments?.map { argument($0) }
        diagnostics += errors
        let argumentScope = scopes
        var unused = written
        var branches: [CompiledRule] = []
        var current: Rule? = rule
        while let branch = current {
            scopes = argumentScope
            branches.append(rewritten(branch, arguments: branches.isEmpty ? arguments : branch.head.arguments, package, moduleIndex))
            let isUsedInValue = branch.head.value?.variables() ?? []
            unused = unused.filter { scopes.count($0) <= 1 && !isUsedInValue.contains($0) }
            current = branch.elseRule.first
        }
        if strict { reportUnused(unused, rule) }
        var first = branches[0]
        first.elseBranches = Array(branches.dropFirst())
        return first
    }

    private mutating func reportUnused(_ names: Set<String>, _ rule: Rule) {
        for name in names.sorted() where !name.hasPrefix("$") {
            diagnostics.append(Diagnostic(.compile, "unused argument \(name). (hint: use _ (wildcard variable) instead)", at: rule.head.location))
        }
    }

    private mutating func rewritten(_ rule: Rule, arguments: [Term]?, _ package: [String], _ moduleIndex: Int) -> CompiledRule {
        var head = rule.head
        if head.value == nil && head.key == nil { head.value = Term(.boolean(true), at: head.location) }
        // Closures of the head have scopes of their own, which see nothing of the body until its locals are known.
        head.path = head.path.map { headClosures($0) }
        head.key = head.key.map { headClosures($0) }
        head.value = head.value.map { headClosures($0) }
        var used: Set<String> = []
        for term in head.path + [head.key, head.value].compactMap(\.self) { used.formUnion(term.variables()) }
        errors = []
        let body = body(rule.body, used: used)
        diagnostics += errors
        let names = scopes.innermost.names
        for term in head.path { checkCalls(in: term, names) }
        var path = package + [head.name]
        var dynamic: [Term] = []
        for term in head.path {
            if dynamic.isEmpty, case .string(let name) = term.kind { path.append(name) } else { dynamic.append(term.renaming(names)) }
        }
        return CompiledRule(
            path: path, dynamicPath: dynamic, isDefault: rule.isDefault, arguments: arguments?.map { $0.renaming(names) }, key: head.key?.renaming(names),
            value: head.value?.renaming(names), body: body, elseBranches: [], moduleIndex: moduleIndex, location: rule.location)
    }

    /// A local of the body hides what a call in the rule's name names.
    private mutating func checkCalls(in term: Term, _ names: [String: String]) {
        var found: [Diagnostic] = []
        term.walk({ inner in
            if case .call(let call) = inner.kind, let local = names[call.function[0]], local != call.function[0] {
                found.append(Diagnostic(.compile, "called function \(call.name) shadowed", at: inner.location))
            }
            return true
        }, closure: { _, _ in })
        diagnostics += found
    }

    private mutating func headClosures(_ term: Term) -> Term {
        let outer = scopes
        defer { scopes = outer }
        errors = []
        func transform(_ rewriting: inout LocalRewriting, _ term: Term) -> Term {
            switch term.kind {
            case .arrayComprehension, .setComprehension, .objectComprehension:
                rewriting.scopes = LocalScopes()
                return rewriting.term(term)
            case .templateString:
                rewriting.scopes = LocalScopes()
                rewriting.scopes.push()
                return rewriting.term(term)
            default: return term.mapParts({ transform(&rewriting, $0) }, bodies: { body, heads in (body, heads) })
            }
        }
        let result = transform(&self, term)
        diagnostics += errors
        return result
    }

    mutating func query(_ query: Body) -> CompiledQuery {
        scopes = LocalScopes()
        errors = []
        let body = body(query, used: [])
        diagnostics += errors
        var variables: [(name: String, local: String)] = []
        for (name, local) in scopes.innermost.names.sorted(by: { $0.value < $1.value }) where !name.hasPrefix("$") && localNames[local] == name {
            variables.append((name, local))
        }
        var seen = Set(variables.map(\.local))
        for expression in body {
            for term in expression.terms {
                term.walk({ part in
                    if case .variable(let name) = part.kind, VariableCollection.isVariable(name), !name.hasPrefix("$"), localNames[name] == nil, !LocalNames.isGenerated(name), seen.insert(name).inserted {
                        variables.append((name, name))
                    }
                    return true
                }, closure: { _, _ in })
            }
        }
        return CompiledQuery(body: body, variables: variables, localNames: localNames)
    }

    // MARK: Arguments

    /// The variables of a pattern become arguments; a variable that is repeated is the same argument.
    private mutating func argument(_ term: Term) -> Term {
        switch term.kind {
        case .variable(let name):
            if let known = scopes.local(name) {
                scopes.use(name)
                return Term(.variable(known), at: term.location)
            }
            let local = generate(name)
            scopes.insert(name, as: local, .argument)
            return Term(.variable(local), at: term.location)
        case .object(let entries): return Term(.object(entries.map { Term.ObjectEntry(key: $0.key, value: argument($0.value)) }), at: term.location)
        case .array(let terms): return Term(.array(terms.map { argument($0) }), at: term.location)
        case .ref(let ref): return Term(.ref(Ref(head: argument(ref.head), path: ref.path.map { argument($0) })), at: term.location)
        case .call:
            fail("rule arguments cannot contain calls", at: term.location)
            return term
        default: return term
        }
    }

    // MARK: Names

    private mutating func fail(_ message: String, at location: SourceLocation) {
        errors.append(Diagnostic(.compile, message, at: location))
    }

    private mutating func generate(_ name: String? = nil) -> String {
        let local = names.next()
        localNames[local] = name
        return local
    }

    /// The new name; nil after reporting that the name cannot be declared here.
    private mutating func declare(_ name: String, _ occurrence: LocalScopes.Occurrence, at location: SourceLocation) -> String? {
        switch scopes.innermost.occurrences[name] {
        case .seen?: fail("var \(Self.shown(name)) referenced above", at: location)
        case .assigned?: fail("var \(Self.shown(name)) assigned above", at: location)
        case .declared?: fail("var \(Self.shown(name)) declared above", at: location)
        case .argument?: fail("arg \(Self.shown(name)) redeclared", at: location)
        case nil:
            let local = generate(name)
            scopes.insert(name, as: local, occurrence)
            return local
        }
        return nil
    }

    private static func shown(_ name: String) -> String { name.hasPrefix("$") ? "_" : name }

    // MARK: Bodies

    private mutating func body(_ body: Body, used: Set<String>) -> Body {
        var result: Body = []
        for expression in body { if let rewritten = self.expression(expression) { result.append(rewritten) } }
        if result.isEmpty { result.append(Expression(.term(Term(.boolean(true))))) }
        checkUnused(body, used, result)
        return result
    }

    private mutating func checkUnused(_ body: Body, _ used: Set<String>, _ rewritten: Body) {
        guard errors.isEmpty else { return }
        let scope = scopes.innermost
        let usedLocals = Set(used.map { scopes.local($0) ?? $0 })
        let remaining = rewritten.variables().union(usedLocals)
        var assigned: [(local: String, name: String)] = [], declared: [(local: String, name: String)] = []
        for (name, occurrence) in scope.occurrences {
            guard let local = scope.names[name] else { continue }
            if strict, occurrence == .assigned, !name.hasPrefix("$"), scopes.count(name) <= 1, !usedLocals.contains(local) { assigned.append((local, name)) }
            if occurrence == .declared, !remaining.contains(local), !used.contains(local), !LocalNames.isGenerated(name) { declared.append((local, name)) }
        }
        for (local, name) in assigned.sorted(by: { $0.local < $1.local }) {
            let place = rewritten.first { $0.variables().contains(local) } ?? body.first
            fail("assigned var \(name) unused", at: place?.location ?? .none)
        }
        guard errors.isEmpty else { return }
        for (_, name) in declared.sorted(by: { $0.local < $1.local }) {
            let place = body.first { ReferenceResolution.declaredNames($0).contains(name) } ?? body.first
            fail("declared var \(Self.shown(name)) unused", at: place?.location ?? .none)
        }
    }

    private mutating func expression(_ expression: Expression) -> Expression? {
        switch expression.kind {
        case .some(let names):
            for case .variable(let name) in names.map(\.kind) {
                guard declare(name, .declared, at: expression.location) != nil else { break }
            }
            return nil
        case .someIn(let key, let value, let domain): return membership(expression, key, value, domain)
        case .every(let every): return self.every(every, expression)
        case .term(let term):
            if case .call(let call) = term.kind, call.function == ["assign"], call.arguments.count == 2 { return assignment(call, term, expression) }
            return statement(expression, term)
        }
    }

    /// A literal that declares nothing; its own call may have any name.
    private mutating func statement(_ expression: Expression, _ term: Term) -> Expression {
        var result = expression
        if case .call(let call) = term.kind {
            result.kind = .term(Term(.call(arguments(of: call)), at: term.location))
        } else {
            result.kind = .term(self.term(term))
        }
        result.withModifiers = expression.withModifiers.map { modifier($0) }
        return result
    }

    /// `some k, v in xs`: declares what unifying `v` with `xs[k]` binds.
    private mutating func membership(_ expression: Expression, _ key: Term?, _ value: Term, _ domain: Term) -> Expression? {
        let keyTerm = key ?? Term(.variable(generate()), at: value.location)
        let member: Ref = if case .ref(let ref) = domain.kind { Ref(head: ref.head, path: ref.path + [keyTerm]) } else { Ref(head: domain, path: [keyTerm]) }
        let call = Call(function: ["eq"], functionLocation: expression.location, arguments: [value, Term(.ref(member), at: expression.location)], isInfix: true)
        let equality = Term(.call(call), at: expression.location)
        let outer = domain.variables()
        let outputs = OutputVariables(arity: { _ in nil }).ofEquality(value, call.arguments[1], safe: outer)
        for name in outputs.sorted() {
            guard !LocalNames.isGenerated(name) else {
                // OPA renames the key that it made; the names of later locals, which messages show, depend on that.
                _ = names.next()
                continue
            }
            guard declare(name, .declared, at: expression.location) != nil else { return nil }
        }
        return statement(expression, equality)
    }

    private mutating func every(_ every: Every, _ expression: Expression) -> Expression? {
        var result = every
        result.domain = term(every.domain)
        scopes.push()
        defer { scopes.pop() }
        if let key = every.key {
            guard let local = variable(of: key, expression) else { return nil }
            result.key = local
        } else {
            result.key = Term(.variable(generate()), at: every.value.location)
        }
        guard let local = variable(of: every.value, expression) else { return nil }
        result.value = local
        result.body = body(every.body, used: [])
        var literal = expression
        literal.kind = .every(result)
        literal.withModifiers = expression.withModifiers.map { modifier($0) }
        return literal
    }

    private mutating func variable(of term: Term, _ expression: Expression) -> Term? {
        guard case .variable(let name) = term.kind, !name.hasPrefix("$") else { return term }
        return declare(name, .declared, at: expression.location).map { Term(.variable($0), at: term.location) }
    }

    private mutating func assignment(_ call: Call, _ original: Term, _ expression: Expression) -> Expression {
        guard !expression.isNegated else {
            fail("cannot assign vars inside negated expression", at: expression.location)
            return expression
        }
        var result = expression
        let value = term(call.arguments[1])
        for position in result.withModifiers.indices { result.withModifiers[position].value = term(result.withModifiers[position].value) }
        var equality = call
        equality.function = ["eq"]
        equality.arguments = [assigned(call.arguments[0]), value]
        result.kind = .term(Term(.call(equality), at: original.location))
        return result
    }

    private mutating func assigned(_ term: Term) -> Term {
        switch term.kind {
        case .variable(let name): return declare(name, .assigned, at: term.location).map { Term(.variable($0), at: term.location) } ?? term
        case .array(let terms): return Term(.array(terms.map { assigned($0) }), at: term.location)
        case .object(let entries):
            return Term(.object(entries.map { Term.ObjectEntry(key: $0.key, value: assigned($0.value)) }), at: term.location)
        default:
            fail("cannot assign to \(term.kindName)", at: term.location)
            return term
        }
    }

    /// The value is an ordinary term. A target that is the input stays the input, though a local may have its name.
    private mutating func modifier(_ modifier: WithModifier) -> WithModifier {
        var result = modifier
        result.target = term(modifier.target)
        switch modifier.target.kind {
        case .variable("input"): result.target = modifier.target
        case .ref(let ref):
            if case .variable("input") = ref.head.kind, case .ref(var renamed) = result.target.kind {
                renamed.head = ref.head
                result.target.kind = .ref(renamed)
            }
        default: break
        }
        result.value = term(modifier.value)
        return result
    }

    // MARK: Terms

    private mutating func term(_ term: Term) -> Term {
        switch term.kind {
        case .variable(let name):
            if VariableCollection.isVariable(name) { return Term(.variable(referred(name)), at: term.location) }
            // A root document is itself, unless v0 let a local take its name.
            guard let occurrence = scopes.occurrence(ofAnyScope: name), occurrence != .seen, let local = scopes.local(name) else { return term }
            return Term(.variable(local), at: term.location)
        case .ref(let ref):
            var head = ref.head
            if case .variable(let name) = head.kind { head.kind = .variable(referred(name)) } else { head = self.term(head) }
            return Term(.ref(Ref(head: head, path: ref.path.map { self.term($0) })), at: term.location)
        case .call(let call):
            if let local = scopes.local(call.function[0]), local != call.function[0] { fail("called function \(call.name) shadowed", at: term.location) }
            return Term(.call(arguments(of: call)), at: term.location)
        case .arrayComprehension(let head, let body): return closure([head], body, term.location) { .arrayComprehension($0[0], $1) }
        case .setComprehension(let head, let body): return closure([head], body, term.location) { .setComprehension($0[0], $1) }
        case .objectComprehension(let key, let value, let body):
            return closure([key, value], body, term.location) { .objectComprehension(key: $0[0], value: $0[1], $1) }
        default: return term.mapParts({ self.term($0) }, bodies: { body, heads in (body, heads) })
        }
    }

    /// The name itself, or the local it stands for.
    private mutating func referred(_ name: String) -> String {
        if let local = scopes.local(name) {
            scopes.use(name)
            return local
        }
        scopes.insert(name, as: name, .seen)
        return name
    }

    private mutating func arguments(of call: Call) -> Call {
        var result = call
        // Built-ins made by the parser are written without their first segment's separator.
        let head = call.function[0].split(separator: ".").first.map(String.init) ?? call.function[0]
        let local = call.operatorTerm.isEmpty ? referred(head) : head
        if local != head, call.function[0] == head { result.function[0] = local }
        result.operatorTerm = call.operatorTerm.map { term($0) }
        result.arguments = call.arguments.map { term($0) }
        return result
    }

    private mutating func closure(_ heads: [Term], _ body: Body, _ location: SourceLocation, _ make: ([Term], Body) -> Term.Kind) -> Term {
        scopes.push()
        defer { scopes.pop() }
        let inner = self.body(body, used: heads.reduce(into: []) { $0.formUnion($1.variables()) })
        return Term(make(heads.map { term($0) }, inner), at: location)
    }
}
