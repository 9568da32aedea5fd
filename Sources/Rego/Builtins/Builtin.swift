/// A built-in function: declared once, with its name, types, documentation and implementation.
///
/// The type checker, `verdict capabilities`, the documentation and the evaluator all read the same declaration. The evaluator checks the
/// number of operands before it calls; the implementation asks `BuiltinCall` for each operand in the type it needs.
public struct Builtin: Sendable {
    typealias Implementation = @Sendable (inout BuiltinCall) throws(BuiltinError) -> Datum

    public struct Parameter: Sendable {
        /// Empty where OPA's declaration has no name.
        public let name: String
        public let type: RegoType
    }

    public struct Traits: OptionSet, Sendable {
        public let rawValue: Int
        public init(rawValue: Int) { self.rawValue = rawValue }
        /// Yields any number of results for one call, as `walk` does: the implementation returns an array of them.
        public static let relation = Traits(rawValue: 1)
        /// May give another result next time; remembered within one query.
        public static let nondeterministic = Traits(rawValue: 2)
        /// Asks for the time although OPA does not call it nondeterministic: the same throughout a query, not for ever.
        public static let timed = Traits(rawValue: 64)
        public static let deprecated = Traits(rawValue: 4)
        /// Takes any number of operands.
        public static let variadic = Traits(rawValue: 8)
        /// Gives no value: `print`.
        public static let void = Traits(rawValue: 16)
        /// Made by the compiler, not written by users.
        public static let compilerInternal = Traits(rawValue: 32)
    }

    public let name: String
    public let parameters: [Parameter]
    public let result: RegoType
    public let summary: String
    /// The infix operator that stands for it, such as `+`.
    public let infix: String?
    public let traits: Traits
    let implementation: Implementation

    init(
        _ name: String, _ parameters: KeyValuePairs<String, RegoType>, returns result: RegoType, _ summary: String,
        infix: String? = nil, traits: Traits = [], implementation: @escaping Implementation
    ) {
        self.name = name
        self.parameters = parameters.map { Parameter(name: $0.key, type: $0.value) }
        self.result = result
        self.summary = summary
        self.infix = infix
        self.traits = traits
        self.implementation = implementation
    }

    public var arity: Int { parameters.count }
    /// A parameter as documentation shows it: `x: number`.
    public var parameterTexts: [String] { parameters.map { $0.name.isEmpty ? "\($0.type)" : "\($0.name): \($0.type)" } }
    /// What it takes and gives: `(x: number, y: number) → number`.
    public var signature: String {
        let arguments = parameterTexts.joined(separator: ", ")
        return isVoid ? "(\(arguments), …)" : "(\(arguments)) → \(result)"
    }
    public var isRelation: Bool { traits.contains(.relation) }
    public var isNondeterministic: Bool { traits.contains(.nondeterministic) }
    public var isDeprecated: Bool { traits.contains(.deprecated) }
    public var isVariadic: Bool { traits.contains(.variadic) }
    public var isVoid: Bool { traits.contains(.void) }
}

/// Why a built-in gave no result. By default the expression is then undefined; with strict built-in errors the query ends.
package struct BuiltinError: Error {
    enum Kind {
        /// An operand of the wrong type: `eval_type_error`.
        case type
        /// Anything else: `eval_builtin_error`.
        case failure
        /// Ends the query in any mode: `eval_cancel_error` and the like.
        case halt(EvaluationError)
    }
    var kind: Kind
    /// Without the built-in's name, which the evaluator puts in front.
    package var message: String

    static func failure(_ message: String) -> BuiltinError { BuiltinError(kind: .failure, message: message) }
    static func type(_ message: String) -> BuiltinError { BuiltinError(kind: .type, message: message) }
}
