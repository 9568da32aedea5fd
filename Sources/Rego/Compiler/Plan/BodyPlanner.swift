/// Turns bodies into instructions: one planner a procedure.
///
/// Which variables are bound at each place is known here, because control only ever goes forward into inner loops or back to them. A variable
/// is therefore just a name for an operand, and is looked up at planning time.
struct BodyPlanner {
    var builder: CodeBuilder
    let scope: PlanScope
    /// What each bound variable stands for.
    var bound: [String: Operand] = [:]
    /// Where to go on when the current step does not hold.
    var fail: Label
    /// The solutions found so far may repeat: at least one loop has been entered.
    var iterates = false
    /// Whether this is the body of a rule, and not one within it.
    var isIndexed = false
    /// Nesting of terms, so that a policy cannot exhaust the stack of the planner.
    private var synthetic = 0

    init(builder: CodeBuilder, scope: PlanScope, parameters: Int) {
        self.builder = builder
        self.scope = scope
        self.builder.beginProcedure(parameters: parameters)
        fail = self.builder.label()
    }

    // MARK: Literals

    mutating func body(_ body: Body) {
        for expression in body { literal(expression) }
    }

    mutating func literal(_ expression: Expression) {
        builder.location = expression.location
        if scope.observes, !expression.isGenerated, expression.location.row > 0 {
            observed(expression.location) { $0.unobserved(expression) }
        } else {
            unobserved(expression)
        }
    }

    private mutating func unobserved(_ expression: Expression) {
        if expression.withModifiers.isEmpty {
            negatable(expression)
        } else {
            overriding(expression.withModifiers) { $0.negatable(expression) }
        }
    }

    /// Plans a literal so that an observer is told when it is evaluated, when it has no solution left, and when its next one is looked for.
    mutating func observed(_ location: SourceLocation, _ plan: (inout BodyPlanner) -> Void) {
        observe(.evaluate, location)
        let outer = fail, outerBound = bound
        let failed = builder.label(), redo = builder.label(), after = builder.label()
        fail = failed
        plan(&self)
        let inner = fail == failed ? outer : fail, innerBound = bound
        tell(.hold, location, [])
        builder.emit(.jump, target: after)
        builder.place(failed)
        // Registers of what the literal would have bound hold nothing yet.
        bound = outerBound
        observe(.fail, location)
        bound = innerBound
        builder.emit(.jump, target: outer)
        builder.place(redo)
        observe(.redo, location)
        builder.emit(.jump, target: inner)
        builder.place(after)
        fail = redo
    }

    /// Tells an observer what happens at a place, and what is bound there.
    mutating func observe(_ moment: Observer.Moment, _ location: SourceLocation) {
        var pairs: [Operand] = []
        for (name, operand) in bound.sorted(by: { $0.key < $1.key }) where !name.hasPrefix("$") {
            pairs.append(builder.constant(.string(scope.writtenName(name))))
            pairs.append(operand)
        }
        tell(moment, location, pairs)
    }

    private mutating func tell(_ moment: Observer.Moment, _ location: SourceLocation, _ pairs: [Operand]) {
        let place = builder.locationNumber(location)
        let list = builder.list(pairs)
        builder.emit(.observe, flag: moment.rawValue, a: place, b: list, c: Int32(pairs.count / 2))
    }

    private mutating func negatable(_ expression: Expression) {
        guard expression.isNegated else {
            positive(expression)
            return
        }
        let holds = builder.label()
        let outer = fail
        let prepared = evaluatingOperands(of: expression)
        nested { planner in
            planner.fail = holds
            planner.positive(prepared)
            planner.builder.emit(.jump, target: outer)
        }
        builder.place(holds)
        fail = outer
    }

    /// Evaluates the references in a negated literal's operands before it, so that the body fails where one is undefined.
    ///
    /// So OPA does it; only a reference that is compared with `=` or `==`, or stands alone, is part of what is negated.
    private mutating func evaluatingOperands(of expression: Expression) -> Expression {
        guard case .term(let term) = expression.kind else { return expression }
        var result = expression
        if case .call(var call) = term.kind {
            let isEquality = ["eq", "equal"].contains(call.function.joined(separator: "."))
            call.arguments = call.arguments.map { isEquality ? evaluatingReferencesInKeys(of: $0) : evaluated($0) }
            result.kind = .term(Term(.call(call), at: term.location))
        } else {
            result.kind = .term(evaluatingReferencesInKeys(of: term))
        }
        return result
    }

