/// Terms and infix expressions.
extension Parser {
    /// Infix operators from weak to strong; `in` is weaker than all of them.
    private static let levels: [[Token.Symbol: String]] = [
        [.equal: "equal", .notEqual: "neq", .less: "lt", .lessOrEqual: "lte", .greater: "gt", .greaterOrEqual: "gte"],
        [.or: "or"],
        [.and: "and"],
        [.plus: "plus", .minus: "minus"],
        [.times: "mul", .divide: "div", .remainder: "rem"],
    ]

    /// An expression of infix operators. `allowsPair` reads `k, v in xs`; `allowsOr` is off where `|` begins a comprehension.
    mutating func expression(allowsPair: Bool = false, allowsIn: Bool = true, allowsOr: Bool = true) throws(Failure) -> Term {
        try nested { (parser) throws(Failure) in
            var left = try parser.infix(0, allowsOr: allowsOr)
            guard allowsIn else { return left }
            if allowsPair, parser.current.isSymbol(.comma), parser.futureKeywords.contains(.in) {
                let mark = parser
                parser.advance()
                if let value = try? parser.infix(0, allowsOr: allowsOr), parser.isKeyword(.in) {
                    let place = parser.advance().location
                    let domain = try parser.infix(0, allowsOr: allowsOr)
                    left = Term(.call(Call(function: ["internal.member_3"], functionLocation: place, arguments: [left, value, domain], isInfix: true)), at: left.location)
                } else {
                    parser = mark
                    return left
                }
            }
            while parser.isKeyword(.in) {
                let place = parser.advance().location
                let domain = try parser.infix(0, allowsOr: allowsOr)
                left = Term(.call(Call(function: ["internal.member_2"], functionLocation: place, arguments: [left, domain], isInfix: true)), at: left.location)
            }
            return left
        }
    }

    private mutating func infix(_ level: Int, allowsOr: Bool) throws(Failure) -> Term {
        guard level < Self.levels.count else { return try term() }
        var left = try infix(level + 1, allowsOr: allowsOr)
        while case .symbol(let symbol) = current.kind, let function = Self.levels[level][symbol], allowsOr || symbol != .or {
            let place = advance().location
            let right = try infix(level + 1, allowsOr: allowsOr)
            left = Term(.call(Call(function: [function], functionLocation: place, arguments: [left, right], isInfix: true)), at: left.location)
            let last = tokens[max(0, position - 1)].location
            left.location.length = max(0, last.offset + last.length - left.location.offset)
        }
        return left
    }

    mutating func terms(until close: Token.Symbol) throws(Failure) -> [Term] {
        var terms: [Term] = []
        while !accept(close) {
            terms.append(try expression())
            if accept(.comma) { continue }
            guard current.isSymbol(close) else { throw unexpected("expected \",\" or \"\(close.rawValue)\"") }
        }
        return terms
    }

    /// A term with what follows it without space: `.a`, `[k]`, `(…)`.
    mutating func term() throws(Failure) -> Term {
        let start = current
        var term = try primary()
        var path: [Term] = []
        func finished(_ term: Term, _ path: [Term]) -> Term {
            guard !path.isEmpty else { return term }
            return Term(.ref(Ref(head: term, path: path)), at: start.location)
        }
        while !current.followsSpace {
            if current.isSymbol(.dot) {
                try checkHead(term, path)
                advance()
                let place = current.location
                switch current.kind {
                case .identifier, .keyword: path.append(Term(.string(advance().text), at: place))
                default: throw unexpected("expected identifier")
                }
            } else if current.isSymbol(.leftBracket) {
                try checkHead(term, path)
                advance()
                path.append(try expression())
                guard accept(.rightBracket) else { throw unexpected("expected \"]\"") }
            } else if current.isSymbol(.leftParenthesis), let function = Self.functionName(finished(term, path)) {
                advance()
                let arguments = try terms(until: .rightParenthesis)
                let last = tokens[max(0, position - 1)].location
                var location = start.location
                location.length = max(0, last.offset + last.length - location.offset)
                term = Term(.call(Call(function: function, functionLocation: start.location, arguments: arguments)), at: location)
                path = []
            } else {
                break
            }
        }
        var result = finished(term, path)
        let last = tokens[max(0, position - 1)].location
        result.location.length = max(0, last.offset + last.length - start.location.offset)
        return result
    }

