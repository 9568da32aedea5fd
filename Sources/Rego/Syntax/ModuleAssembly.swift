/// Makes a module of statements: which of them are rules, which fit the version of Rego, and which annotations belong to them.
struct ModuleAssembly {
    let policy: PolicySource
    let comments: [Comment]
    let readsAnnotations: Bool
    private var diagnostics: [Diagnostic] = []
    private var rules: [ParsedRule] = []
    /// What annotations can stand before, in the order of the text.
    private var targets: [AnnotationsParser.Target] = []

    init(policy: PolicySource, comments: [Comment], readsAnnotations: Bool) {
        self.policy = policy
        self.comments = comments
        self.readsAnnotations = readsAnnotations
    }

    mutating func module(_ statements: [Statement]) -> (module: Module?, diagnostics: [Diagnostic]) {
        let source = SourceText(file: policy.file, text: policy.text)
        var (annotations, problems) = readsAnnotations ? AnnotationsParser.read(comments, source) : ([], [])
        guard problems.isEmpty else { return (nil, problems) }
        guard let first = statements.first else {
            return (nil, [Diagnostic(.parse, "empty module", at: SourceLocation(file: policy.file, row: 0, column: 0))])
        }
        var module = Module(file: policy.file, text: policy.text, version: policy.version, package: Package(path: [], at: first.location))
        if case .package(let package) = first {
            module.package = package
        } else {
            report("package expected", at: first.location)
        }
        targets = [.package(first.location)]
        for statement in statements.dropFirst() { add(statement, to: &module) }
        if module.version == .v1 { for rule in rules { checkVersion(rule) } }
        guard diagnostics.isEmpty else { return (nil, diagnostics) }
        problems = AnnotationsParser.attach(&annotations, to: targets)
        guard problems.isEmpty else { return (nil, problems) }
        module.comments = comments
        module.annotations = annotations
        module.rules = rules.map(\.rule)
        AnnotationsParser.give(annotations, to: &module)
        return (module, [])
    }

    private mutating func report(_ message: String, at location: SourceLocation) {
        diagnostics.append(Diagnostic(.parse, message, at: location))
    }

    private mutating func add(_ statement: Statement, to module: inout Module) {
        switch statement {
        case .package(let package): report("unexpected package", at: package.location)
        case .import(let item):
            module.imports.append(item)
            targets.append(.import(item.location))
            if item.path == ["rego", "v1"] { module.version = .v1 }
        case .rule(let rule): add(rule)
        case .body(let body):
            do throws(NoRule) {
                var rule = try Self.rule(from: body)
                rule.hasGeneratedBody = true
                add(rule)
            } catch {
                report(error.reason, at: body[0].location)
            }
        }
    }

    private mutating func add(_ rule: ParsedRule) {
        rules.append(rule)
        targets.append(.rule(rule.location))
    }

    // MARK: Rules without bodies

    /// Why an expression is not a rule.
    private struct NoRule: Error {
        let reason: String
        init(_ reason: String) { self.reason = reason }
    }

    private static func rule(from body: Body) throws(NoRule) -> ParsedRule {
        guard body.count == 1, let literal = body.first else { throw NoRule("multiple expressions cannot be used for rule head") }
        if !literal.withModifiers.isEmpty { throw NoRule("expressions using with keyword cannot be used for rule head") }
        if literal.isNegated { throw NoRule("negated expressions cannot be used for rule head") }
        guard case .term(let term) = literal.kind else {
            if case .every = literal.kind { throw NoRule("expression cannot be used for rule head") }
            throw NoRule("'some' declarations cannot be used for rule head")
        }
        guard case .call(let call) = term.kind else { return try rule(from: term) }
        if call.function == ["eq"] || call.function == ["assign"], call.isInfix {
            return try rule(named: call.arguments[0], value: call.arguments[1], isAssignment: call.function == ["assign"], at: literal.location)
        }
        if BuiltinRegistry.standard[call.name] != nil { throw NoRule("rule name conflicts with built-in function") }
        return try function(call, value: nil, at: call.functionLocation)
    }