    private mutating func evaluatingReferencesInKeys(of term: Term) -> Term {
        if case .variable = term.kind { return term }
        guard case .ref(var ref) = term.kind else { return evaluated(term) }
        ref.path = ref.path.map { evaluated($0) }
        return Term(.ref(ref), at: term.location)
    }

    /// The term with its references replaced by their values.
    private mutating func evaluated(_ term: Term) -> Term {
        var result = term
        switch term.kind {
        case .ref, .variable("input"):
            let value = operand(term)
            let name = "$value\(nextSynthetic())"
            bound[name] = value
            result.kind = .variable(name)
        case .array(let terms): result.kind = .array(terms.map { evaluated($0) })
        case .set(let terms): result.kind = .set(terms.map { evaluated($0) })
        case .object(let entries): result.kind = .object(entries.map { Term.ObjectEntry(key: evaluated($0.key), value: evaluated($0.value)) })
        default: break
        }
        return result
    }

    /// Plans something whose bindings end with it.
    mutating func nested(_ plan: (inout BodyPlanner) -> Void) {
        let outerBound = bound, outerFail = fail, outerIterates = iterates, outerIsIndexed = isIndexed
        isIndexed = false
        plan(&self)
        bound = outerBound
        fail = outerFail
        iterates = outerIterates
        isIndexed = outerIsIndexed
    }

    private mutating func positive(_ expression: Expression) {
        switch expression.kind {
        case .some: break
        case .someIn(let key, let value, let domain):
            // The compiler rewrites these; a query that skipped it still means the same.
            let path = key ?? Term(.variable("$some\(nextSynthetic())"), at: value.location)
            unify(value, Term(.ref(Ref(head: domain, path: [path])), at: domain.location))
        case .every(let every): self.every(every)
        case .term(let term):
            if case .call(let call) = term.kind {
                statement(call)
            } else {
                let value = operand(term)
                test(value)
            }
        }
    }

    private mutating func nextSynthetic() -> Int {
        synthetic += 1
        return synthetic
    }

    private mutating func test(_ value: Operand) {
        if let constant = builder.constantValue(value), constant != .boolean(false) { return }
        builder.emit(.test, a: value.code, target: fail)
    }

    /// A call that stands as a literal of its own.
    private mutating func statement(_ call: Call) {
        if call.function.count == 1, call.arguments.count == 2, !scope.isMocked(call.function) {
            switch call.function[0] {
            case "eq", "assign":
                unify(call.arguments[0], call.arguments[1])
                return
            case "internal.member_2":
                let arguments = operands(call.arguments)
                builder.emit(.member, a: arguments[0].code, b: arguments[1].code, target: fail)
                return
            case let name:
                if let comparison = Comparison(builtin: name) {
                    let arguments = operands(call.arguments)
                    if comparison == .equal {
                        builder.emit(.equal, a: arguments[0].code, b: arguments[1].code, target: fail)
                    } else {
                        builder.emit(.compare, flag: comparison.rawValue, a: arguments[0].code, b: arguments[1].code, target: fail)
                    }
                    return
                }
            }
        }
        // A last operand beyond the function's own is the result: `count(xs, n)`.
        if let arity = scope.arity(of: call.function), call.arguments.count == arity + 1, !scope.isVariadic(call.function) {
            var shorter = call
            let result = shorter.arguments.removeLast()
            unify(result, Term(.call(shorter), at: call.functionLocation))
            return
        }
        let value = self.call(call)
        if !scope.isVoid(call.function) { test(value) }
    }

    // MARK: with

