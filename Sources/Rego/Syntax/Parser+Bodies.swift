/// Bodies and their literals.
extension Parser {
    /// Literals up to a closing symbol, which stays the current token. Without one: the literals up to the end of a statement.
    mutating func body(until close: Token.Symbol?) -> Body? {
        nested { $0.literals(until: close) }
    }

    private mutating func literals(until close: Token.Symbol?) -> Body? {
        func isAtEnd(_ parser: Parser) -> Bool { close.map { parser.token.isSymbol($0) } ?? (parser.token.kind == .endOfText) }
        guard !isAtEnd(self) else {
            report("found empty body")
            return nil
        }
        var body: Body = []
        while true {
            guard let literal = literal() else { return nil }
            body.append(literal)
            if accept(.semicolon) { continue }
            if isAtEnd(self) || close == nil { return body }
            guard state.followsNewline else {
                if state.diagnostics.isEmpty { unexpected("expected \\n or ; or \(close?.rawValue ?? "eof")") }
                return nil
            }
        }
    }

    /// One literal: `some`, `every`, `not` or an expression, with its `with` modifiers.
    mutating func literal() -> Expression? {
        let start = location
        guard var literal = unplacedLiteral() else { return nil }
        literal.location = span(from: start)
        return literal
    }

    private mutating func unplacedLiteral() -> Expression? {
        if acceptKeywordAsName() { return expression(isNegated: false) }
        var isNegated = false
        if token.isKeyword(.not) {
            advance()
            isNegated = true
        }
        switch token.kind {
        case .keyword(.some):
            guard !isNegated else {
                unexpected("illegal negation of 'some'")
                return nil
            }
            return some()
        case .keyword(.every):
            guard !isNegated else {
                unexpected("illegal negation of 'every'")
                return nil
            }
            return every()
        default: return expression(isNegated: isNegated)
        }
    }

    private mutating func expression(isNegated: Bool) -> Expression? {
        let mark = state
        guard let term = statement() else { return nil }
        var literal = Expression(.term(term), isNegated: isNegated)
        if token.isKeyword(.with) {
            guard let modifiers = modifiers() else { return nil }
            literal.withModifiers = modifiers
        }
        if version == .v0, case .variable("every") = term.kind {
            var other = self
            other.state = mark
            if other.wouldParse(futureKeywords: Token.Keyword.future, { $0.every() != nil }) {
                state.hints.append("`import future.keywords.every` for `every x in xs { ... }` expressions")
            }
        }
        return literal
    }

    /// An expression, or two joined by `:=` or `=`.
    private mutating func statement() -> Term? {
        guard let left = expression() else { return nil }
        guard token.isSymbol(.assign) || token.isSymbol(.unify) else { return left }
        let function = token.isSymbol(.assign) ? "assign" : "eq"
        let place = location
        advance()
        guard let right = expression() else { return nil }
        return Term(.call(Call(function: [function], functionLocation: place, arguments: [left, right], isInfix: true)), at: span(from: left.location))
    }

    private mutating func modifiers() -> [WithModifier]? {
        var modifiers: [WithModifier] = []
        repeat {
            let place = location
            advance()
            guard token.kind == .identifier else {
                unexpected("expected ident")
                return nil
            }
            guard let target = term() else { return nil }
            switch target.kind {
            case .ref, .variable: break
            default: unexpected("expected with target path")
            }
            guard token.isKeyword(.as) else {
                unexpected("expected as keyword")
                return nil
            }
            advance()
            guard let value = expression() else { return nil }
            modifiers.append(WithModifier(target: target, value: value, at: span(from: place)))
        } while token.isKeyword(.with)
        return modifiers
    }

    // MARK: some and every

    private mutating func some() -> Expression? {
        let place = location
        let mark = state
        advance()
        if let term = expression(), case .call(let call) = term.kind {
            switch call.name {
            case "internal.member_2" where call.arguments.count == 2:
                return declaration(.someIn(key: nil, value: call.arguments[0], domain: call.arguments[1]), at: place)
            case "internal.member_3" where call.arguments.count == 3:
                return declaration(.someIn(key: call.arguments[0], value: call.arguments[1], domain: call.arguments[2]), at: place)
            case "internal.member_2", "internal.member_3": unexpected("illegal domain")
            default: unexpected("expected `x in xs` or `x, y in xs` expression")
            }
            return nil
        }
        state = mark
        hintAtMembership()
        return names(at: place)
    }

    private mutating func declaration(_ kind: Expression.Kind, at place: SourceLocation) -> Expression? {
        var literal = Expression(kind, at: place)
        if token.isKeyword(.with) {
            guard let modifiers = modifiers() else { return nil }
            literal.withModifiers = modifiers
        }
        return literal
    }

    /// Where `in` is no keyword yet, an error may come from using it.
    private mutating func hintAtMembership() {
        guard version == .v0 else { return }
        let isMembership = wouldParse(futureKeywords: state.lexer.futureKeywords) { parser in
            parser.advance()
            return parser.wouldParse(futureKeywords: Token.Keyword.future) { future in
                guard case .call(let call)? = future.expression()?.kind else { return false }
                return call.name == "internal.member_2" || call.name == "internal.member_3"
            }
        }
        if isMembership { state.hints.append("`import future.keywords.in` for `some x in xs` expressions") }
    }

    private mutating func names(at place: SourceLocation) -> Expression? {
        var names: [Term] = []
        repeat {
            advance()
            guard token.kind == .identifier else {
                unexpected("expected var")
                return nil
            }
            names.append(variable())
            advance()
        } while token.isSymbol(.comma)
        return Expression(.some(names), at: place)
    }

    private mutating func every() -> Expression? {
        let place = location
        advance()
        guard let term = expression() else { return nil }
        guard case .call(let call) = term.kind, ["internal.member_2", "internal.member_3"].contains(call.name) else {
            unexpected("expected `x[, y] in xs { ... }` expression")
            return nil
        }
        let hasKey = call.name == "internal.member_3"
        guard call.arguments.count == (hasKey ? 3 : 2) else {
            unexpected("illegal domain")
            return nil
        }
        let key = hasKey ? call.arguments[0] : nil, value = call.arguments[hasKey ? 1 : 0], domain = call.arguments[hasKey ? 2 : 1]
        if let key, !key.isPlainVariable {
            unexpected("expected key to be a variable")
            return nil
        }
        guard value.isPlainVariable else {
            unexpected("expected value to be a variable")
            return nil
        }
        guard accept(.leftBrace) else {
            unexpected("missing body")
            return nil
        }
        guard let body = body(until: .rightBrace) else { return nil }
        advance()
        return declaration(.every(Every(key: key, value: value, domain: domain, body: body)), at: place)
    }
}

extension Term {
    /// A variable that is not one of the root documents.
    var isPlainVariable: Bool {
        if case .variable(let name) = kind { name != "input" && name != "data" } else { false }
    }
}
