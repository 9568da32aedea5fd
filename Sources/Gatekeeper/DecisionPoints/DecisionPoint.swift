import Rego

/// Where decisions are made: in this process, or by a service.
public protocol DecisionPoint: Sendable {
    /// The revision of the policies that decides now; nil where that is not known without asking.
    var revision: String? { get }

    /// - Throws: why there is no decision.
    func answer(to input: Value) async throws(DecisionPointError) -> PolicyAnswer
}

/// A document as it was decided.
public struct PolicyAnswer: Sendable {
    /// Nil where it is undefined.
    public var value: Value?
    /// What decided; nil where that was not said.
    public var revision: String?

    public init(value: Value?, revision: String?) {
        self.value = value
        self.revision = revision
    }
}

/// Why there is no decision.
public struct DecisionPointError: Error, Sendable, CustomStringConvertible {
    public var description: String

    public init(_ description: String) { self.description = description }
}
