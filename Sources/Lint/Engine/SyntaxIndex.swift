import Rego

/// Parts of a module by kind, in the order of the text, each with where it stands.
public struct SyntaxIndex: Sendable {
    /// A rule, or an `else` of it.
    public struct Branch: Sendable {
        public let rule: Rule
        public let isElse: Bool
        /// The position among the module's rules of the rule that the branch belongs to.
        public let top: Int
    }

    public enum BodyKind: Sendable { case rule, every, array, set, object }

    public struct BodySite: Sendable {
        public let body: Body
        public let kind: BodyKind
        /// What a comprehension makes of each solution.
        public let heads: [Term]
        /// The comprehension as a term.
        public let term: Term?
        public let branch: Int
        /// The body around this one.
        public let parent: Int?
    }

    public struct Literal: Sendable {
        public let expression: Expression
        public let branch: Int
        public let body: Int
        public let position: Int

        /// The term of a literal that is one.
        public var term: Term? { if case .term(let term) = expression.kind { term } else { nil } }
        /// The call of a literal that is one.
        public var call: Call? { if case .call(let call)? = term?.kind { call } else { nil } }
    }

    public struct CallSite: Sendable {
        public let term: Term
        public let call: Call
        public let name: String
        public let branch: Int
        /// Nil in a rule's head.
        public let literal: Int?
        public let body: Int?
        /// The call is the whole literal.
        public let isLiteral: Bool

        public var arguments: [Term] { call.arguments }
        public var location: SourceLocation { term.location }
    }

    public struct RefSite: Sendable {
        public let term: Term
        public let ref: Ref
        public let branch: Int
        public let literal: Int?
        public let body: Int?
        /// The ref is the whole literal.
        public let isLiteral: Bool
        public var location: SourceLocation { term.location }
    }

    /// A variable, a string, or whatever else has no parts.
    public struct TermSite: Sendable {
        public let term: Term
        public let branch: Int
        public let body: Int?
    }

    public private(set) var branches: [Branch] = []
    public private(set) var bodies: [BodySite] = []
    public private(set) var literals: [Literal] = []
    public private(set) var calls: [CallSite] = []
    public private(set) var callsByName: [String: [Int]] = [:]
    public private(set) var refs: [RefSite] = []
    public private(set) var variables: [TermSite] = []
    public private(set) var strings: [TermSite] = []
    public private(set) var objects: [TermSite] = []
    public private(set) var sets: [TermSite] = []
    /// Variables where they are declared: arguments, `:=`, `some`, `every`.
    public private(set) var declarations: [TermSite] = []
    /// Names that a branch declares, by branch.
    public private(set) var declaredNames: [Set<String>] = []
    /// Names that stand alone on a side of `=`, which may bind them; by branch.
    public private(set) var unifiedNames: [Set<String>] = []
    /// How often each variable stands in a branch, by branch.
    public private(set) var variableCounts: [[String: Int]] = []
    /// Names of rules and imports.
    public private(set) var globalNames: Set<String>

    private struct Place {
        var branch: Int
        var literal: Int?
        var body: Int?
    }

    init(_ module: Module) {
        globalNames = Set(module.rules.map(\.head.name)).union(module.imports.map(\.name))
        for (top, rule) in module.rules.enumerated() {
            var next: Rule? = rule
            while let branch = next {
                add(branch, isElse: branches.last?.top == top, top: top)
                next = branch.elseRule.first
            }
        }
    }

    private mutating func add(_ rule: Rule, isElse: Bool, top: Int) {
        let place = Place(branch: branches.count)
        branches.append(Branch(rule: rule, isElse: isElse, top: top))
        variableCounts.append([:])
        declaredNames.append([])
        unifiedNames.append([])
        if isElse {
            declaredNames[place.branch].formUnion((rule.head.arguments ?? []).flatMap(Self.bound).compactMap(\.localName))
        } else {
            for term in rule.head.path { add(term, place) }
            for term in rule.head.arguments ?? [] {
                declare(term, place)
                add(term, place)
            }
            if let key = rule.head.key { add(key, place) }
        }
        if let value = rule.head.value { add(value, place) }
        if !rule.body.isEmpty { add(rule.body, .rule, place) }
    }

