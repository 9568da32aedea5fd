/// A term while it is evaluated partially. What is known is a value; everything else contains variables or references.
indirect enum PartialTerm: Hashable, Sendable {
    case value(Value)
    case variable(String)
    /// Head first: `input.a[x]` is `[input, "a", x]`.
    case ref([PartialTerm])
    case array([PartialTerm])
    case set([PartialTerm])
    case object([Entry])
    case comprehension(PartialComprehension)
    /// Only in what is left: evaluation reads calls as literals of their own.
    case call(PartialCall)

    struct Entry: Hashable, Sendable {
        var key: PartialTerm
        var value: PartialTerm
    }

    static let input = PartialTerm.ref([.variable("input")])

    /// `data.a.b` of `["a", "b"]`.
    static func document(_ path: [Value]) -> PartialTerm { .ref([.variable("data")] + path.map { .value($0) }) }

    /// An array; a value where all elements are.
    static func makeArray(_ elements: [PartialTerm]) -> PartialTerm {
        let values = elements.compactMap(\.known)
        return values.count == elements.count ? .value(.array(values)) : .array(elements)
    }

    static func makeSet(_ members: [PartialTerm]) -> PartialTerm {
        let values = members.compactMap(\.known)
        return values.count == members.count ? .value(.makeSet(values)) : .set(members)
    }

    static func makeObject(_ entries: [Entry]) -> PartialTerm {
        let pairs = entries.compactMap { entry in entry.key.known.flatMap { key in entry.value.known.map { (key, $0) } } }
        return pairs.count == entries.count ? .value(.makeObject(pairs)) : .object(entries)
    }

    /// The value of a term that has no variables, references or closures.
    var known: Value? { if case .value(let value) = self { value } else { nil } }

    var isVariable: Bool { if case .variable = self { true } else { false } }

    /// The first part of a reference.
    var head: PartialTerm? { if case .ref(let parts) = self { parts.first } else { nil } }
}

enum PartialComprehensionKind: Hashable, Sendable {
    case array, set, object
}

struct PartialComprehension: Hashable, Sendable {
    var kind: PartialComprehensionKind
    /// One; for an object the key and the value.
    var heads: [PartialTerm]
    var body: [PartialExpression]
}

/// A call: the arguments, and behind them where the value goes, if it goes anywhere.
struct PartialCall: Hashable, Sendable {
    var function: [String]
    var arguments: [PartialTerm]

    var isEquality: Bool { function == ["eq"] && arguments.count == 2 }

    /// What a function of policies is called by: `data` and its path.
    var reference: [PartialTerm]? {
        function.first == "data" ? [.variable("data")] + function.dropFirst().map { .value(.string($0)) } : nil
    }
}

struct PartialEvery: Hashable, Sendable {
    var key: PartialTerm?
    var value: PartialTerm
    var domain: PartialTerm
    var body: [PartialExpression]
}

/// `with target as value`.
struct PartialModifier: Hashable, Sendable {
    /// A reference, head first.
    var target: [PartialTerm]
    var value: PartialTerm
    /// The built-in that replaces a function.
    var replacement: [String]?
}

/// Where a literal comes from. Literals from different places are equal all the same.
struct PartialPlace: Hashable, Sendable {
    var location: SourceLocation
    static func == (a: PartialPlace, b: PartialPlace) -> Bool { true }
    func hash(into hasher: inout Hasher) {}
}

/// A literal.
struct PartialExpression: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case term(PartialTerm)
        case call(PartialCall)
        case every(PartialEvery)
    }
    var kind: Kind
    var isNegated = false
    var modifiers: [PartialModifier] = []
    var place: PartialPlace

    init(_ kind: Kind, isNegated: Bool = false, modifiers: [PartialModifier] = [], at location: SourceLocation = .none) {
        self.kind = kind
        self.isNegated = isNegated
        self.modifiers = modifiers
        place = PartialPlace(location: location)
    }

    static func equality(_ left: PartialTerm, _ right: PartialTerm) -> PartialExpression {
        PartialExpression(.call(PartialCall(function: ["eq"], arguments: [left, right])))
    }

    /// The same literal as one of another, under the same `with`.
    func inPlace(of other: PartialExpression) -> PartialExpression {
        var result = self
        result.modifiers = other.modifiers
        result.place = other.place
        return result
    }

    /// The operands of an equality.
    var equality: (left: PartialTerm, right: PartialTerm)? {
        guard case .call(let call) = kind, call.isEquality else { return nil }
        return (call.arguments[0], call.arguments[1])
    }

    var complement: PartialExpression {
        var result = self
        result.isNegated.toggle()
        return result
    }
}

/// A rule: its reference below `data`, which may have variables, and what its body must hold for.
struct PartialRule: Sendable {
    /// Keys below `data`.
    var reference: [PartialTerm]
    var isDefault: Bool
    var arguments: [PartialTerm]?
    /// The element of a partial set.
    var key: PartialTerm?
    /// Nil only for partial sets.
    var value: PartialTerm?
    var body: [PartialExpression]
    var elseBranches: [PartialRule]
    var location: SourceLocation

    var isMultiValue: Bool { key != nil }
    var hasGroundReference: Bool { reference.allSatisfy { $0.known != nil } }
    /// What the rule gives: the element of a set, else its value.
    var result: PartialTerm { key ?? value ?? .value(true) }
}