    /// `a.b.c` is true; `p[x]` is a partial set.
    private static func rule(from term: Term) throws(NoRule) -> ParsedRule {
        guard term.isReference else { throw NoRule("\(term.kindName) cannot be used for rule name") }
        let reference = try reference(of: term)
        guard reference.count > 1 else { throw NoRule("refs cannot be used for rule head") }
        var head = ParsedRule.Head(reference: reference, location: term.location)
        if reference.count > 2 {
            head.value = Term(.boolean(true), at: term.location)
            head.hasGeneratedValue = true
        } else {
            head.key = head.reference.removeLast()
        }
        return ParsedRule(head: head, body: generatedBody(at: term.location), location: term.location)
    }

    private static func rule(named name: Term, value: Term, isAssignment: Bool, at location: SourceLocation) throws(NoRule) -> ParsedRule {
        var rule: ParsedRule
        switch name.kind {
        case .call(let call):
            guard call.operatorParts != nil else { throw NoRule("call cannot be used for rule name") }
            rule = try function(call, value: value, at: name.location)
        case .variable, .ref:
            var head = ParsedRule.Head(reference: try reference(of: name), value: value, location: location)
            if head.reference.count == 2 { head.key = head.reference[1] }
            rule = ParsedRule(head: head, body: generatedBody(at: value.location), location: location)
        default: throw NoRule("\(name.kindName) cannot be used for rule name")
        }
        rule.head.isAssignment = isAssignment
        rule.head.location = location
        rule.location = location
        return rule
    }

    private static func function(_ call: Call, value: Term?, at location: SourceLocation) throws(NoRule) -> ParsedRule {
        if value == nil, call.arguments.isEmpty { throw NoRule("rule argument list must take at least one argument") }
        guard let reference = call.operatorParts else { throw NoRule("invalid rule head: \(call.name)") }
        var head = ParsedRule.Head(reference: reference, arguments: call.arguments, location: location)
        head.value = value ?? Term(.boolean(true), at: location)
        return ParsedRule(head: head, body: generatedBody(at: value?.location ?? location), location: location)
    }

    private static func reference(of term: Term) throws(NoRule) -> [Term] {
        guard case .ref(let ref) = term.kind else { return [term] }
        guard case .variable = ref.head.kind else { throw NoRule("invalid rule head: \(ref)") }
        return [ref.head] + ref.path
    }

    private static func generatedBody(at location: SourceLocation) -> Body {
        var literal = Expression(.term(Term(.boolean(true), at: location)), at: location)
        literal.isGenerated = true
        return [literal]
    }

    // MARK: Version 1

    private mutating func checkVersion(_ rule: ParsedRule) {
        let head = rule.head
        let noun = head.isFunction ? "function" : "rule"
        if head.reference.count < 2, Token.Keyword(rawValue: head.name) != nil { report("\(head.name) keyword cannot be used for rule name", at: rule.location) }
        if rule.hasGeneratedBody, head.hasGeneratedValue { report("\(noun) must have value assignment and/or body declaration", at: rule.location) }
        if !rule.hasGeneratedBody, !head.usesIf, !rule.isDefault { report("`if` keyword is required before \(noun) body", at: rule.location) }
        if head.isPartialSet, !head.usesContains { report("`contains` keyword is required for partial set rules", at: rule.location) }
        for branch in rule.elseBranch { checkVersion(branch) }
    }
}

extension ParsedRule {
    /// The rule of the syntax tree.
    fileprivate var rule: Rule {
        let value = head.hasGeneratedValue && !isDefault ? nil : head.value
        let made = Rego.Head(
            name: head.name, path: Array(head.reference.dropFirst()), arguments: head.isFunction ? head.arguments : nil, key: head.isPartialSet ? head.key : nil,
            value: value, isAssignment: head.isAssignment, at: head.location)
        return Rule(head: made, body: isDefault ? [] : body, elseRule: elseBranch.first?.rule, isDefault: isDefault, at: location)
    }
}
