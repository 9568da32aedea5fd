/// Infers types and reports what can never hold: an equality of different types, a function's argument of another type, a key that no value has.
///
/// It reads bodies in their last form: flat, ordered, and with references bound to locals. What is not known is `any`, so that an error is certain.
struct TypeChecker {
    let originals: OriginalTerms

    /// An error, and whether it may only follow from another: a type in it is not known.
    struct Problem {
        var diagnostic: Diagnostic
        var hasUnknownType = false
    }

    // MARK: Rules

    /// Checks rules that come after those they depend on; the environment then knows their types.
    func check(_ rules: [CompiledRule], in environment: inout TypeEnvironment) -> [Diagnostic] {
        var diagnostics: [Diagnostic] = []
        for rule in rules { diagnostics += check(rule, in: &environment) }
        return diagnostics.enumerated().sorted { a, b in
            guard let left = a.element.location, let right = b.element.location, left != right else { return a.offset < b.offset }
            return left.isBefore(right)
        }.map(\.element)
    }

    private func check(_ rule: CompiledRule, in environment: inout TypeEnvironment) -> [Diagnostic] {
        let (type, diagnostics) = inferred(rule, in: &environment)
        let head: [TypeTree.Key] = [.variable("data")] + rule.path.map { .constant(.string($0)) }
        guard diagnostics.isEmpty else {
            // Rules that refer to this one have no errors because of it.
            environment.trees[0].put(.any, at: head + rule.dynamicPath.compactMap(\.typeKey))
            return diagnostics
        }
        guard let type else { return [] }
        let path = head + rule.dynamicPath.prefix { $0.isScalar }.compactMap(\.typeKey)
        let keyTypes: [RegoType] = [.any] + path.dropFirst().map { if case .constant(let key) = $0 { RegoType(of: key) } else { .any } }
        environment.trees[0].insert(type, at: path, keyTypes: keyTypes)
        return []
    }

    /// The type that a rule gives its document, or the errors in it.
    private func inferred(_ rule: CompiledRule, in environment: inout TypeEnvironment) -> (type: RegoType?, diagnostics: [Diagnostic]) {
        var (inner, diagnostics) = check(rule.body, in: environment.nested())
        environment.variables?.add(rule.body, inner, originals)
        return diagnostics.isEmpty ? (type(of: rule, &inner), []) : (nil, diagnostics)
    }

    /// Nil where the type is not known.
    private func type(of rule: CompiledRule, _ environment: inout TypeEnvironment) -> RegoType? {
        if let arguments = rule.arguments {
            for name in arguments.reduce(into: Set<String>(), { $0.formUnion($1.variables()) }) where environment.type(ofVariable: name) == .unknown {
                environment.assign(.any, to: name)
            }
            let result = rule.value.map { environment.type(of: $0) } ?? .boolean
            return .function(arguments.map { environment.type(of: $0) }, result: result == .unknown ? nil : result)
        }
        var type = rule.value.map { environment.type(of: $0) } ?? .unknown
        if let key = rule.key {
            let member = environment.type(of: key)
            type = member == .unknown ? .unknown : .set(member)
        }
        for key in rule.dynamicPath.drop(while: { $0.isScalar }).reversed() {
            let keyType = environment.type(of: key)
            guard type != .unknown, keyType != .unknown else { return nil }
            type = .object([], keys: keyType, values: type)
        }
        return type == .unknown ? nil : type
    }

    // MARK: Bodies

    /// The types after a body, and its errors.
    func check(_ body: Body, in outer: TypeEnvironment) -> (environment: TypeEnvironment, diagnostics: [Diagnostic]) {
        var environment = outer.nested()
        var diagnostics: [Diagnostic] = []
        for expression in body { check(expression, &environment, &diagnostics) }
        return (environment, diagnostics)
    }

    /// Of the body of `every`, only references and closures are checked, as in OPA.
    private func check(_ expression: Expression, _ environment: inout TypeEnvironment, _ diagnostics: inout [Diagnostic]) {
        guard let replaced = ReplacedTypes(environment: environment).tree(of: expression.withModifiers) else {
            return checkParts(of: expression, &environment, &diagnostics)
        }
        // Outside the body's own variables, which stay.
        let place = environment.trees.count - 1
        environment.trees.insert(replaced, at: place)
        checkParts(of: expression, &environment, &diagnostics)
        environment.trees.remove(at: place)
    }