    private mutating func add(_ body: Body, _ kind: BodyKind, heads: [Term] = [], term: Term? = nil, _ place: Place) {
        var inner = place
        inner.body = bodies.count
        bodies.append(BodySite(body: body, kind: kind, heads: heads, term: term, branch: place.branch, parent: place.body))
        for head in heads { add(head, inner) }
        for (position, expression) in body.enumerated() {
            inner.literal = literals.count
            literals.append(Literal(expression: expression, branch: place.branch, body: inner.body ?? 0, position: position))
            if !expression.isGenerated { add(expression, inner) }
        }
    }

    private mutating func add(_ expression: Expression, _ place: Place) {
        switch expression.kind {
        case .term(let term):
            if case .call(let call) = term.kind, call.isInfix {
                if call.function == ["assign"] { declare(call.arguments[0], place) }
                if call.function == ["eq"] { unifiedNames[place.branch].formUnion(call.arguments.flatMap(Self.bound).compactMap(\.localName)) }
            }
            add(term, place, isLiteral: true)
        case .some(let names):
            for name in names {
                declare(name, place)
                add(name, place)
            }
        case .someIn(let key, let value, let domain):
            for term in [key, value].compactMap(\.self) { declare(term, place) }
            if let key { add(key, place) }
            add(value, place)
            add(domain, place)
        case .every(let every):
            for term in [every.key, every.value].compactMap(\.self) { declare(term, place) }
            if let key = every.key { add(key, place) }
            add(every.value, place)
            add(every.domain, place)
            add(every.body, .every, place)
        }
        for modifier in expression.withModifiers {
            add(modifier.target, place)
            add(modifier.value, place)
        }
    }

    private mutating func declare(_ term: Term, _ place: Place) {
        let bound = Self.bound(by: term)
        declarations += bound.map { TermSite(term: $0, branch: place.branch, body: place.body) }
        declaredNames[place.branch].formUnion(bound.compactMap(\.localName))
    }

    private mutating func add(_ term: Term, _ place: Place, isLiteral: Bool = false) {
        switch term.kind {
        case .null, .boolean, .number: break
        case .string: strings.append(TermSite(term: term, branch: place.branch, body: place.body))
        case .variable(let name):
            variables.append(TermSite(term: term, branch: place.branch, body: place.body))
            variableCounts[place.branch][name, default: 0] += 1
        case .ref(let ref):
            refs.append(RefSite(term: term, ref: ref, branch: place.branch, literal: place.literal, body: place.body, isLiteral: isLiteral))
            add(ref.head, place)
            for part in ref.path { if case .string = part.kind { continue } else { add(part, place) } }
        case .array(let terms): for term in terms { add(term, place) }
        case .set(let terms):
            sets.append(TermSite(term: term, branch: place.branch, body: place.body))
            for term in terms { add(term, place) }
        case .object(let entries):
            objects.append(TermSite(term: term, branch: place.branch, body: place.body))
            for entry in entries {
                add(entry.key, place)
                add(entry.value, place)
            }
        case .arrayComprehension(let head, let body): add(body, .array, heads: [head], term: term, place)
        case .setComprehension(let head, let body): add(body, .set, heads: [head], term: term, place)
        case .objectComprehension(let key, let value, let body): add(body, .object, heads: [key, value], term: term, place)
        case .call(let call):
            let name = call.function.count == 1 ? call.function[0] : call.name
            callsByName[name, default: []].append(calls.count)
            calls.append(CallSite(term: term, call: call, name: name, branch: place.branch, literal: place.literal, body: place.body, isLiteral: isLiteral))
            for argument in call.arguments { add(argument, place) }
        case .templateString(let template): for case .term(let term) in template.parts { add(term, place) }
        }
    }
}