    private func checkHead(_ term: Term, _ path: [Term]) throws(Failure) {
        guard path.isEmpty else { return }
        switch term.kind {
        case .null, .boolean, .number, .string, .templateString: throw failure("illegal ref (head cannot be \(term.kindName))", at: term.location)
        default: break
        }
    }

    private static func functionName(_ term: Term) -> [String]? {
        switch term.kind {
        case .variable(let name): return name.hasPrefix("$") ? nil : [name]
        case .ref(let ref):
            guard case .variable(let head) = ref.head.kind else { return nil }
            var name = [head]
            for segment in ref.path {
                guard case .string(let text) = segment.kind else { return nil }
                name.append(text)
            }
            return name
        default: return nil
        }
    }

    private mutating func primary() throws(Failure) -> Term {
        let token = current
        if startsKeywordRef {
            advance()
            return Term(.variable(token.text), at: token.location)
        }
        switch token.kind {
        case .keyword(.null):
            advance()
            return Term(.null, at: token.location)
        case .keyword(.true), .keyword(.false):
            advance()
            return Term(.boolean(token.isKeyword(.true)), at: token.location)
        case .number:
            advance()
            return try number(token.text, token.location)
        case .symbol(.minus) where peek().kind == .number && !peek().followsSpace:
            advance()
            let digits = advance()
            var location = token.location
            location.length += digits.location.length
            return try number("-" + digits.text, location)
        case .string, .rawString:
            advance()
            return Term(.string(token.text), at: token.location)
        case .templateString, .rawTemplateString:
            advance()
            return try template(token)
        case .symbol(.leftBracket): return try array()
        case .symbol(.leftBrace): return try setOrObject()
        case .symbol(.leftParenthesis):
            advance()
            var inner = try expression(allowsPair: true)
            guard accept(.rightParenthesis) else { throw unexpected("expected \")\"") }
            inner.location = token.location
            return inner
        case .identifier where token.text == "set" && peek().isSymbol(.leftParenthesis) && !peek().followsSpace && peek(2).isSymbol(.rightParenthesis):
            advance()
            advance()
            advance()
            return Term(.set([]), at: token.location)
        default:
            if let name = variableName(token) {
                advance()
                return Term(.variable(name == "_" ? wildcard() : name), at: token.location)
            }
            // `contains(…)` is a built-in as well as a keyword.
            if token.isKeyword(.contains), peek().isSymbol(.leftParenthesis), !peek().followsSpace {
                advance()
                return Term(.variable("contains"), at: token.location)
            }
            throw unexpected()
        }
    }

    private func number(_ text: String, _ location: SourceLocation) throws(Failure) -> Term {
        guard Number(literal: text) != nil else { throw failure("number too big", at: location) }
        return Term(.number(text), at: location)
    }

    private mutating func template(_ token: Token) throws(Failure) -> Term {
        var parts: [TemplateString.Part] = []
        for part in token.template {
            switch part {
            case .text(let text): parts.append(.text(text))
            case .expression(let range):
                var lexer = Lexer(source, range: range)
                let inner = lexer.tokens()
                if let problem = lexer.diagnostics.first { throw Failure(diagnostic: problem) }
                var parser = Parser(source: source, tokens: inner, version: version, wildcards: wildcards)
                parser.futureKeywords = futureKeywords
                if parser.current.kind == .endOfText { throw failure("invalid template-string expression: expected an expression", at: token.location) }
                let term = try parser.templateExpression()
                guard parser.current.kind == .endOfText else { throw parser.unexpected() }
                wildcards = parser.wildcards
                parts.append(.term(term))
            }
        }
        return Term(.templateString(TemplateString(parts: parts, isRaw: token.kind == .rawTemplateString)), at: token.location)
    }

