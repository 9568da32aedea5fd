/// Infix operators.
extension Parser {
    /// Operators from weak to strong; `in` is weaker than all of them.
    private static let levels: [[Token.Symbol]] = [
        [.equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual],
        [.or],
        [.and],
        [.plus, .minus],
        [.times, .divide, .remainder],
    ]

    /// An expression of infix operators. In lists, `k, v in xs` is two elements; elsewhere it is one expression.
    mutating func expression(inList: Bool = false) -> Term? {
        nested { parser in
            guard var left = parser.infix(0) else { return nil }
            while true {
                if !inList, parser.token.isSymbol(.comma), let pair = parser.membershipOfPair(key: left) {
                    left = pair
                } else {
                    parser.acceptKeywordAsName()
                    guard parser.token.isKeyword(.in), let member = parser.membership(of: left) else { return left }
                    left = member
                }
                guard parser.token.isKeyword(.in) else { return left }
                guard parser.mayDeepen() else { return nil }
            }
        }
    }

    private mutating func membership(of left: Term) -> Term? {
        let place = location
        advance()
        guard let domain = infix(0) else { return nil }
        return membershipCall("internal.member_2", [left, domain], at: place)
    }

    /// `key, value in domain`; nothing is read where that is not what follows.
    private mutating func membershipOfPair(key: Term) -> Term? {
        let mark = state
        advance()
        if let value = infix(0), token.isKeyword(.in) {
            let place = location
            advance()
            if let domain = infix(0) { return membershipCall("internal.member_3", [key, value, domain], at: place) }
        }
        state = mark
        return nil
    }

    private func membershipCall(_ function: String, _ arguments: [Term], at place: SourceLocation) -> Term {
        Term(.call(Call(function: [function], functionLocation: place, arguments: arguments, isInfix: true)), at: span(from: arguments[0].location))
    }

    /// Terms joined by operators of a level and stronger ones.
    private mutating func infix(_ lowest: Int) -> Term? {
        let outerDepth = operatorDepth
        operatorDepth = 0
        defer { operatorDepth = max(outerDepth, operatorDepth) }
        guard var left = term() else { return nil }
        var highest = Self.levels.count - 1
        while case .symbol(let symbol) = token.kind, let level = Self.levels.firstIndex(where: { $0.contains(symbol) }), level >= lowest, level <= highest {
            let place = location
            advance()
            guard let right = level == Self.levels.count - 1 ? term() : infix(level + 1) else {
                // What stands on the left still counts, for weaker operators and for what encloses it.
                highest = level - 1
                continue
            }
            guard mayDeepen() else { return nil }
            left = Term(.call(Call(function: [symbol.name], functionLocation: place, arguments: [left, right], isInfix: true)), at: span(from: left.location))
            highest = level
        }
        return left
    }

    /// Counts another operator around the terms so far; false where that is one too many.
    private mutating func mayDeepen() -> Bool {
        operatorDepth += 1
        if operatorDepth > Self.operatorLimit { report("max parsing recursion depth exceeded") }
        return operatorDepth <= Self.operatorLimit
    }

    mutating func expressions(until close: Token.Symbol, after first: [Term] = []) -> [Term]? {
        var terms = first
        while !token.isSymbol(close) {
            guard let term = expression(inList: true) else { return nil }
            terms.append(term)
            if token.isSymbol(close) { break }
            guard accept(.comma) else {
                unexpected("expected \",\" or \"\(close.rawValue)\"")
                return nil
            }
        }
        return terms
    }

    mutating func entries(until close: Token.Symbol, after first: Term.ObjectEntry) -> [Term.ObjectEntry]? {
        var entries = [first]
        while !token.isSymbol(close) {
            guard let key = expression(inList: true) else { return nil }
            guard accept(.colon) else {
                unexpected("expected \":\"")
                return nil
            }
            guard let value = expression(inList: true) else { return nil }
            entries.append(Term.ObjectEntry(key: key, value: value))
            if token.isSymbol(close) { break }
            guard accept(.comma) else {
                unexpected("expected \",\" or \"\(close.rawValue)\"")
                return nil
            }
        }
        return entries
    }
}
