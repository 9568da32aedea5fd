import Observability
import Rego

/// What a decision leaves for the log: made on the thread that decided, so it holds what is at hand and converts nothing.
///
/// The log's writer makes an event of it later.
public struct DecisionRecord: Sendable {
    public enum Question: Sendable {
        /// A document by its path with slashes, such as `rbac/allow`.
        case document(String)
        /// The text of a query.
        case query(String)
    }

    public enum Input: Sendable {
        case none
        /// JSON text.
        case document([UInt8])
        /// A request of the Data API: an object with the member `input`.
        case request([UInt8])
    }

    public enum Outcome: Sendable {
        /// JSON text.
        case result([UInt8])
        case undefined
        /// What the caller was told, as an object with `code` and `message`.
        case error(Value)
    }

    /// What `metrics` of the event holds.
    public struct Measurements: Sendable {
        public var isPrepared: Bool
        public var compilation: Duration
        public var evaluation: Duration
        public var handling: Duration

        public init(isPrepared: Bool, compilation: Duration, evaluation: Duration, handling: Duration) {
            self.isPrepared = isPrepared
            self.compilation = compilation
            self.evaluation = evaluation
            self.handling = handling
        }
    }

    /// Where the result came from when it was not decided.
    public struct Fallback: Sendable {
        public var source: String
        public var reason: String
        /// Of a cached decision.
        public var age: Duration?

        public init(source: String, reason: String, age: Duration?) {
            self.source = source
            self.reason = reason
            self.age = age
        }
    }

    /// The trace that the request belongs to, and its span there.
    public struct Trace: Sendable {
        public var trace: TraceIdentifier
        public var span: SpanIdentifier

        public init(_ trace: TraceIdentifier, _ span: SpanIdentifier) {
            self.trace = trace
            self.span = span
        }
    }

    public var identifier: DecisionIdentifier
    /// Nanoseconds since 1970.
    public var time: Int64
    public var question: Question
    public var input: Input
    public var outcome: Outcome
    public var measurements: Measurements
    /// What the decision was made on; its policies say what is masked and dropped.
    public var snapshot: PolicySnapshot
    /// The revisions of the bundles in the snapshot, by name.
    public var revisions: [String: String] = [:]
    /// What non-deterministic built-ins answered, `{name: {[argument, …]: answer}}`; nil where it was not recorded.
    public var nondeterminism: Value?
    /// What stood in for a decision that could not be made; nil where it was.
    public var fallback: Fallback?
    /// The client's address and port.
    public var requestedBy: String?
    public var requestNumber: UInt64?
    public var trace: Trace?
    /// The request's headers that the configuration names, with their values.
    public var headers: [(name: String, values: [String])] = []
    /// How the decision was routed; nil where there are no routes.
    public var routing: Value?

    public init(
        identifier: DecisionIdentifier, time: Int64, question: Question, input: Input, outcome: Outcome, measurements: Measurements,
        snapshot: PolicySnapshot
    ) {
        self.identifier = identifier
        self.time = time
        self.question = question
        self.input = input
        self.outcome = outcome
        self.measurements = measurements
        self.snapshot = snapshot
    }

    /// The input; nil where there is none.
    ///
    /// - Throws: `EvaluationError` where it is not JSON.
    public func inputValue() throws(EvaluationError) -> Value? {
        switch input {
        case .none: return nil
        case .document(let text): return text.isEmpty ? nil : try Value(json: text)
        case .request(let text):
            var document: [UInt8] = []
            return try JSONRewriter().appendInput(ofRequest: text, to: &document) ? try Value(json: document) : nil
        }
    }

    /// About the bytes that the record keeps alive.
    var size: Int {
        let input =
            switch self.input {
            case .none: 0
            case .document(let text), .request(let text): text.count
            }
        let result = if case .result(let text) = outcome { text.count } else { 0 }
        return 256 + input + result
    }
}
