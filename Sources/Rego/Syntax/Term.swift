/// A term: the smallest part of Rego that has a value.
public struct Term: Sendable {
    public var kind: Kind
    public var location: SourceLocation

    public init(_ kind: Kind, at location: SourceLocation = .none) {
        self.kind = kind
        self.location = location
    }

    public indirect enum Kind: Sendable {
        case null
        case boolean(Bool)
        /// The literal's text, as written (`1e2` stays `1e2`).
        case number(String)
        /// The decoded text, escapes resolved.
        case string(String)
        /// A variable; `input` and `data` are variables too. Each `_` is its own variable, named `$0`, `$1`, … by the parser.
        case variable(String)
        case ref(Ref)
        case array([Term])
        case object([ObjectEntry])
        case set([Term])
        case arrayComprehension(Term, Body)
        case setComprehension(Term, Body)
        case objectComprehension(key: Term, value: Term, Body)
        case call(Call)
        case templateString(TemplateString)
    }

    public struct ObjectEntry: Sendable {
        public var key: Term
        public var value: Term
        public init(key: Term, value: Term) {
            self.key = key
            self.value = value
        }
    }
}

/// `head.a["b"][x]`: a head term (mostly a variable) and at least one path term. A field `.a` is a string term.
public struct Ref: Sendable {
    public var head: Term
    public var path: [Term]
    public init(head: Term, path: [Term]) {
        self.head = head
        self.path = path
    }
}

/// A function or built-in call. Infix operators arrive here too, under the built-in's name (`plus`, `equal`, `eq`, `assign`, …).
public struct Call: Sendable {
    /// What is called: `["count"]`, `["io", "jwt", "decode"]`, and after name resolution `["data", "pkg", "f"]` for functions of policies.
    public var function: [String]
    /// Where the operator stands.
    public var functionLocation: SourceLocation
    /// The operator as it was read, where it is more than a name: `limits[tier]`. No such function can be called, but a rule can be defined so.
    var operatorTerm: [Term] = []
    public var arguments: [Term]
    /// True where the call was written with an infix operator.
    public var isInfix: Bool

    public init(function: [String], functionLocation: SourceLocation = .none, arguments: [Term], isInfix: Bool = false) {
        self.function = function
        self.functionLocation = functionLocation
        self.arguments = arguments
        self.isInfix = isInfix
    }
}

/// `$"text {term} text"`: an interpolated string.
public struct TemplateString: Sendable {
    public enum Part: Sendable {
        case text(String)
        case term(Term)
    }
    public var parts: [Part]
    /// Written with backticks, so its text has no escapes.
    public var isRaw: Bool
    /// Whether the compiler has made sets of the parts that may be undefined.
    var isSettled = false

    public init(parts: [Part], isRaw: Bool) {
        self.parts = parts
        self.isRaw = isRaw
    }
}

extension Call {
    /// The operator's parts, beginning with a variable; nil where it does not begin with one.
    var operatorParts: [Term]? {
        guard let term = operatorTerm.first else {
            return [Term(.variable(function[0]), at: functionLocation)] + function.dropFirst().map { Term(.string($0), at: functionLocation) }
        }
        guard case .ref(let ref) = term.kind, case .variable = ref.head.kind else { return nil }
        return [ref.head] + ref.path
    }
}