    private mutating func overriding(_ modifiers: [WithModifier], _ plan: (inout BodyPlanner) -> Void) {
        let outer = builder.register(), inner = builder.register()
        var values: [Operand?] = []
        for modifier in modifiers { values.append(value(of: modifier)) }
        builder.emit(.getContext, a: Int32(outer))
        builder.emit(.deriveContext, a: Int32(inner))
        for (modifier, value) in zip(modifiers, values) { override(context: Int32(inner), modifier, value) }
        let outerFail = fail
        let restore = builder.label()
        builder.emit(.setContext, a: Int32(inner))
        fail = restore
        let outerIsIndexed = isIndexed
        isIndexed = false
        plan(&self)
        isIndexed = outerIsIndexed
        builder.emit(.setContext, a: Int32(outer))
        let innerFail = fail
        let after = builder.label(), reenter = builder.label()
        builder.emit(.jump, target: after)
        builder.place(restore)
        builder.emit(.setContext, a: Int32(outer))
        builder.emit(.jump, target: outerFail)
        if innerFail != restore {
            builder.place(reenter)
            builder.emit(.setContext, a: Int32(inner))
            builder.emit(.jump, target: innerFail)
            fail = reenter
        } else {
            fail = outerFail
        }
        builder.place(after)
    }

    /// What is put in the place of a target, planned; nil where it is a function. A rule in the place of a function may be undefined, which shows where
    /// the function is called: its value comes in a set.
    private mutating func value(of modifier: WithModifier) -> Operand? {
        if scope.isFunctionTarget(modifier) { return nil }
        guard scope.isRuleForFunction(modifier) else { return operand(modifier.value) }
        return comprehension(kind: 1, []) { planner, collection in
            let value = planner.operand(modifier.value)
            planner.builder.emit(.insert, a: collection, b: value.code)
        }
    }

    private mutating func override(context: Int32, _ modifier: WithModifier, _ value: Operand?) {
        guard let path = PlanScope.segments(of: modifier.target) else { return refuse(modifier.target, context) }
        if path.first == "input" {
            let keys = path.dropFirst().map { builder.constant(.string($0)) }
            guard let value else { return }
            builder.emit(.overrideInput, a: context, b: builder.countedList(keys), c: value.code, target: fail)
            return
        }
        let replacement: (flag: UInt8, code: Int32)
        if let value {
            replacement = (scope.isRuleForFunction(modifier) ? 3 : 1, value.code)
        } else if let path = modifier.replacement, let builtin = scope.registry.position(of: path.joined(separator: ".")) {
            replacement = (2, Int32(builtin))
        } else if let path = PlanScope.segments(of: modifier.value), let group = scope.functionGroup(path) {
            replacement = (0, Int32(group))
        } else {
            return
        }
        if path.first == "data" {
            let below = Array(path.dropFirst())
            if let group = scope.functionGroup(path) {
                builder.emit(.overrideFunction, flag: replacement.flag, a: context, b: Int32(group), c: replacement.code)
            } else {
                let keys = below.map { builder.constant(.string($0)) }
                builder.emit(.overrideData, a: context, b: builder.countedList(keys), c: replacement.code, target: fail)
            }
        } else if let builtin = scope.registry.position(of: path.joined(separator: ".")) {
            builder.emit(.overrideBuiltin, flag: replacement.flag, a: context, b: Int32(builtin), c: replacement.code)
        }
    }

    /// A path with keys other than texts replaces nothing: evaluating it is a conflict.
    private mutating func refuse(_ target: Term, _ context: Int32) {
        guard case .ref(let ref) = target.kind else { return }
        let keys = ref.path.compactMap { PlanScope.constantValue(of: $0) }.map { builder.constant($0) }
        guard keys.count == ref.path.count, let value = keys.first else { return }
        builder.emit(.overrideInput, a: context, b: builder.countedList(keys), c: value.code, target: fail)
    }

    // MARK: every

    private mutating func every(_ every: Every) {
        let domain = operand(every.domain)
        let state = builder.register(3)
        let next = builder.label(), done = builder.label()
        let outer = fail
        builder.emit(.checkCollection, a: domain.code, target: outer)
        builder.emit(.move, a: Int32(state), b: builder.constant(.number(Number(0))).code)
        builder.place(next)
        builder.emit(.scan, flag: (every.key == nil ? 0 : 1) | 2, a: domain.code, b: Int32(state), target: done)
        nested { planner in
            planner.fail = outer
            if let key = every.key { planner.match(key, .register(state + 1)) }
            planner.match(every.value, .register(state + 2))
            planner.body(every.body)
            planner.builder.emit(.jump, target: next)
        }
        builder.place(done)
        fail = outer
    }

    // MARK: Loops

