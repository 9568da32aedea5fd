/// A rule as it was read, with what the later checks need to know of its writing.
struct ParsedRule {
    /// A rule's name with the rest of its reference, its arguments, key and value.
    struct Head {
        /// The name, a variable, and what follows it.
        var reference: [Term]
        var arguments: [Term]?
        /// The element of a partial set; of `p[x]` also the last part of a reference that has a value.
        var key: Term?
        var value: Term?
        var isAssignment = false
        /// The value `true` was not written.
        var hasGeneratedValue = false
        var usesContains = false
        var usesIf = false
        var location: SourceLocation

        var isFunction: Bool { arguments.map { !$0.isEmpty } ?? false }
        var isPartialSet: Bool { value == nil }
        var isGround: Bool { reference.dropFirst().allSatisfy(\.isGround) }
        var name: String { if case .variable(let name)? = reference.first?.kind { name } else { "" } }
        var text: String { Ref(head: reference[0], path: Array(reference.dropFirst())).description }

        /// For another body or an `else`: wildcards among the arguments are new ones.
        func copy(at location: SourceLocation, _ parser: inout Parser) -> Head {
            var copy = self
            copy.location = location
            copy.arguments = arguments?.map { argument in
                guard case .variable(let name) = argument.kind, name.hasPrefix("$") else { return argument }
                return Term(.variable(parser.wildcard()), at: argument.location)
            }
            return copy
        }
    }

    var head: Head
    var body: Body
    /// The body `true` was not written.
    var hasGeneratedBody = false
    var isDefault = false
    var elseBranch: [ParsedRule] = []
    var location: SourceLocation
}

/// Rules with bodies, defaults and partial sets; what has neither is read as a statement.
extension Parser {
    /// A rule, or several where one head has several bodies.
    mutating func rules() -> [ParsedRule]? {
        let start = location
        acceptKeywordAsName()
        var isDefault = false
        if token.isKeyword(.default) {
            advance()
            isDefault = true
            acceptKeywordAsName()
        }
        guard token.kind == .identifier, let head = head(isDefault: isDefault) else { return nil }
        var rule = ParsedRule(head: head, body: [trueLiteral(at: start)], isDefault: isDefault, location: start)
        if isDefault {
            rule.location = span(from: start)
            return hasValidDefault(rule) ? [rule] : nil
        }
        let hasIf = token.isKeyword(.if)
        settleKey(of: &rule.head, hasIf: hasIf)
        if hasIf {
            rule.head.usesIf = true
            advance()
            guard let body = bodyAfterIf() else { return nil }
            rule.body = body
        } else if accept(.leftBrace) {
            guard let body = body(until: .rightBrace) else { return nil }
            advance()
            rule.body = body
        } else if head.usesContains {
            rule.hasGeneratedBody = true
            rule.location = head.location
            return [rule]
        } else {
            return nil
        }
        guard readElse(of: &rule) else { return nil }
        rule.location = span(from: start)
        return chained(rule)
    }

    /// `p[x]` with `if` has a value; without, it is a partial set, or has `x` as its key.
    private func settleKey(of head: inout ParsedRule.Head, hasIf: Bool) {
        guard !head.usesContains, head.reference.count == 2 else { return }
        let last = head.reference[1]
        if hasIf {
            if !head.isFunction, !last.isGround || last.isReference { head.key = last }
            if head.value == nil {
                head.hasGeneratedValue = true
                head.value = Term(.boolean(true), at: head.location)
            }
        } else if !head.isFunction {
            head.key = last
            if head.value == nil { head.reference.removeLast() }
        }
    }

    /// One literal, or literals in braces. Braces that hold a set are a body, because a set is always true.
    private mutating func bodyAfterIf() -> Body? {
        guard token.isSymbol(.leftBrace) else { return literal().map { [$0] } }
        let mark = state
        if let literal = literal() {
            guard case .term(let term) = literal.kind, case .set = term.kind else { return [literal] }
        }
        state = mark
        advance()
        guard let body = body(until: .rightBrace) else { return nil }
        advance()
        return body
    }

    private mutating func chained(_ rule: ParsedRule) -> [ParsedRule]? {
        var rules = [rule]
        while token.isSymbol(.leftBrace) {
            guard rule.elseBranch.isEmpty else {
                report("expected else keyword")
                return nil
            }
            let place = location
            advance()
            guard let body = body(until: .rightBrace) else { return nil }
            advance()
            let location = span(from: place)
            rules.append(ParsedRule(head: rule.head.copy(at: location, &self).relocated(to: location), body: body, location: location))
        }
        return rules
    }

