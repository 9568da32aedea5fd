/// What a query is asked about.
public enum InputSource: Sendable {
    case none
    case value(Value)
    /// JSON text.
    case json([UInt8])
}

public struct EvaluationOptions: Sendable {
    /// The first error of a built-in ends the query instead of making an expression undefined.
    public var strictBuiltinErrors = false
    /// Loop iterations and calls that the query may take.
    public var stepBudget: UInt64 = 500_000_000
    public var cancellation: Cancellation?
    /// How deep arrays and objects of an input given as JSON text may lie within each other, a request's own object included; at most 2048.
    public var inputDepth = 2048
    /// Nanoseconds since 1970 that `time.now_ns` gives; the clock's where nil.
    public var now: Int64?
    /// Fixes what `rand.intn` and `uuid.rfc4122` give.
    public var seed: UInt64?
    /// What `opa.runtime()` gives.
    public var runtime: Value {
        get { givenRuntime ?? .object([]) }
        set { givenRuntime = newValue }
    }
    /// Options are made for each decision; nil takes no memory.
    private(set) var givenRuntime: Value?
    /// The way out that policies have, for `http.send` and `net.lookup_ip_addr`; they fail where nil.
    public var network: (any PolicyNetwork)?
    /// Whether built-ins may wait for the network. Where they may not, the first that would ends the query with `eval_cancel_error`.
    public var mayWait = true
    /// Where responses to `http.send` are kept for other queries; none are where nil.
    public var responseCache: HTTPResponseCache?
    /// Whether reports say what non-deterministic built-ins answered, so that a decision can be repeated.
    public var recordsNondeterminism = false
    /// Makes a decision again: non-deterministic built-ins give these answers, and `time.now_ns` otherwise `now`. A call of another one that is not
    /// among them ends the query with `unknown_answer`.
    public var knownAnswers: KnownAnswers?
    /// Told of every literal that is evaluated, where the policies were compiled with `observes`.
    public var observer: Observer?
    public init() {}
}
