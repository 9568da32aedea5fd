/// Plans all rules of a set of policies.
struct PolicyPlanner {
    private let policies: CompiledPolicies
    private let registry: BuiltinRegistry
    private let observes: Bool

    init(policies: CompiledPolicies, registry: BuiltinRegistry, observes: Bool) {
        self.policies = policies
        self.registry = registry
        self.observes = observes
    }

    func plan() -> PolicyPlan {
        var plan = PolicyPlan()
        var rulesOfGroup: [[CompiledRule]] = []
        var functionGroups: [[String]: Int] = [:]
        for module in policies.modules { _ = plan.documents.insert(module.package.path) }
        for rule in policies.rules {
            let node = plan.documents.insert(rule.path)
            let group: Int
            if let known = plan.documents.nodes[node].group {
                group = known
                if !rule.isDefault, plan.groups[group].kind.isComplete { plan.groups[group].kind = RuleGroup.Kind(rule) }
            } else {
                group = plan.groups.count
                plan.groups.append(RuleGroup(kind: RuleGroup.Kind(rule), path: rule.path, location: rule.location))
                rulesOfGroup.append([])
                plan.documents.nodes[node].group = group
            }
            if rule.arguments != nil { functionGroups[rule.path] = group }
            rulesOfGroup[group].append(rule)
        }
        var scope = PlanScope(registry: registry, documents: plan.documents, groups: plan.groups, functionGroups: functionGroups)
        scope.observes = observes
        scope.localNames = policies.localNames
        if policies.used.contains(.with) { scope.mocked = MockedFunctions.names(in: policies) }
        var builder = CodeBuilder()
        for (group, rules) in rulesOfGroup.enumerated() {
            for rule in rules {
                let procedure = RulePlanner(scope: scope).plan(rule, kind: plan.groups[group].kind, &builder)
                if rule.isDefault {
                    plan.groups[group].defaultProcedure = procedure
                    plan.groups[group].defaultLocation = rule.location
                } else {
                    plan.groups[group].procedures.append(procedure)
                    plan.groups[group].ruleLocations.append(rule.location)
                    plan.groups[group].conditions.append(rule.openedKeys.isEmpty ? ConditionFinder.conditions(of: rule, documents: plan.documents) : [])
                }
            }
            plan.groups[group].tree = DecisionTree(conditions: plan.groups[group].conditions)
            plan.groups[group].hasOneValue = Self.haveOneValue(rules)
        }
        plan.unit = builder.unit
        for group in plan.groups.indices where plan.groups[group].kind.isFunction {
            plan.groups[group].isRemembered = plan.groups[group].procedures.contains { plan.unit.loopsOrCalls($0) }
        }
        // An observer is told of every evaluation, so nothing is kept from one to the next.
        if observes { return plan }
        for (group, isDataOnly) in DataOnlyRules(plan: plan, registry: registry).find().enumerated() { plan.groups[group].isDataOnly = isDataOnly }
        return plan
    }

    /// Whether every rule gives the same constant, so that the first success decides.
    private static func haveOneValue(_ rules: [CompiledRule]) -> Bool {
        var only: Value?
        for rule in rules where !rule.isDefault {
            for branch in [rule] + rule.elseBranches {
                guard branch.dynamicPath.isEmpty, let term = branch.value, let value = PlanScope.constantValue(of: term) else { return false }
                if let only, only != value { return false }
                only = value
            }
        }
        return only != nil
    }
}

extension RuleGroup.Kind {
    init(_ rule: CompiledRule) {
        if let arguments = rule.arguments {
            self = .function(arity: arguments.count)
        } else if !rule.dynamicPath.isEmpty {
            self = .partialObject
        } else if rule.key != nil {
            self = .partialSet
        } else {
            self = .complete
        }
    }

    var isComplete: Bool { if case .complete = self { true } else { false } }
    var isFunction: Bool { if case .function = self { true } else { false } }
}

/// Plans one rule with its `else` branches as a procedure.
///
/// Parameters of the frame: a function's arguments; for partial rules the collection that is being filled.
struct RulePlanner {
    let scope: PlanScope

