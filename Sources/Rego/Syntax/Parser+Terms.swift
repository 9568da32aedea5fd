import Foundation

/// Terms: values, references, calls and collections.
extension Parser {
    /// A term with what follows it without space: `.a`, `[k]`, `(…)`.
    mutating func term() -> Term? {
        nested { parser in
            parser.remembered { parser in
                if parser.beginsNegation { return parser.negation() }
                guard let term = parser.primary() else { return nil }
                parser.advance(skippingSpace: false)
                return parser.finished(term)
            }
        }
    }

    /// A minus before a name: the negation of a variable, reference or call.
    private var beginsNegation: Bool {
        guard token.isSymbol(.minus) else { return false }
        var next = self
        next.advance()
        return next.token.kind == .identifier || next.token.isKeyword(.contains)
    }

    /// `-x` is what zero less `x` is.
    private mutating func negation() -> Term? {
        let place = location
        advance()
        guard let operand = term() else { return nil }
        let zero = Term(.number("0"), at: place)
        return Term(.call(Call(function: ["minus"], functionLocation: place, arguments: [zero, operand], isInfix: true)), at: span(from: place))
    }

    /// The current token is what stands right behind a term.
    mutating func finished(_ term: Term) -> Term? {
        if token.continuesReference || token.isSymbol(.leftParenthesis) { return reference(from: term) }
        if token.kind == .whitespace { advance() }
        return term
    }

    /// A term of which the last token is the current one.
    private mutating func primary() -> Term? {
        let place = location
        switch token.kind {
        case .keyword(.null): return Term(.null, at: place)
        case .keyword(.true): return Term(.boolean(true), at: place)
        case .keyword(.false): return Term(.boolean(false), at: place)
        case .number, .symbol(.minus), .symbol(.dot): return number()
        case .string: return string()
        case .templatePart(let isRaw), .templateEnd(let isRaw): return template(isRaw: isRaw)
        case .identifier, .keyword(.contains): return variable()
        case .symbol(.leftBracket): return array()
        case .symbol(.leftBrace): return setOrObject()
        case .symbol(.leftParenthesis): return parenthesized()
        default:
            unexpected()
            return nil
        }
    }

    mutating func variable() -> Term {
        Term(.variable(token.text == "_" ? wildcard() : token.text), at: location)
    }

    private mutating func parenthesized() -> Term? {
        advance()
        guard let inner = expression() else { return nil }
        guard token.isSymbol(.rightParenthesis) else {
            report("non-terminated expression")
            return nil
        }
        return inner
    }

    // MARK: Scalars

    private mutating func number() -> Term? {
        let place = location
        var text = ""
        if token.isSymbol(.minus) {
            text = "-"
            advance()
            guard token.kind == .number || token.isSymbol(.dot) else {
                unexpected("expected number")
                return nil
            }
        }
        if token.isSymbol(.dot) {
            text += "."
            advance()
            guard token.kind == .number else {
                unexpected("expected number")
                return nil
            }
        } else if Self.hasLeadingZero(token.text) {
            unexpected("expected number without leading zero")
            return nil
        }
        text += token.text
        guard Number(literal: text) != nil else {
            report("number too big")
            return nil
        }
        var location = place
        location.length = token.end - place.offset
        return Term(.number(text), at: location)
    }

    private static func hasLeadingZero(_ text: String) -> Bool {
        let digits = Array(text.utf8)
        guard digits.count > 1, digits[0] == UInt8(ascii: "0"), digits[1] != UInt8(ascii: ".") else { return false }
        return digits.count == 2 || digits[1] | 0x20 != UInt8(ascii: "e")
    }

    private mutating func string() -> Term? {
        let inner = Substring(token.text.unicodeScalars.dropFirst().dropLast())
        if token.text.utf8.first == UInt8(ascii: "`") { return Term(.string(String(inner)), at: location) }
        guard let text = Self.unescaped(inner) else {
            report("illegal string literal: \(token.text)")
            return nil
        }
        return Term(.string(text), at: location)
    }

    /// Resolves JSON's escapes; nil where they, or control characters beside them, are not JSON's.
    static func unescaped(_ text: Substring) -> String? {
        guard text.utf8.contains(UInt8(ascii: "\\")) else { return String(text) }
        let quoted = [UInt8(ascii: "\"")] + Array(text.utf8) + [UInt8(ascii: "\"")]
        guard case .string(let value)? = try? Value(json: quoted) else { return nil }
        return value
    }

    // MARK: References and calls

    private mutating func reference(from head: Term) -> Term? {
        switch head.kind {
        case .null, .boolean, .number, .string, .templateString, .ref: report("illegal ref (head cannot be \(head.kindName))", at: head.location)
        default: break
        }
        var path: [Term] = []
        func referred(_ parser: Parser) -> Term {
            if path.isEmpty { return head }
            return Term(.ref(Ref(head: head, path: path)), at: parser.span(from: head.location))
        }
        while true {
            switch token.kind {
            case .symbol(.dot):
                advance(skippingSpace: false)
                guard token.kind == .identifier || isNameInReference else {
                    unexpected("expected identifier")
                    return nil
                }
                if token.kind != .identifier { noteKeywordInReference("expected identifier") }
                path.append(Term(.string(token.text), at: location))
                advance(skippingSpace: false)
            case .symbol(.leftBracket):
                advance()
                guard let key = expression() else { return nil }
                guard token.isSymbol(.rightBracket) else {
                    unexpected("expected [")
                    return nil
                }
                path.append(key)
                advance(skippingSpace: false)
            case .symbol(.leftParenthesis): return call(of: referred(self))
            default:
                let result = referred(self)
                if token.kind == .whitespace { advance() }
                return result
            }
        }
    }