    func trueLiteral(at location: SourceLocation) -> Expression {
        var literal = Expression(.term(Term(.boolean(true), at: location)), at: location)
        literal.isGenerated = true
        return literal
    }

    // MARK: else

    /// False where an `else` is wrong.
    private mutating func readElse(of rule: inout ParsedRule) -> Bool {
        guard token.isKeyword(.else), !acceptKeywordAsName() else { return true }
        guard rule.head.isGround else {
            report("else keyword cannot be used on rules with variables in head")
            return false
        }
        guard rule.head.key == nil else {
            report("else keyword cannot be used on multi-value rules")
            return false
        }
        guard let branch = elseBranch(of: rule.head) else { return false }
        rule.elseBranch = [branch]
        return true
    }

    private mutating func elseBranch(of head: ParsedRule.Head) -> ParsedRule? {
        let start = location
        var branch = ParsedRule(head: head.copy(at: start, &self), body: [trueLiteral(at: start)], location: start)
        branch.head.hasGeneratedValue = false
        branch.head.usesIf = false
        branch.head.usesContains = false
        advance()
        switch token.kind {
        case .symbol(.leftBrace), .keyword(.if):
            branch.head.hasGeneratedValue = true
            branch.head.value = Term(.boolean(true), at: start)
        case .symbol(.assign), .symbol(.unify):
            branch.head.isAssignment = token.isSymbol(.assign)
            advance()
            guard let value = expression() else { return nil }
            branch.head.value = value
        default:
            unexpected("expected else value term or rule body")
            return nil
        }
        guard readElseBody(of: &branch, start) else { return nil }
        if !branch.hasGeneratedBody, token.isKeyword(.else) {
            guard let next = elseBranch(of: head) else { return nil }
            branch.elseBranch = [next]
        }
        branch.location = span(from: start)
        return branch
    }

    private mutating func readElseBody(of branch: inout ParsedRule, _ start: SourceLocation) -> Bool {
        if token.isKeyword(.if) {
            branch.head.usesIf = true
            advance()
        } else if !token.isSymbol(.leftBrace) {
            branch.hasGeneratedBody = true
            return true
        }
        if accept(.leftBrace) {
            guard let body = body(until: .rightBrace) else { return false }
            advance()
            branch.body = body
            return true
        }
        guard token.kind != .endOfText else {
            unexpected("rule body expected")
            return false
        }
        guard let literal = literal() else { return false }
        branch.body = [places == .written ? literal : literal.relocated(to: start)]
        return true
    }

    // MARK: Heads

    private mutating func head(isDefault: Bool) -> ParsedRule.Head? {
        let start = location
        guard let reference = headReference() else {
            unexpected("expected rule head name")
            return nil
        }
        var head = ParsedRule.Head(reference: [], location: start)
        switch reference.kind {
        case .variable: head.reference = [reference]
        case .ref(let ref):
            guard case .variable = ref.head.kind else { return nil }
            head.reference = [ref.head] + ref.path
        case .call(let call):
            guard let parts = call.operatorParts else {
                unexpected("rule head ref \(call.name) invalid")
                return nil
            }
            head.reference = parts
            head.arguments = call.arguments
        default: return nil
        }
        readValue(of: &head, isDefault: isDefault)
        head.location = span(from: start)
        return head
    }

    /// A rule's name and what follows it, which may not be an operator. A head may have white space before its bracket.
    private mutating func headReference() -> Term? {
        let name = variable()
        advance(skippingSpace: false)
        switch token.kind {
        case .symbol(.plus), .symbol(.minus), .symbol(.times), .symbol(.divide), .symbol(.remainder), .symbol(.and), .symbol(.or),
            .symbol(.equal), .symbol(.notEqual), .symbol(.greater), .symbol(.greaterOrEqual), .symbol(.less), .symbol(.lessOrEqual):
            unexpected()
        case .whitespace: advance()
        default: break
        }
        return finished(name)
    }

    private mutating func readValue(of head: inout ParsedRule.Head, isDefault: Bool) {
        let name = head.text
        switch token.kind {
        case .keyword(.contains):
            if head.arguments != nil {
                unexpected("the contains keyword can only be used with multi-value rule definitions (e.g., \(name) contains <VALUE> { ... })")
            }
            advance()
            head.usesContains = true
            head.key = expression()
            if head.key == nil { unexpected("expected rule key term (e.g., \(name) contains <VALUE> { ... })") }
            return
        case .symbol(.unify):
            advance()
            head.value = expression()
            if head.value == nil { unexpected("expected rule value term (e.g., \(name)[<nil>] = <VALUE> { ... })") }
        case .symbol(.assign):
            advance()
            head.isAssignment = true
            head.value = expression()
            if head.value == nil { unexpected(Self.expectedValue(of: head, name, isDefault: isDefault)) }
        default: break
        }
        if head.value == nil, head.reference.count != 2 || head.isFunction {
            head.hasGeneratedValue = true
            head.value = Term(.boolean(true), at: head.location)
        }
    }

