/// A rule, or a branch of an `else` chain, in the form that is explained: names resolved, literals as they were written, in the order in which
/// they are evaluated.
struct ExplainedRule: Sendable {
    /// The keys below `data` up to the first that is not a string.
    var path: [String]
    var arguments: [Term]?
    /// The rest of the head's reference, and the element of a partial set.
    var keys: [Term]
    var isPartialSet: Bool
    var isDefault: Bool
    /// Nil where it is `true`, and for partial sets.
    var value: Term?
    var body: Body
    var location: SourceLocation
    /// The rule's number: the branches of a chain have the same.
    var chain: Int

    var name: String { Ref(head: Term(.variable("data")), path: path.map { Term(.string($0)) }).description }
    var isPartial: Bool { isPartialSet || !keys.isEmpty }

    /// What must hold: arguments that are patterns fit, then the body.
    var literals: Body {
        let patterns = (arguments ?? []).enumerated().compactMap { position, pattern -> Expression? in
            if case .variable = pattern.kind { return nil }
            var literal = ExplanationEngine.equation(pattern, Term(.variable(RuleCall.name(ofArgument: position))))
            literal.location = pattern.location
            return literal
        }
        return patterns + body
    }
}

/// What a rule is asked with.
struct RuleCall: Sendable {
    /// Empty for a rule that is no function.
    var arguments: [(term: Term, value: Value)]
    var caller: ExplanationFrame

    static var plain: RuleCall { RuleCall(arguments: [], caller: ExplanationFrame()) }

    /// The variable that stands for an argument that is taken apart by a pattern. No variable of a policy has such a name.
    static func name(ofArgument position: Int) -> String { "argument \(position + 1)" }

    /// The frame in which the rule's body begins.
    func frame(for rule: ExplainedRule) -> ExplanationFrame {
        var frame = ExplanationFrame()
        for (position, (pattern, argument)) in zip(rule.arguments ?? [], arguments).enumerated() {
            var name = Self.name(ofArgument: position)
            if case .variable(let written) = pattern.kind { name = written }
            frame.values[name] = argument.value
            frame.definitions[name] = .argument(argument.term, caller)
        }
        return frame
    }
}

/// The rules of a snapshot by what they define.
struct ExplainedRules: Sendable {
    private var groups: [[String]: [ExplainedRule]] = [:]

    init(_ policies: CompiledPolicies) {
        var names: [[String]: Set<String>] = [:]
        for module in policies.modules { for rule in module.rules { names[module.package.path, default: []].insert(rule.head.name) } }
        let order = LiteralRanks(policies.rules)
        var chain = 0
        for module in policies.modules {
            let package = module.package.path
            var resolution = ReferenceResolution(globals: ReferenceResolution.globals(package: package, rules: names[package] ?? [], imports: module.imports))
            for rule in module.rules {
                chain += 1
                var branch: Rule? = resolution.rule(rule)
                while let current = branch {
                    let explained = ExplainedRule(current, package: package, chain: chain, order: order)
                    groups[explained.path, default: []].append(explained)
                    branch = current.elseRule.first
                }
            }
        }
    }

    subscript(path: [String]) -> [ExplainedRule]? { groups[path] }

    /// The rules that define what a reference with constant keys names.
    func rules(of term: Term) -> [ExplainedRule] {
        guard let path = PlanScope.segments(of: term), path.first == "data" else { return [] }
        return groups[Array(path.dropFirst())] ?? []
    }

    /// The rules whose documents lie at keys below `data`, below them, or around them.
    func overlapping(_ path: [String]) -> [ExplainedRule] {
        groups.filter { $0.key.starts(with: path) || path.starts(with: $0.key) }.sorted { $0.key.lexicographicallyPrecedes($1.key) }.flatMap(\.value)
    }

    /// The rules whose document a path leads to or into, and how many of its keys lead there.
    func rules(along path: [String]) -> (rules: [ExplainedRule], count: Int)? {
        for count in (0...path.count).reversed() {
            if let rules = groups[Array(path.prefix(count))] { return (rules, count) }
        }
        return nil
    }
}

extension ExplainedRule {
    fileprivate init(_ rule: Rule, package: [String], chain: Int, order: LiteralRanks) {
        var path = package + [rule.head.name], dynamic: [Term] = []
        for term in rule.head.path {
            if dynamic.isEmpty, case .string(let name) = term.kind { path.append(name) } else { dynamic.append(term) }
        }
        self.path = path
        arguments = rule.head.arguments
        keys = dynamic + [rule.head.key].compactMap(\.self)
        isPartialSet = rule.head.key != nil
        isDefault = rule.isDefault
        value = rule.head.value
        // A name without a value says only what is local, which names that were resolved show by themselves.
        body = order.sorted(rule.body.filter { if case .some = $0.kind { false } else { true } })
        location = rule.head.location
        self.chain = chain
    }
}

/// Where each literal stands among those of its body once the compiler has put them in order.
private struct LiteralRanks {
    private struct Place: Hashable {
        var file: String
        var offset: Int
    }

    private var ranks: [Place: Int] = [:]

    init(_ rules: [CompiledRule]) {
        for rule in rules {
            for branch in [rule] + rule.elseBranches {
                for (rank, literal) in branch.body.enumerated() where !literal.isGenerated {
                    ranks[Place(file: literal.location.file, offset: literal.location.offset)] = rank
                }
            }
        }
    }

    func sorted(_ body: Body) -> Body {
        let places = body.enumerated().map { (position, literal) in (ranks[Place(file: literal.location.file, offset: literal.location.offset)] ?? position, position) }
        return body.indices.sorted { places[$0] < places[$1] }.map { body[$0] }
    }
}