    private mutating func call(of function: Term) -> Term? {
        advance()
        guard let arguments = expressions(until: .rightParenthesis) else { return nil }
        advance(skippingSpace: false)
        let place = span(from: function.location)
        var call = Call(function: function.functionName ?? [function.description], functionLocation: function.location, arguments: arguments)
        if function.functionName == nil { call.operatorTerm = [function] }
        var result = Term(.call(call), at: place)
        if arguments.isEmpty, case .variable("set") = function.kind { result.kind = .set([]) }
        if token.continuesReference { return reference(from: result) }
        if token.kind == .whitespace { advance() }
        return result
    }

    // MARK: Collections

    // The last token of a collection stays the current one, as for every primary term.

    private mutating func array() -> Term? {
        let open = location
        advance()
        func made(_ parser: Parser, _ kind: Term.Kind) -> Term { Term(kind, at: parser.spanOfCurrent(from: open)) }
        if token.isSymbol(.rightBracket) { return made(self, .array([])) }
        let hasLeadingComma = accept(.comma)
        let mark = state
        // Only a single term can be a comprehension's head: after an operator, `|` is the operator "or".
        guard let head = term() else { return nil }
        switch token.kind {
        case .symbol(.rightBracket): return made(self, .array([head]))
        case .symbol(.comma):
            advance()
            return expressions(until: .rightBracket, after: [head]).map { made(self, .array($0)) }
        case .symbol(.or) where !hasLeadingComma:
            advance()
            if let body = body(until: .rightBracket) { return made(self, .arrayComprehension(head, body)) }
            guard token.isSymbol(.comma) else { return nil }
        default: break
        }
        state = mark
        return expressions(until: .rightBracket).map { made(self, .array($0)) }
    }

    /// From the opening place to the end of the current token.
    func spanOfCurrent(from start: SourceLocation) -> SourceLocation {
        var location = start
        location.length = token.end - start.offset
        return location
    }

    private mutating func setOrObject() -> Term? {
        let open = location
        guard let kind = setOrObjectKind() else { return nil }
        return Term(kind, at: spanOfCurrent(from: open))
    }

    private mutating func setOrObjectKind() -> Term.Kind? {
        advance()
        if token.isSymbol(.rightBrace) { return .object([]) }
        let hasLeadingComma = accept(.comma)
        let mark = state
        guard let term = term() else { return nil }
        switch token.kind {
        case .symbol(.or) where !hasLeadingComma: return setComprehension(of: term, mark)
        case .symbol(.rightBrace), .symbol(.comma): return set(after: term)
        case .symbol(.colon): return object(key: term, mayBeComprehension: !hasLeadingComma)
        default: break
        }
        state = mark
        guard let first = expression(inList: true) else { return nil }
        switch token.kind {
        case .symbol(.rightBrace), .symbol(.comma): return set(after: first)
        case .symbol(.colon): return object(key: first, mayBeComprehension: !hasLeadingComma)
        default:
            unexpected("non-terminated set")
            return nil
        }
    }

    private mutating func set(after first: Term) -> Term.Kind? {
        _ = accept(.comma)
        return expressions(until: .rightBrace, after: [first]).map { .set($0) }
    }

    private mutating func setComprehension(of head: Term, _ mark: State) -> Term.Kind? {
        advance()
        if let body = body(until: .rightBrace) { return .setComprehension(head, body) }
        guard token.isSymbol(.comma) else { return nil }
        state = mark
        return expressions(until: .rightBrace).map { .set($0) }
    }

    /// The rest of an object; the current token is the colon behind its first key.
    private mutating func object(key: Term, mayBeComprehension: Bool) -> Term.Kind? {
        advance()
        let mark = state
        guard let value = term() else { return nil }
        var mayBeExpression = true
        if mayBeComprehension {
            switch token.kind {
            case .symbol(.rightBrace), .symbol(.comma):
                mayBeExpression = false
                if let object = object(after: Term.ObjectEntry(key: key, value: value)) { return object }
            case .symbol(.or):
                advance()
                if let body = body(until: .rightBrace) { return .objectComprehension(key: key, value: value, body) }
            default: break
            }
        }
        state = mark
        if mayBeExpression {
            guard let value = expression(inList: true) else { return nil }
            if token.isSymbol(.rightBrace) || token.isSymbol(.comma) { return object(after: Term.ObjectEntry(key: key, value: value)) }
        }
        unexpected("non-terminated object")
        return nil
    }

    private mutating func object(after first: Term.ObjectEntry) -> Term.Kind? {
        _ = accept(.comma)
        return entries(until: .rightBrace, after: first).map { .object($0) }
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
        // The root documents count as references.
        case .variable(let name): name == "input" || name == "data" ? "ref" : "var"
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

    /// The name of the function that this term is, as a call's operator; nil where it is not a name.
    fileprivate var functionName: [String]? {
        switch kind {
        case .variable(let name): return [name]
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
}
