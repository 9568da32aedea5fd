/// Bodies and their literals.
extension Parser {
    /// Literals up to a closing symbol, which is consumed, or to the end of the text.
    mutating func body(until close: Token.Symbol?) throws(Failure) -> Body {
        var body: Body = []
        while true {
            body.append(contentsOf: try literal())
            if let close, accept(close) { return body }
            if close == nil, current.kind == .endOfText { return body }
            if accept(.semicolon) {
                if let close, current.isSymbol(close) { throw unexpected() }
                if close == nil, current.kind == .endOfText { return body }
                continue
            }
            if current.kind == .endOfText { throw unexpected() }
            if current.followsNewline { continue }
            let closing = close.map { " or \($0.rawValue)" } ?? ""
            throw unexpected("expected \\n or ;\(closing)")
        }
    }

    /// One literal: `some`, `every`, `not` or an expression, with its `with` modifiers.
    mutating func literal() throws(Failure) -> [Expression] {
        let start = current
        var literal: Expression
        if accept(.not) {
            literal = Expression(.term(try statement()), isNegated: true, at: start.location)
        } else if isKeyword(.some) {
            literal = try someDeclaration()
        } else if isKeyword(.every) {
            literal = try every()
        } else {
            literal = Expression(.term(try statement()), at: start.location)
        }
        while isKeyword(.with) {
            let place = advance().location
            let target = try expression()
            guard Self.isTarget(target) else { throw failure("with keyword target must reference existing input, data, or a function", at: place) }
            guard accept(.as) else { throw unexpected("expected as keyword") }
            literal.withModifiers.append(WithModifier(target: target, value: try expression(), at: place))
        }
        let last = tokens[max(0, position - 1)].location
        literal.location.length = max(0, last.offset + last.length - start.location.offset)
        return [literal]
    }

    private static func isTarget(_ term: Term) -> Bool {
        switch term.kind {
        case .variable, .ref: true
        default: false
        }
    }

    /// An expression, or two joined by `:=` or `=`.
    private mutating func statement() throws(Failure) -> Term {
        let left = try expression(allowsPair: true)
        guard current.isSymbol(.assign) || current.isSymbol(.unify) else { return left }
        let operation = advance()
        let right = try expression(allowsPair: true)
        if current.isSymbol(.assign) || current.isSymbol(.unify) { throw unexpected() }
        let function = operation.isSymbol(.assign) ? "assign" : "eq"
        return Term(.call(Call(function: [function], functionLocation: operation.location, arguments: [left, right], isInfix: true)), at: left.location)
    }

    private mutating func someDeclaration() throws(Failure) -> Expression {
        let start = advance()
        let first = try expression(allowsIn: false)
        if current.isSymbol(.comma) || isKeyword(.in) {
            var second: Term?
            let mark = self
            if accept(.comma) { second = try expression(allowsIn: false) }
            if accept(.in) {
                let domain = try expression()
                if let second { return Expression(.someIn(key: first, value: second, domain: domain), at: start.location) }
                return Expression(.someIn(key: nil, value: first, domain: domain), at: start.location)
            }
            self = mark
        }
        var names = [first]
        while accept(.comma) { names.append(try expression(allowsIn: false)) }
        for name in names {
            guard case .variable = name.kind else { throw failure("expected var, got \(name.kindName)", at: name.location) }
        }
        if current.isKeyword(.in) && !futureKeywords.contains(.in) {
            throw unexpected("expected \\n or ; or } (hint: `import future.keywords.in` for `some x in xs` expressions)")
        }
        return Expression(.some(names), at: start.location)
    }

    private mutating func every() throws(Failure) -> Expression {
        let start = advance()
        var value = try expression(allowsIn: false)
        var key: Term?
        if accept(.comma) {
            key = value
            value = try expression(allowsIn: false)
        }
        for name in [key, value].compactMap({ $0 }) {
            guard case .variable = name.kind else { throw failure("unexpected \(name.kindName): expected var", at: name.location) }
        }
        guard accept(.in) else { throw unexpected("expected `in` keyword") }
        let domain = try expression()
        guard current.isSymbol(.leftBrace) else { throw unexpected("missing body") }
        advance()
        let body = try nested { (parser) throws(Failure) in try parser.body(until: .rightBrace) }
        return Expression(.every(Every(key: key, value: value, domain: domain, body: body)), at: start.location)
    }
}
