/// What a running query lets its built-ins know and remember.
///
/// One thread uses it at a time: the one that evaluates the query.
final class BuiltinContext {
    /// Nanoseconds since 1970, the same throughout the query.
    @exclusivity(unchecked) private(set) var now: Int64 = 0
    /// What `opa.runtime()` returns.
    @exclusivity(unchecked) private(set) var runtime: Value?
    /// Values remembered for the query, so that non-deterministic built-ins answer alike within it. Keys begin with the built-in's name.
    @exclusivity(unchecked) var memory: [String: Value] = [:]
    /// Things compiled once and used by many calls (regular expressions, globs), shared by all queries of the snapshot.
    let cache: CompiledPatternCache
    @exclusivity(unchecked) private var seed: UInt64?
    @exclusivity(unchecked) private var generator: SeededRandom?
    /// Made when it is first asked for: most queries need no random numbers, and a seed costs a system call.
    var random: SeededRandom {
        get { generator ?? SeededRandom(seed: seed ?? UInt64.random(in: .min ... .max)) }
        set { generator = newValue }
    }
    /// Lines of `print`, with the place of the call.
    @exclusivity(unchecked) var prints: [PrintedLine] = []
    /// Messages of `trace`.
    @exclusivity(unchecked) var notes: [String] = []
    /// The cases that parameterised tests began with.
    @exclusivity(unchecked) var testCases: [Value] = []
    /// The place of the literal that is being evaluated, as far as it is known.
    @exclusivity(unchecked) var location: SourceLocation = .none

    /// Made from strings of the snapshot, by where they lie.
    @exclusivity(unchecked) var expressions = IdentityCache<RegularExpression>()
    @exclusivity(unchecked) var globs = IdentityCache<RegularExpression>()
    @exclusivity(unchecked) var addressRanges = IdentityCache<AddressRange>()
    /// The address that was read last in the query, by where its text lies: a list of ranges is asked about the same one again and again.
    @exclusivity(unchecked) var lastAddress: (text: IdentityCache<InternetAddress>.Key, address: InternetAddress)?
    /// INVARIANT program: the snapshot outlives its machines and their contexts.
    private unowned(unsafe) let snapshot: SnapshotProgram
    /// The way out that the host gives policies; none where nil.
    @exclusivity(unchecked) private(set) var network: (any PolicyNetwork)?
    @exclusivity(unchecked) private(set) var mayWait = true
    /// Responses that are kept for other queries.
    @exclusivity(unchecked) private(set) var responseCache: HTTPResponseCache?
    let capabilities: EngineCapabilities
    /// What came of requests that were sent in this query, by request.
    @exclusivity(unchecked) var responses: [Value: Result<IncomingResponse, NetworkProblem>] = [:]

    @exclusivity(unchecked) private(set) var records = false
    @exclusivity(unchecked) private var answers: [String: [Value: Value]] = [:]
    /// What is answered instead, where a decision is made again.
    @exclusivity(unchecked) private var known: KnownAnswers?
    @exclusivity(unchecked) private(set) var repeats = false
    @exclusivity(unchecked) private var knowsTime = false

    init(snapshot: SnapshotProgram) {
        cache = snapshot.cache
        capabilities = snapshot.capabilities
        self.snapshot = snapshot
    }

    /// Whether a value lies in the snapshot, so that things made from it may be kept by where it lies.
    func isLasting(_ datum: Datum) -> Bool { snapshot.contains(datum) }

    /// Remembers what a non-deterministic built-in answered.
    func record(_ name: String, _ arguments: UnsafeBufferPointer<Datum>, _ answer: Datum) {
        answers[name, default: [:]][.array(arguments.map { Value($0) })] = Value(answer)
    }

    /// The answer of a call in a decision that is made again; nil for the built-in's own.
    ///
    /// - Throws: `unknown_answer`, where it would be another one than then.
    func repeated(_ name: String, _ arguments: UnsafeBufferPointer<Datum>) throws(BuiltinError) -> Value? {
        if let answer = known?.answer(name, arguments.map { Value($0) }) { return answer }
        if name == "time.now_ns", knowsTime { return nil }
        throw BuiltinError(kind: .halt(EvaluationError(.unknownAnswer, "what \(name) answered then was not recorded", at: location)), message: "")
    }

    /// `{name: {[argument, …]: answer}}`; nil where nothing is recorded.
    var recordedAnswers: Value? {
        guard records else { return nil }
        return .makeObject(answers.map { name, calls in (.string(name), .makeObject(calls.map { ($0.key, $0.value) })) })
    }

    /// Forgets the last query.
    func begin(_ options: EvaluationOptions) {
        now = options.now ?? WallClock.nanoseconds()
        runtime = options.givenRuntime
        network = options.network
        mayWait = options.mayWait
        responseCache = options.responseCache
        if !responses.isEmpty { responses = [:] }
        records = options.recordsNondeterminism
        if !answers.isEmpty { answers = [:] }
        known = options.knownAnswers
        repeats = known != nil
        knowsTime = options.now != nil
        seed = options.seed
        generator = nil
        if !memory.isEmpty { memory = [:] }
        lastAddress = nil
        if !prints.isEmpty { prints = [] }
        if !notes.isEmpty { notes = [] }
        if !testCases.isEmpty { testCases = [] }
        location = .none
    }
}

/// What `print` wrote.
public struct PrintedLine: Sendable, Hashable {
    public var text: String
    public var location: SourceLocation
    public init(text: String, location: SourceLocation) {
        self.text = text
        self.location = location
    }
}

/// A small generator (SplitMix64) whose sequence a seed fixes, so that a decision can be repeated.
package struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64
    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
