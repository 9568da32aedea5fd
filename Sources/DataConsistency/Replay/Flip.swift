import Rego

/// A recorded decision that a candidate policy decides otherwise.
public struct Flip: Sendable {
    public enum Outcome: Sendable, Hashable {
        /// JSON text.
        case result([UInt8])
        case undefined
        /// The code of an error.
        case error(String)
    }

    /// A rule, or a literal that did not hold.
    public struct Place: Sendable, Hashable {
        /// A reference such as `data.app.allow`.
        public var rule: String
        public var file: String
        public var row: Int

        public init(rule: String, file: String, row: Int) {
            self.rule = rule
            self.file = file
            self.row = row
        }
    }

    /// How one side came to its outcome.
    public struct Reasons: Sendable, Hashable {
        /// Rules that held.
        public var held: [Place] = []
        /// Where rules that were tried failed: the literals.
        public var failed: [Place] = []
        /// Whether deciding again on that side gave the outcome that was recorded; where not, something else than the policy was different then.
        public var isReproduced = true
    }

    /// Where it was recorded: the piece of the source, and the number in it.
    var piece: Int
    var number: Int
    public var identifier: String
    public var path: String
    /// JSON text; empty where there was no input.
    public var input: [UInt8]
    public var old: Outcome
    public var new: Outcome
    /// Nil where the policy of then is not known.
    public var oldReasons: Reasons?
    public var newReasons: Reasons

    /// The rules that make the difference: those that held on one side only; else those that failed; else the document itself.
    public var responsible: Set<Place> {
        let new = Set(newReasons.held)
        guard let oldReasons else { return new.isEmpty ? Self.orDocument(Set(newReasons.failed), path) : new }
        let difference = Set(oldReasons.held).symmetricDifference(new)
        return difference.isEmpty ? Self.orDocument(Set(newReasons.failed).symmetricDifference(oldReasons.failed), path) : difference
    }

    private static func orDocument(_ places: Set<Place>, _ path: String) -> Set<Place> {
        places.isEmpty ? [Place(rule: (["data"] + path.split(separator: "/").map(String.init)).joined(separator: "."), file: "", row: 0)] : places
    }
}