    func plan(_ rule: CompiledRule, kind: RuleGroup.Kind, _ builder: inout CodeBuilder) -> Int {
        var parameters = 0
        switch kind {
        case .function(let arity): parameters = arity
        case .partialSet, .partialObject: parameters = 1
        case .complete: break
        }
        var planner = BodyPlanner(builder: builder, scope: scope, parameters: parameters)
        // Held by one only: otherwise each procedure would copy all instructions before it.
        builder = CodeBuilder()
        planner.isIndexed = rule.openedKeys.isEmpty
        if !planner.isIndexed { open(rule, &planner) }
        let branches = [rule] + rule.elseBranches
        let done = planner.builder.label()
        for (position, branch) in branches.enumerated() {
            let isLast = position == branches.count - 1
            let end = planner.builder.label()
            planner.fail = end
            planner.bound = [:]
            planner.iterates = false
            planner.builder.location = branch.location
            if scope.observes { planner.observe(.enter, branch.location) }
            if let arguments = branch.arguments { bind(arguments, &planner) }
            planner.body(branch.body)
            planner.builder.location = branch.location
            if scope.observes {
                observedResult(of: branch, kind: kind, &planner)
            } else {
                result(of: branch, kind: kind, &planner)
            }
            planner.builder.place(end)
            // A branch whose solutions were all gathered ends here; with a result, the later branches do not count.
            if !isLast { planner.builder.emit(.jumpIfResult, target: done) }
        }
        planner.builder.place(done)
        planner.builder.emit(.end)
        let procedure = planner.builder.endProcedure(registry: scope.registry)
        builder = planner.builder
        return procedure
    }

    /// Makes the documents that are there even where nothing is in them.
    private func open(_ rule: CompiledRule, _ planner: inout BodyPlanner) {
        planner.builder.location = rule.location
        let keys = rule.openedKeys.map { planner.operand($0) }
        let isSet = rule.key != nil && keys.count == rule.dynamicPath.count
        planner.builder.emit(.putPath, flag: isSet ? 3 : 2, a: 0, b: planner.builder.countedList(keys), c: keys[0].code)
    }

    private func observedResult(of rule: CompiledRule, kind: RuleGroup.Kind, _ planner: inout BodyPlanner) {
        planner.observe(.exit, rule.location)
        let inner = planner.fail
        planner.fail = planner.builder.label()
        result(of: rule, kind: kind, &planner)
        planner.builder.place(planner.fail)
        planner.observe(.redo, rule.location)
        planner.builder.emit(.jump, target: inner)
        planner.fail = inner
    }

    private func bind(_ arguments: [Term], _ planner: inout BodyPlanner) {
        // Plain variables first: a pattern may repeat one of them.
        for (position, argument) in arguments.enumerated() {
            if case .variable(let name) = argument.kind, planner.isUnbound(name) { planner.bound[name] = .register(position) }
        }
        for (position, argument) in arguments.enumerated() {
            if case .variable(let name) = argument.kind, planner.bound[name] == .register(position) { continue }
            planner.match(argument, .register(position))
        }
    }

    private func result(of rule: CompiledRule, kind: RuleGroup.Kind, _ planner: inout BodyPlanner) {
        switch kind {
        case .complete, .function:
            let term = rule.value ?? Term(.boolean(true), at: rule.location)
            let isConstant = PlanScope.constantValue(of: term) != nil
            let value = planner.operand(term)
            let isFinal = isConstant || !planner.iterates
            planner.builder.emit(.result, flag: (isFinal ? 1 : 0) | (kind.isFunction ? 2 : 0), a: value.code, target: planner.fail)
        case .partialSet:
            guard let key = rule.key else { return }
            let member = planner.operand(key)
            planner.builder.emit(.insert, a: 0, b: member.code)
            planner.builder.emit(.jump, target: planner.fail)
        case .partialObject:
            let isSet = rule.key != nil
            let keys = rule.dynamicPath.map { planner.operand($0) }
            let value = planner.operand(rule.key ?? rule.value ?? Term(.boolean(true), at: rule.location))
            let path = planner.builder.countedList(keys)
            planner.builder.emit(.putPath, flag: isSet ? 1 : 0, a: 0, b: path, c: value.code)
            planner.builder.emit(.jump, target: planner.fail)
        }
    }
}

/// Finds what `with` replaces anywhere in the policies.
enum MockedFunctions {
    static func names(in policies: CompiledPolicies) -> Set<String> {
        var names: Set<String> = []
        for rule in policies.rules {
            for branch in [rule] + rule.elseBranches { collect(branch.body, &names) }
        }
        return names
    }

    static func collect(_ body: Body, _ names: inout Set<String>) {
        for expression in body {
            for modifier in expression.withModifiers {
                if let path = PlanScope.segments(of: modifier.target), path.first != "input" { names.insert(path.joined(separator: ".")) }
            }
            if case .every(let every) = expression.kind { collect(every.body, &names) }
            if case .term(let term) = expression.kind { collect(term, &names) }
        }
    }

    private static func collect(_ term: Term, _ names: inout Set<String>) {
        switch term.kind {
        case .arrayComprehension(let head, let body), .setComprehension(let head, let body):
            collect(head, &names)
            collect(body, &names)
        case .objectComprehension(_, let value, let body):
            collect(value, &names)
            collect(body, &names)
        case .call(let call): for argument in call.arguments { collect(argument, &names) }
        case .array(let terms), .set(let terms): for term in terms { collect(term, &names) }
        case .object(let entries): for entry in entries { collect(entry.value, &names) }
        case .ref(let ref):
            collect(ref.head, &names)
            for term in ref.path { collect(term, &names) }
        default: break
        }
    }
}