    /// An embedded expression. With `with` modifiers it becomes the only element of a comprehension, which is a term.
    private mutating func templateExpression() throws(Failure) -> Term {
        let literal = try nested { (parser) throws(Failure) in try parser.literal() }[0]
        guard case .term(let term) = literal.kind, !literal.isNegated else { throw failure("invalid template-string expression", at: literal.location) }
        guard !literal.withModifiers.isEmpty else { return term }
        let value = Term(.variable(wildcard()), at: term.location)
        var binding = literal
        binding.kind = .term(Term(.call(Call(function: ["eq"], functionLocation: term.location, arguments: [value, term], isInfix: true)), at: term.location))
        let only = Term(.arrayComprehension(value, [binding]), at: term.location)
        return Term(.ref(Ref(head: only, path: [Term(.number("0"), at: term.location)])), at: term.location)
    }

    // MARK: Collections

    /// Reads `| body` and the closing symbol, or nothing where that does not parse.
    private mutating func comprehensionBody(until close: Token.Symbol) throws(Failure) -> Body? {
        guard current.isSymbol(.or) else { return nil }
        let mark = self
        advance()
        do throws(Failure) {
            return try nested { (parser) throws(Failure) in try parser.body(until: close) }
        } catch {
            // Perhaps `|` is the operator after all; if not, this error is the one to show.
            let attempt = self
            self = mark
            _ = attempt
            return nil
        }
    }

    private mutating func array() throws(Failure) -> Term {
        let open = advance()
        if accept(.rightBracket) { return Term(.array([]), at: open.location) }
        let mark = self
        // Only a single term can be a comprehension's head: after an operator, `|` is the operator "or".
        let head = try term()
        if let body = try comprehensionBody(until: .rightBracket) { return Term(.arrayComprehension(head, body), at: open.location) }
        self = mark
        return Term(.array(try terms(until: .rightBracket)), at: open.location)
    }

    private mutating func setOrObject() throws(Failure) -> Term {
        let open = advance()
        if accept(.rightBrace) { return Term(.object([]), at: open.location) }
        let mark = self
        let first = try term()
        if let body = try comprehensionBody(until: .rightBrace) { return Term(.setComprehension(first, body), at: open.location) }
        self = mark
        let member = try expression()
        if accept(.colon) {
            let valueMark = self
            let value = try expression(allowsOr: false)
            if let body = try comprehensionBody(until: .rightBrace) { return Term(.objectComprehension(key: member, value: value, body), at: open.location) }
            self = valueMark
            return Term(.object(try entries(first: member)), at: open.location)
        }
        var members = [member]
        if accept(.comma) {
            members.append(contentsOf: try terms(until: .rightBrace))
        } else if !accept(.rightBrace) {
            throw unexpected("expected \",\" or \"}\"")
        }
        return Term(.set(members), at: open.location)
    }

    /// The rest of an object after its first key and colon.
    private mutating func entries(first: Term) throws(Failure) -> [Term.ObjectEntry] {
        var entries: [Term.ObjectEntry] = []
        var key = first
        while true {
            entries.append(Term.ObjectEntry(key: key, value: try expression()))
            if accept(.rightBrace) { return entries }
            guard accept(.comma) else { throw unexpected("non-terminated object") }
            if accept(.rightBrace) { return entries }
            key = try expression()
            guard accept(.colon) else { throw unexpected("expected \":\"") }
        }
    }
}

extension Term {
    /// The word error messages have for this kind of term.
    var kindName: String {
        switch kind {
        case .null: "null"
        case .boolean: "boolean"
        case .number: "number"
        case .string: "string"
        case .variable: "var"
        case .ref: "ref"
        case .array: "array"
        case .object: "object"
        case .set: "set"
        case .arrayComprehension: "arraycomprehension"
        case .setComprehension: "setcomprehension"
        case .objectComprehension: "objectcomprehension"
        case .call: "call"
        case .templateString: "templatestring"
        }
    }
}
