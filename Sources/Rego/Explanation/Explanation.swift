/// Why a document has the value that it has, and the least change of the input that would give it another.
public struct Explanation: Sendable {
    /// What kind of value the document has: a change goes from one kind to its opposite.
    public enum Outcome: String, Sendable {
        case `true`, `false`, undefined
        /// A collection with or without members.
        case members, empty
        /// Any other value.
        case value
    }

    /// The reference that was asked for, such as `data.rbac.allow`.
    public var decision: String
    /// Nil where the document is undefined.
    public var value: Value?
    public var outcome: Outcome
    /// The rules that settled it: for what was refused those that did not hold, for what was granted those that did.
    public var reasons: [Reason]
    public var nearest: NearestChange
    /// False where the limits ended the explanation: not every rule was looked at then.
    public var isComplete = true

    /// A rule, and what decided whether it held.
    public struct Reason: Sendable {
        /// A reference such as `data.rbac.grants`.
        public var rule: String
        public var location: SourceLocation
        public var holds: Bool
        /// How many conditions hold before the one that failed.
        public var held = 0
        /// Of a rule that does not hold, the condition that failed; of one that does, all of them.
        public var conditions: [Condition]
    }

    /// A literal of a body, or the value of a head.
    public struct Condition: Sendable {
        public var location: SourceLocation
        public var text: String
        public var holds: Bool
        /// The variables, references and calls in it.
        public var values: [NamedValue]
        /// The rules that the condition rests on.
        public var reasons: [Reason]
    }

    /// What a term was; more than one value where the condition was tried several times.
    public struct NamedValue: Sendable, Hashable {
        public var text: String
        /// Distinct values, the first few.
        public var values: [Value]
        /// How many distinct values there are beside these.
        public var others = 0
        /// Whether the term was undefined, at least once.
        public var isUndefined = false
        /// Whether something was left out because the decision log masks it.
        public var isMasked = false
    }

    /// The fewest changes of the input that were found to turn the decision over. Each was tried: the decision was made again with it.
    public enum NearestChange: Sendable {
        /// The changes, and the value that the document has with them.
        case found([InputChange], value: Value?)
        /// No change that was tried turns it over.
        case notFound(tried: Int)
    }
}

/// How much an explanation may cost.
public struct ExplanationLimits: Sendable {
    /// Changes of the input that are tried together.
    public var changes = 3
    /// Decisions that are made again with a changed input.
    public var decisions = 400
    /// Queries about single conditions.
    public var queries = 400
    /// How far the rules that conditions name are followed.
    public var depth = 8
    public init() {}
}

/// What of the input must not be shown.
public struct MaskedInput: Sendable {
    /// The input as the decision log has it; nil where nothing of it is kept.
    public var document: Value?
    /// The places that differ, as keys below `input`.
    public var places: [[String]]

    public init(document: Value?, places: [[String]]) {
        self.document = document
        self.places = places
    }

    /// Whether a place is, lies in, or holds one that is masked.
    func hides(_ place: [String]) -> Bool { places.contains { $0.starts(with: place) || place.starts(with: $0) } }
}

/// Why there is no explanation.
public struct ExplanationError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// The text is not a reference to a document of a rule.
        case invalidDecision = "invalid_decision"
        /// No rule defines the document.
        case noRule = "no_rule"
    }

    public var code: Code
    public var message: String
    public var description: String { "\(code.rawValue): \(message)" }
}
