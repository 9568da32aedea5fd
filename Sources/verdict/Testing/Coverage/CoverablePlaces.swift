import Rego

/// The places of a module that coverage counts.
struct CoverablePlaces {
    /// Of rule heads and literals; optional ones count only where they were reached.
    private(set) var lines: [(location: SourceLocation, isOptional: Bool)] = []
    /// Of literals that could hold and could fail.
    private(set) var branches: [SourceLocation] = []

    init(_ module: Module) {
        for rule in module.rules { add(rule) }
    }

    private mutating func add(_ rule: Rule) {
        lines.append((rule.location, false))
        for term in rule.head.path + [rule.head.key, rule.head.value].compactMap(\.self) { addClosures(of: term) }
        add(rule.body)
        for branch in rule.elseRule { add(branch) }
    }

    private mutating func add(_ body: Body) {
        for literal in body where !literal.isGenerated && literal.location.row > 0 {
            switch literal.kind {
            case .some: continue
            case .someIn: lines.append((literal.location, true))
            case .term, .every: lines.append((literal.location, false))
            }
            if Self.canHaveBothOutcomes(literal) { branches.append(literal.location) }
            if case .every(let every) = literal.kind { add(every.body) }
            for term in literal.terms { addClosures(of: term) }
        }
    }

    private mutating func addClosures(of term: Term) {
        var closures: [(heads: [Term], body: Body)] = []
        term.walk({ _ in true }, closure: { closures.append(($0, $1)) })
        for closure in closures {
            for head in closure.heads { addClosures(of: head) }
            add(closure.body)
        }
    }

    /// Not what is printed, and not an assignment of what is always defined.
    private static func canHaveBothOutcomes(_ literal: Expression) -> Bool {
        guard case .term(let term) = literal.kind, !literal.isNegated, literal.withModifiers.isEmpty else { return true }
        guard case .call(let call) = term.kind else { return !isAlwaysDefined(term) }
        switch call.function {
        case ["print"], ["trace"]: return false
        case ["assign"]: return !(call.arguments.last.map(isAlwaysDefined) ?? false)
        default: return true
        }
    }

    private static func isAlwaysDefined(_ term: Term) -> Bool {
        var isDefined = true
        term.walk({ part in
            switch part.kind {
            case .ref, .call, .variable: isDefined = false
            default: break
            }
            return isDefined
        }, closure: { _, _ in })
        return isDefined
    }
}
