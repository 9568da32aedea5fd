/// The literals of a rule, comprehension or query; all must hold.
public typealias Body = [Expression]

/// One literal of a body.
public struct Expression: Sendable {
    public var kind: Kind
    public var isNegated: Bool
    public var withModifiers: [WithModifier]
    public var location: SourceLocation
    /// True for what the compiler added; tools that show source skip it.
    public var isGenerated = false

    public init(_ kind: Kind, isNegated: Bool = false, withModifiers: [WithModifier] = [], at location: SourceLocation = .none) {
        self.kind = kind
        self.isNegated = isNegated
        self.withModifiers = withModifiers
        self.location = location
    }

    public enum Kind: Sendable {
        /// Any term, calls and infix operators included (`x := 1` is the call `assign(x, 1)`, `x = 1` is `eq(x, 1)`).
        case term(Term)
        /// `some x, y`; after `some … in …` see `someIn`.
        case some([Term])
        /// `some value in domain`, `some key, value in domain`.
        case someIn(key: Term?, value: Term, domain: Term)
        case every(Every)
    }
}

/// `every key, value in domain { body }`.
public struct Every: Sendable {
    public var key: Term?
    public var value: Term
    public var domain: Term
    public var body: Body
    public init(key: Term?, value: Term, domain: Term, body: Body) {
        self.key = key
        self.value = value
        self.domain = domain
        self.body = body
    }
}

/// `with target as value`.
public struct WithModifier: Sendable {
    /// A variable or ref: `input.x`, `data.a`, a function or a built-in.
    public var target: Term
    public var value: Term
    /// Set by the compiler where the value names a built-in that replaces a function; `value` then means nothing.
    var replacement: [String]?
    public var location: SourceLocation
    public init(target: Term, value: Term, at location: SourceLocation) {
        self.target = target
        self.value = value
        self.location = location
    }
}