    private static func expectedValue(of head: ParsedRule.Head, _ name: String, isDefault: Bool) -> String {
        if head.isFunction { return "expected function value term (e.g., \(name)(...) := <VALUE> { ... })" }
        if isDefault { return "expected default rule value term (e.g., default \(name) := <VALUE>)" }
        return "expected rule value term (e.g., \(name) := <VALUE> { ... })"
    }

    // MARK: Defaults

    private mutating func hasValidDefault(_ rule: ParsedRule) -> Bool {
        guard let value = rule.head.value else {
            report("illegal default rule (must have a value)", at: rule.location)
            return false
        }
        var problems: [String] = []
        value.walk({ term in
            switch term.kind {
            case .variable, .ref, .call:
                problems.append("value cannot contain \(term.kindName)")
                return false
            default: return true
            }
        }, closure: { _, _ in })
        if problems.isEmpty, rule.head.isFunction { problems = Self.problems(ofDefaultArguments: rule.head.arguments ?? []) }
        for problem in problems { report("illegal default rule (\(problem))", at: rule.location) }
        return problems.isEmpty
    }

    private static func problems(ofDefaultArguments arguments: [Term]) -> [String] {
        var seen: Set<String> = []
        var problems: [String] = []
        for argument in arguments {
            if case .variable(let name) = argument.kind, argument.isPlainVariable {
                if !seen.insert(name).inserted { problems.append("arguments cannot be repeated \(name)") }
            } else {
                problems.append("arguments cannot contain \(argument.kindName)")
            }
        }
        return problems
    }
}

extension Term {
    /// Without variables, those in closures included. A reference's first variable does not count.
    var isGround: Bool {
        switch kind {
        case .variable(let name): return name == "input" || name == "data"
        case .ref(let ref):
            if case .variable = ref.head.kind { return ref.path.allSatisfy(\.isGround) }
            return ref.head.isGround && ref.path.allSatisfy(\.isGround)
        default:
            var isGround = true
            walk({ part in
                switch part.kind {
                case .variable, .ref:
                    if !part.isGround { isGround = false }
                    return false
                default: return isGround
                }
            }, closure: { heads, body in
                for head in heads where !head.isGround { isGround = false }
                for term in body.flatMap(\.terms) where !term.isGround { isGround = false }
            })
            return isGround
        }
    }

    /// A reference, or the variable of a root document, which is one.
    var isReference: Bool {
        switch kind {
        case .ref: true
        case .variable: !isPlainVariable
        default: false
        }
    }
}

extension ParsedRule.Head {
    /// Every part of the head at one place: chained bodies have their head where they begin.
    func relocated(to location: SourceLocation) -> ParsedRule.Head {
        var head = self
        head.reference = reference.map { $0.relocated(to: location) }
        head.arguments = arguments?.map { $0.relocated(to: location) }
        head.key = key?.relocated(to: location)
        head.value = value?.relocated(to: location)
        return head
    }
}

extension Term {
    /// The term with every part at one place.
    func relocated(to location: SourceLocation) -> Term {
        var term = mapParts({ $0.relocated(to: location) }, bodies: { body, heads in
            (body.map { $0.relocated(to: location) }, heads.map { $0.relocated(to: location) })
        })
        term.location = location
        return term
    }
}

extension Expression {
    /// The literal with every part at one place.
    func relocated(to location: SourceLocation) -> Expression {
        var literal = self
        literal.location = location
        switch kind {
        case .term(let term): literal.kind = .term(term.relocated(to: location))
        case .some(let names): literal.kind = .some(names.map { $0.relocated(to: location) })
        case .someIn(let key, let value, let domain):
            literal.kind = .someIn(key: key?.relocated(to: location), value: value.relocated(to: location), domain: domain.relocated(to: location))
        case .every(var every):
            every.key = every.key?.relocated(to: location)
            every.value = every.value.relocated(to: location)
            every.domain = every.domain.relocated(to: location)
            every.body = every.body.map { $0.relocated(to: location) }
            literal.kind = .every(every)
        }
        for position in literal.withModifiers.indices {
            literal.withModifiers[position].location = location
            literal.withModifiers[position].target = literal.withModifiers[position].target.relocated(to: location)
            literal.withModifiers[position].value = literal.withModifiers[position].value.relocated(to: location)
        }
        return literal
    }
}