    /// Begins a loop over a collection; what follows is its body.
    mutating func loop(over source: Operand, key: Bool, value: Bool) -> (key: Operand, value: Operand) {
        let state = builder.register(3)
        let next = builder.label()
        builder.emit(.move, a: Int32(state), b: builder.constant(.number(Number(0))).code)
        builder.place(next)
        builder.emit(.scan, flag: (key ? 1 : 0) | (value ? 2 : 0), a: source.code, b: Int32(state), target: fail)
        fail = next
        iterates = true
        return (.register(state + 1), .register(state + 2))
    }

    // MARK: Variables

    func isUnbound(_ name: String) -> Bool {
        name != "input" && name != "data" && bound[name] == nil
    }

    /// Whether a term, closures excepted, has a variable that is not bound yet, beside keys of references that are excepted.
    func hasUnbound(_ term: Term, beside isExcepted: (Term) -> Bool = { _ in false }) -> Bool {
        func hasUnbound(_ term: Term) -> Bool { self.hasUnbound(term, beside: isExcepted) }
        switch term.kind {
        case .null, .boolean, .number, .string, .arrayComprehension, .setComprehension, .objectComprehension: return false
        case .variable(let name): return isUnbound(name)
        case .ref(let ref): return hasUnbound(ref.head) || ref.path.contains { !isExcepted($0) && hasUnbound($0) }
        case .array(let terms), .set(let terms): return terms.contains { hasUnbound($0) }
        case .object(let entries): return entries.contains { hasUnbound($0.key) || hasUnbound($0.value) }
        case .call(let call): return call.arguments.contains { hasUnbound($0) }
        case .templateString(let template):
            return template.parts.contains { if case .term(let term) = $0 { hasUnbound(term) } else { false } }
        }
    }

    /// A term without the references that bind variables: those are planned first, so that operands may use what they bind.
    mutating func bindingFirst(_ term: Term) -> Term { hasUnbound(term) ? evaluating(term) { $0.isRef && $1.hasUnbound($0) } : term }

    /// A term with some of its parts, closures excepted, replaced by their values, which are planned now.
    private mutating func evaluating(_ term: Term, where isChosen: (Term, BodyPlanner) -> Bool) -> Term {
        var result = term
        if isChosen(term, self) {
            let value = operand(term)
            let name = "$value\(nextSynthetic())"
            bound[name] = value
            result.kind = .variable(name)
            return result
        }
        switch term.kind {
        case .ref(var ref):
            ref.head = evaluating(ref.head, where: isChosen)
            ref.path = ref.path.map { evaluating($0, where: isChosen) }
            result.kind = .ref(ref)
        case .array(let terms): result.kind = .array(terms.map { evaluating($0, where: isChosen) })
        case .set(let terms): result.kind = .set(terms.map { evaluating($0, where: isChosen) })
        case .object(let entries):
            result.kind = .object(entries.map { Term.ObjectEntry(key: evaluating($0.key, where: isChosen), value: evaluating($0.value, where: isChosen)) })
        case .call(var call):
            call.arguments = call.arguments.map { evaluating($0, where: isChosen) }
            result.kind = .call(call)
        default: break
        }
        return result
    }

    /// A reference with those of its keys replaced by their values that are calls, or other documents: OPA makes them before it looks at what they are keys of.
    mutating func evaluatingKeys(of reference: Term) -> Ref {
        guard case .ref(var ref) = reference.kind else { return Ref(head: reference, path: []) }
        for position in ref.path.indices where !hasUnbound(ref.path[position], beside: \.isWildcard) {
            ref.path[position] = evaluating(ref.path[position]) { term, _ in term.isCall || term.isDocument }
        }
        return ref
    }

    mutating func operands(_ terms: [Term]) -> [Operand] { evaluatingCalls(in: terms).map { bindingFirst($0) }.map { operand($0) } }

    /// Terms with their calls replaced by their values: OPA makes them before it looks at the references beside them. In the body of a rule its index
    /// has already asked for the input and the data by then.
    mutating func evaluatingCalls(in terms: [Term]) -> [Term] {
        guard terms.contains(where: { $0.hasCall }), terms.count > 1 || !terms[0].isCall else { return terms }
        let documents = scope.documents
        let rest = isIndexed ? terms.map { evaluating($0) { term, _ in ConditionFinder.isBaseDocument(term, documents) } } : terms
        return rest.map { evaluating($0) { $0.isCall && !$1.hasUnbound($0, beside: \.isWildcard) } }
    }
}
