/// A condition of a body that a decision tree can test: a reference equals a constant.
struct IndexedCondition: Sendable {
    enum Subject: Sendable, Hashable {
        /// The input, at these keys.
        case input([Value])
        /// A base document, at these keys.
        case base([Value])
        /// An argument of the function, at these keys.
        case argument(Int, [Value])
    }
    var subject: Subject
    var value: Value
    /// The literal that asks; nil for a pattern among a function's arguments.
    var literal: SourceLocation?
}

