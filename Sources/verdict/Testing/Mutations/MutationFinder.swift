import Rego

/// Finds every mutation of a module, in the order of its text.
struct MutationFinder {
    private static let opposites = ["equal": "!=", "neq": "==", "lt": ">=", "gte": "<", "gt": "<=", "lte": ">"]

    private let module: Module
    private let text: [UInt8]
    private(set) var mutations: [Mutation] = []

    init(_ module: Module) {
        self.module = module
        text = Array(module.text.utf8)
        let definitions = Dictionary(grouping: module.rules, by: \.head.name).mapValues(\.count)
        for rule in module.rules {
            if !rule.isDefault, definitions[rule.head.name, default: 0] > 1 { add(.rule, at: rule.location, "") }
            find(in: rule)
        }
        mutations.sort { ($0.location.offset, $0.kind.rawValue) < ($1.location.offset, $1.kind.rawValue) }
    }

    private mutating func add(_ kind: Mutation.Kind, at location: SourceLocation, _ replacement: String) {
        mutations.append(Mutation(kind: kind, location: location, replacement: replacement))
    }

    private mutating func find(in rule: Rule) {
        for term in [rule.head.key, rule.head.value].compactMap(\.self) where isWritten(term) { find(in: term) }
        find(in: rule.body)
        for branch in rule.elseRule { find(in: branch) }
    }

    private mutating func find(in body: Body) {
        for literal in body where !literal.isGenerated {
            if !binds(literal) { add(.condition, at: literal.location, "true") }
            if literal.isNegated { findNegation(of: literal) }
            if case .every(let every) = literal.kind { find(in: every.body) }
            for term in literal.terms { find(in: term) }
        }
    }

    /// Whether others need the literal for their variables.
    private func binds(_ literal: Expression) -> Bool {
        switch literal.kind {
        case .some, .someIn: true
        case .every: false
        case .term(let term):
            if case .call(let call) = term.kind { call.function == ["assign"] || call.function == ["eq"] } else { false }
        }
    }

    private mutating func findNegation(of literal: Expression) {
        let written = String(decoding: text[literal.location.offset..<literal.location.offset + literal.location.length], as: UTF8.self)
        guard written.hasPrefix("not") else { return }
        add(.negation, at: literal.location, String(written.dropFirst("not".count).drop { $0.isWhitespace }))
    }

    private mutating func find(in term: Term) {
        var found: [Term] = [], bodies: [Body] = []
        term.walk({ part in
            found.append(part)
            return true
        }, closure: { heads, body in
            found += heads
            bodies.append(body)
        })
        for part in found { findHere(part) }
        for body in bodies { find(in: body) }
    }

    private mutating func findHere(_ term: Term) {
        switch term.kind {
        case .call(let call):
            guard call.isInfix, call.function.count == 1, let opposite = Self.opposites[call.function[0]] else { return }
            add(.comparison, at: call.functionLocation, opposite)
        case .boolean(let boolean) where isWritten(term): add(.boolean, at: term.location, boolean ? "false" : "true")
        case .number(let written) where isWritten(term): if let number = Int(written) { add(.number, at: term.location, String(number &+ 1)) }
        default: break
        }
    }

    /// Whether a term stands in the text as it is: some values are not written, and some terms have the place of what they are in.
    private func isWritten(_ term: Term) -> Bool {
        let range = term.location.offset..<term.location.offset + term.location.length
        guard range.upperBound <= text.count else { return false }
        switch term.kind {
        case .boolean, .number: return String(decoding: text[range], as: UTF8.self) == term.description
        default: return true
        }
    }
}