    private func checkParts(of expression: Expression, _ environment: inout TypeEnvironment, _ diagnostics: inout [Diagnostic]) {
        let inClosures = closureProblems(of: expression, environment)
        var references = ReferenceChecker(environment: environment, originals: originals)
        references.check(expression)
        environment = references.environment
        diagnostics += inClosures + references.diagnostics
        if let problem = problem(with: expression, &environment) {
            let mayFollow = !(inClosures.isEmpty && references.diagnostics.isEmpty)
            if !(mayFollow && problem.hasUnknownType) { diagnostics.append(problem.diagnostic) }
        }
    }

    /// The errors of the last comprehension that has any.
    private func closureProblems(of expression: Expression, _ environment: TypeEnvironment) -> [Diagnostic] {
        var found: [Diagnostic] = []
        func visit(_ body: Body) {
            let (_, problems) = check(body, in: environment)
            if !problems.isEmpty { found = problems }
        }
        for term in expression.terms { term.walk({ _ in true }, closure: { _, body in visit(body) }) }
        if case .every(let every) = expression.kind { for inner in every.body { found += closureProblems(of: inner, environment) } }
        return found
    }

    private func problem(with expression: Expression, _ environment: inout TypeEnvironment) -> Problem? {
        for modifier in expression.withModifiers { if let problem = problem(with: modifier, environment) { return problem } }
        guard case .term(let term) = expression.kind, case .call(let call) = term.kind else { return nil }
        if call.function == ["eq"] { return equality(call, expression.location, &environment) }
        if isReplaced(call.function, by: expression.withModifiers, environment) { return Problem(diagnostic: Diagnostic(.type, "undefined function \(call.name)", at: expression.location)) }
        return self.call(call, expression, &environment)
    }

    /// Whether what stands in the place of a function's package may have something else under its name.
    private func isReplaced(_ function: [String], by modifiers: [WithModifier], _ environment: TypeEnvironment) -> Bool {
        for modifier in modifiers.reversed() {
            guard let target = PlanScope.segments(of: modifier.target), target.first == "data", target.count < function.count, function.starts(with: target) else { continue }
            // Another package in its place has functions too, and what may be anything may have them.
            if case .ref = modifier.value.kind { return false }
            let type = environment.type(of: modifier.value), found = function.dropFirst(target.count).reduce(type) { $0.selecting(.string($1)) }
            if case .function = found { return false }
            return type != .any && found != .unknown
        }
        return false
    }

    /// A function may be replaced by one of the same number of arguments.
    private func problem(with modifier: WithModifier, _ environment: TypeEnvironment) -> Problem? {
        guard case .function(let parameters, _) = environment.type(ofFunction: modifier.target) else { return nil }
        let value: RegoType = if let name = modifier.replacement { environment.type(ofFunction: name) } else { environment.type(ofFunction: modifier.value) }
        guard case .function(let arguments, _) = value, !RegoType.function(parameters, result: nil).unifies(with: value) else { return nil }
        let want = environment.parameterText(of: modifier.target)
        return argumentProblem(modifier.target.description, "arity mismatch", arguments, want, modifier.location)
    }

    private func argumentProblem(_ name: String, _ message: String, _ have: [RegoType], _ want: String, _ location: SourceLocation) -> Problem {
        let details = ["have: (\(have.map(\.description).joined(separator: ", ")))", "want: \(want)"]
        return Problem(diagnostic: Diagnostic(.type, "\(name): \(message)", at: location, details: details), hasUnknownType: have.contains(where: \.isIncomplete))
    }

    // MARK: Calls

