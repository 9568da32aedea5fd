/// `$"text {expression} text"`.
extension Parser {
    /// The current token is the first part; the last part stays the current token.
    mutating func template(isRaw: Bool) -> Term? {
        let start = location
        var parts: [TemplateString.Part] = []
        while true {
            guard let text = templateText() else { return nil }
            if !text.isEmpty { parts.append(.text(text)) }
            if token.kind == .templateEnd(isRaw: isRaw) { break }
            advance()
            guard let literal = literal() else {
                report("invalid template-string expression")
                return nil
            }
            if let problem = Self.problem(with: literal) {
                report(problem, at: literal.location)
                return nil
            }
            parts.append(.term(value(of: literal)))
            guard token.isSymbol(.rightBrace) else {
                report("expected } to end template string expression")
                return nil
            }
            continueTemplate(isRaw: isRaw)
        }
        return Term(.templateString(TemplateString(parts: parts, isRaw: isRaw)), at: spanOfCurrent(from: start))
    }

    private mutating func templateText() -> String? {
        let inner = Substring(token.text.unicodeScalars.dropFirst().dropLast())
        switch token.kind {
        case .templatePart(isRaw: true), .templateEnd(isRaw: true): return String(inner)
        case .templatePart(isRaw: false), .templateEnd(isRaw: false):
            if let text = Self.unescaped(inner) { return text }
            report("illegal template-string part: \(token.text)")
        default: report("expected template-string part")
        }
        return nil
    }

    private static func problem(with literal: Expression) -> String? {
        if literal.isNegated { return "unexpected negation ('not') in template-string expression" }
        switch literal.kind {
        case .every: return "unexpected 'every' in template-string expression"
        case .some, .someIn: return "unexpected 'some' in template-string expression"
        case .term(let term):
            guard case .call(let call) = term.kind else { return nil }
            if call.function == ["eq"] { return "unexpected unification ('=') in template-string expression" }
            if call.function == ["assign"] { return "unexpected assignment (':=') in template-string expression" }
            return nil
        }
    }

    /// An embedded expression as a term. With `with` modifiers it becomes the only element of a comprehension.
    private mutating func value(of literal: Expression) -> Term {
        guard case .term(let term) = literal.kind else { return Term(.null, at: literal.location) }
        guard !literal.withModifiers.isEmpty else { return term }
        let value = Term(.variable(wildcard()), at: term.location)
        var binding = literal
        binding.kind = .term(Term(.call(Call(function: ["eq"], functionLocation: term.location, arguments: [value, term], isInfix: true)), at: term.location))
        let only = Term(.arrayComprehension(value, [binding]), at: term.location)
        return Term(.ref(Ref(head: only, path: [Term(.number("0"), at: term.location)])), at: term.location)
    }
}
