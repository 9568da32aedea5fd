/// Whether some text fits two simple patterns at once: characters, `.`, sets such as `[a-z]`, each with `+`, `*` or nothing after it.
///
/// OPA asks the package glob-intersection, whose way through the patterns is followed here step by step: it misses some intersections, and
/// policies must get the same answer.
struct GlobIntersection {
    enum Flag { case none, plus, star }

    struct Token {
        enum Kind {
            case any
            case character(Unicode.Scalar)
            case set([ClosedRange<Unicode.Scalar>])
        }
        var kind: Kind
        var flag = Flag.none

        func meets(_ other: Token) -> Bool {
            switch (kind, other.kind) {
            case (.any, _), (_, .any): true
            case (.character(let a), .character(let b)): a == b
            case (.character(let character), .set(let ranges)), (.set(let ranges), .character(let character)): ranges.contains { $0.contains(character) }
            case (.set(let a), .set(let b)): a.contains { range in b.contains { $0.overlaps(range) } }
            }
        }
    }

    /// What is left of the attempts that a search may take; patterns with many flags could take time without end.
    private var attempts = 1_000_000

    static func exists(_ first: String, _ second: String) throws(BuiltinError) -> Bool {
        var a = try tokens(first)[...], b = try tokens(second)[...]
        guard trim(&a, &b) else { return false }
        var search = GlobIntersection()
        return try search.meet(a, b)
    }

    /// Takes equal beginnings and ends away, up to one token.
    private static func trim(_ a: inout ArraySlice<Token>, _ b: inout ArraySlice<Token>) -> Bool {
        var start = 0
        while start < a.count, start < b.count, a[start].flag == .none, b[start].flag == .none {
            guard a[start].meets(b[start]) else { return false }
            start += 1
        }
        if start > 0 { start -= 1 }
        var endA = a.count - 1, endB = b.count - 1
        while endA >= start, endB >= start, a[endA].flag == .none, b[endB].flag == .none {
            guard a[endA].meets(b[endB]) else { return false }
            endA -= 1
            endB -= 1
        }
        if endA < a.count - 1 {
            endA += 1
            endB += 1
        }
        a = a[start..<max(start, endA + 1)]
        b = b[start..<max(start, endB + 1)]
        return true
    }

    private mutating func meet(_ a: ArraySlice<Token>, _ b: ArraySlice<Token>) throws(BuiltinError) -> Bool {
        attempts -= 1
        guard attempts > 0 else { throw .failure("patterns take too many attempts to compare; write them with fewer * and +") }
        var restA = a, restB = b
        while let first = restA.first, let second = restB.first {
            guard first.flag == .none, second.flag == .none else { return try first.flag == .none ? repeated(restB, restA) : repeated(restA, restB) }
            guard first.meets(second) else { return false }
            restA = restA.dropFirst()
            restB = restB.dropFirst()
        }
        return restA.isEmpty && restB.isEmpty
    }

    /// Where the first pattern begins with a token that has a flag.
    private mutating func repeated(_ flagged: ArraySlice<Token>, _ other: ArraySlice<Token>) throws(BuiltinError) -> Bool {
        guard let token = flagged.first else { return false }
        var rest = other
        if token.flag == .plus {
            guard let first = rest.popFirst(), token.meets(first) else { return false }
        }
        let next = flagged.dropFirst().first
        while let candidate = rest.first {
            if let next, candidate.meets(next), try meet(flagged.dropFirst(), rest) { return true }
            guard candidate.meets(token) else { return false }
            rest = rest.dropFirst()
        }
        return next == nil
    }

    // MARK: Patterns

    private static func invalid(_ text: String, _ position: Int, _ problem: String) -> BuiltinError {
        .failure("input:\(text), pos:\(position), \(problem): the input provided is invalid")
    }

    private static func tokens(_ text: String) throws(BuiltinError) -> [Token] {
        let characters = Array(text.unicodeScalars)
        var tokens: [Token] = []
        var position = 0
        while position < characters.count {
            switch characters[position] {
            case "\\":
                guard position + 1 < characters.count else { throw invalid(text, position, "input ends with a \\ (escape) character") }
                position += 1
                tokens.append(Token(kind: .character(characters[position])))
            case ".": tokens.append(Token(kind: .any))
            case "[": tokens.append(Token(kind: .set(try set(text, characters, &position))))
            case "]": throw invalid(text, position + 1, "set-close ']' with no preceding '['")
            case "*", "+":
                guard tokens.last?.flag == Flag.none else { throw invalid(text, position + 1, "flag '\(characters[position])' must be preceded by a non-flag") }
                tokens[tokens.count - 1].flag = characters[position] == "*" ? .star : .plus
            default: tokens.append(Token(kind: .character(characters[position])))
            }
            position += 1
        }
        return tokens
    }

    /// A set, from its opening bracket to its closing one.
    private static func set(_ text: String, _ characters: [Unicode.Scalar], _ position: inout Int) throws(BuiltinError) -> [ClosedRange<Unicode.Scalar>] {
        var ranges: [ClosedRange<Unicode.Scalar>] = []
        var previous: Unicode.Scalar?
        func character() throws(BuiltinError) -> Unicode.Scalar {
            guard characters[position] == "\\" else { return characters[position] }
            guard position + 1 < characters.count else { throw invalid(text, position, "input ends with a \\ (escape) character") }
            position += 1
            return characters[position]
        }
        position += 1
        while position < characters.count, characters[position] != "]" {
            if characters[position] == "-" {
                guard let low = previous else { throw invalid(text, position + 1, "range character '-' must be preceded by a Unicode character") }
                guard position + 2 < characters.count else { throw invalid(text, position + 1, "range character '-' must be followed by a Unicode character") }
                position += 1
                guard characters[position] != "-", characters[position] != "]" else { throw invalid(text, position + 1, "range character '-' cannot be followed by a special symbol") }
                let high = try character()
                guard low <= high else { throw invalid(text, position + 1, "range is out of order: '\(high)' comes before '\(low)' in Unicode") }
                ranges.append(low...high)
                previous = nil
            } else {
                let single = try character()
                ranges.append(single...single)
                previous = single
            }
            position += 1
        }
        guard position < characters.count else { throw invalid(text, position, "found [ without matching ]") }
        return ranges
    }
}