    private func call(_ call: Call, _ expression: Expression, _ environment: inout TypeEnvironment) -> Problem? {
        let location = expression.location
        // Also where `with` puts something else in the place of its package, a function is called as it was declared; not where it depends on what is replaced.
        var type = environment.type(ofFunction: call.function)
        if case .any = type, expression.withModifiers.contains(where: { $0.replacesPackage(of: call.function) }) { type = environment.declaredType(ofFunction: call.function) ?? type }
        guard case .function(let arguments, let result) = type else {
            if case .any = type { return nil }
            return Problem(diagnostic: Diagnostic(.type, "undefined function \(call.name)", at: location))
        }
        // `print` takes anything, and what the compiler makes of it has operands of types that are not known yet.
        if let builtin = environment.builtins[call.name], builtin.isVariadic || builtin.isVoid { return nil }
        let parameters = arguments + (result.map { [$0] } ?? [])
        func have(_ environment: TypeEnvironment) -> [RegoType] { call.arguments.map { environment.type(of: $0) } }
        let want = environment.signatureText(of: call.function, parameters)
        if call.arguments.count > parameters.count { return argumentProblem(call.name, "too many arguments", have(environment), want, location) }
        if call.arguments.count < arguments.count { return argumentProblem(call.name, "too few arguments", have(environment), want, location) }
        for (argument, parameter) in zip(call.arguments, parameters) where !environment.unify(argument, with: parameter, adding: false) {
            return argumentProblem(call.name, "invalid argument(s)", have(environment), want, location)
        }
        // As in OPA, what a template string shows may be anything from then on.
        if call.function == ["internal.template_string"], case .array(let parts)? = call.arguments.first?.kind {
            for part in parts { environment.unify(part, with: .any, adding: true) }
        }
        return nil
    }

    private func equality(_ call: Call, _ location: SourceLocation, _ environment: inout TypeEnvironment) -> Problem? {
        guard call.arguments.count == 2 else {
            let message = call.arguments.count < 2 ? "too few arguments" : "too many arguments"
            return argumentProblem("eq", message, call.arguments.map { environment.type(of: $0) }, "(any, any)", location)
        }
        let left = environment.type(of: call.arguments[0]), right = environment.type(of: call.arguments[1])
        if environment.unify(call.arguments[0], left, call.arguments[1], right) { return nil }
        let details = ["left  : \(left)", "right : \(right)"]
        return Problem(diagnostic: Diagnostic(.type, "match error", at: location, details: details), hasUnknownType: left.isIncomplete || right.isIncomplete)
    }
}

extension WithModifier {
    fileprivate func replacesPackage(of function: [String]) -> Bool {
        guard let target = PlanScope.segments(of: target), target.count < function.count else { return false }
        return function.starts(with: target)
    }
}

extension TypeEnvironment {
    /// The type of what a call or `with` names; unknown for what is nothing.
    func type(ofFunction name: [String]) -> RegoType {
        if let builtin = builtins[name.joined(separator: ".")] { return builtin.type }
        return type(of: Ref(head: Term(.variable(name[0])), path: name.dropFirst().map { Term(.string($0)) }))
    }

    /// The type of a function of the policies, whatever `with` replaces.
    func declaredType(ofFunction name: [String]) -> RegoType? {
        let keys: [TypeTree.Key] = [.variable(name[0])] + name.dropFirst().map { .constant(.string($0)) }
        let node = keys.reduce(TypeTree.root as Int?) { node, key in node.flatMap { trees[0].child(key, of: $0) } }
        guard let node, case .function? = trees[0].type(of: node) else { return nil }
        return trees[0].type(of: node)
    }

    func type(ofFunction term: Term) -> RegoType { PlanScope.segments(of: term).map { type(ofFunction: $0) } ?? .unknown }

    /// What a call must be given, its result included.
    func signatureText(of function: [String], _ parameters: [RegoType]) -> String {
        if let builtin = builtins[function.joined(separator: ".")] { return builtin.signatureText(includesResult: true) }
        return "(\(parameters.map(\.description).joined(separator: ", ")))"
    }

    func parameterText(of function: Term) -> String {
        let name = PlanScope.segments(of: function) ?? []
        if let builtin = builtins[name.joined(separator: ".")] { return builtin.signatureText(includesResult: false) }
        guard case .function(let parameters, _) = type(ofFunction: name) else { return "()" }
        return "(\(parameters.map(\.description).joined(separator: ", ")))"
    }
}
