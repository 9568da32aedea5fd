import DataConsistency
import Governance
import Observability
import Rego
import Synchronization

/// The policies and data that the service decides on, and the only place where they change.
///
/// A change makes a new snapshot beside the active one and swaps it in at the end. A decision keeps the snapshot it began with, and a
/// change that is refused changes nothing. Policies that change are compiled; data that is written is not (see `write`).
public final class PolicyStore: Sendable {
    /// What a change starts from and ends with.
    public struct Contents: Sendable {
        /// Policies by identifier: the path of a file, or what a client chose.
        public var policies: [String: PolicySource]
        public var data: DataSource
        /// By name; they own what lies under their roots.
        public var bundles: [String: ActiveBundle]

        public init(policies: [PolicySource], data: DataSource, bundles: [String: ActiveBundle] = [:]) {
            self.bundles = bundles
            self.policies = Dictionary(policies.map { ($0.file, $0) }) { _, last in last }
            self.data = data
        }
    }

    private struct Active: Sendable {
        var contents: Contents
        var generation: Generation
    }

    private let active: Mutex<Active>
    /// Held while a change compiles, so that two changes never start from the same contents.
    private let changing = Mutex<Void>(())
    private let options: CompilerOptions
    /// How decisions on these policies went.
    public let tally = DecisionTally()
    /// What policies that come without a version are read as.
    let version: RegoVersion
    /// Is told of each change before it takes effect.
    private let recorder: EventRecorder?
    /// Nil where changes are not traced.
    private let tracer = Mutex<Tracer?>(nil)

    public init(_ contents: Contents, options: CompilerOptions = .init(), version: RegoVersion = .v1, recorder: EventRecorder? = nil) throws(DiagnosticList) {
        self.options = options
        self.version = version
        self.recorder = recorder
        let (contents, snapshot) = try Self.compiled(contents, options)
        active = Mutex(Active(contents: contents, generation: Generation(snapshot: snapshot, bundles: contents.bundles)))
    }

    private static func compiled(_ contents: Contents, _ options: CompilerOptions) throws(DiagnosticList) -> (Contents, PolicySnapshot) {
        let policies = contents.policies.values.sorted { $0.file < $1.file }
        let snapshot = try PolicySnapshot(policies: policies, data: contents.data, options: options)
        var contents = contents
        // From here on the snapshot has the data: its text is needed no more, and writes go on from there.
        contents.data = .snapshot(snapshot)
        return (contents, snapshot)
    }

    /// What decisions are made from now.
    public var generation: Generation { active.withLock { $0.generation } }

    public var contents: Contents { active.withLock { $0.contents } }

    /// Makes a change whole or not at all.
    ///
    /// - Parameter request: whose the change is; nil where the service makes it by itself.
    /// - Throws: `DiagnosticList` with every error of the changed policies, `EventLogError` where a client's change cannot be kept, or what `edit`
    ///   throws; the active policies then stay.
    public func change(_ cause: StateChange.Cause = .client, in request: ActiveSpan? = nil, _ edit: (inout Contents) throws -> Void) throws {
        try changing.withLock { _ in
            try traced("policy.activation", in: request) { span in
                var contents = self.contents
                try edit(&contents)
                let (changed, snapshot) = try Self.compiled(contents, options)
                let event = try recorder?.record(cause, changed, in: span)
                let origin = GenerationOrigin(policies: activation(cause, in: span, event, changed.bundles))
                active.withLock { $0 = Active(contents: changed, generation: Generation(snapshot: snapshot, bundles: changed.bundles, origin: origin)) }
            }
        }
    }

    /// Writes base data: all operations, or none. Costs what is written, not what is there, and leaves compiled policies and queries as they are.
    ///
    /// - Parameters:
    ///   - request: whose the write is.
    ///   - operations: given the snapshot that they start from.
    /// - Throws: what `PolicySnapshot.applying` throws, `EventLogError` where the write cannot be kept, or what `operations` throws; the active data
    ///   then stays.
    public func write(in request: ActiveSpan? = nil, _ operations: (PolicySnapshot) throws -> [DataOperation]) throws {
        try changing.withLock { _ in
            try traced("data.write", in: request) { span in
                var after = active.withLock { $0 }
                let operations = try operations(after.generation.snapshot)
                guard !operations.isEmpty else { return }
                let snapshot = try after.generation.snapshot.applying(operations)
                after.contents.data = .snapshot(snapshot)
                let event = try recorder?.record(.client, after.contents, operations, in: span)
                after.generation = after.generation.moved(to: snapshot, by: activation(.client, in: span, event, [:]))
                active.withLock { $0 = after }
            }
        }
    }

    // MARK: Traces

    /// Makes each change from now on a span, which those of decisions link to; what is active already was activated by the start of the service.
    public func trace(with tracer: Tracer) {
        self.tracer.withLock { $0 = tracer }
        changing.withLock { _ in
            try? traced("policy.activation", in: nil) { span in
                active.withLock { active in
                    let origin = GenerationOrigin(policies: activation(.start, in: span, recorder?.last, active.contents.bundles))
                    active.generation = Generation(snapshot: active.generation.snapshot, bundles: active.contents.bundles, origin: origin)
                }
            }
        }
    }

    /// Does work in a span of its own: within that of a request, or else in a trace that is always kept.
    private func traced(_ name: String, in request: ActiveSpan?, _ work: (ActiveSpan?) throws -> Void) throws {
        let now = WallClock.nanoseconds()
        let span = request?.begin(name, kind: .internal, at: now) ?? tracer.withLock { $0 }?.begin(name, kind: .internal, parent: nil, at: now, isKept: true)
        defer { span?.end(at: WallClock.nanoseconds()) }
        do { try work(span) } catch {
            span?.fail("the change was refused")
            throw error
        }
    }

    private func activation(_ cause: StateChange.Cause, in span: ActiveSpan?, _ event: EventRecorder.Reference?, _ bundles: [String: ActiveBundle]) -> PolicyActivation? {
        guard let span else { return nil }
        let activation = PolicyActivation(cause, in: span, event: event, bundles: bundles.mapValues(\.revision))
        for (name, value) in activation.link.attributes { span.set(name, value) }
        return activation
    }
}

/// A snapshot together with the queries that were prepared against it.
public final class Generation: Sendable {
    public let snapshot: PolicySnapshot
    /// The bundles that the snapshot was made of, by name.
    public let bundles: [String: ActiveBundle]
    /// Their revisions, as every logged decision has them.
    let revisions: [String: String]
    /// Tells generations apart, also those that are gone.
    let number = Generation.numbers.wrappingAdd(1, ordering: .relaxed).newValue
    private static let numbers = Atomic<UInt64>(0)
    /// Names these policies and data among all that any process decided on: `7f3a9c-12`.
    var identifier: String { "\(Self.start)-\(number)" }
    /// What activated it.
    let origin: GenerationOrigin
    private let traceable = Mutex<PolicySnapshot?>(nil)
    private let queries = Mutex<[String: PreparedQuery]>([:])
    /// Clients choose paths, so the number of prepared queries that are kept has a limit.
    private static let limit = 1000

    init(snapshot: PolicySnapshot, bundles: [String: ActiveBundle] = [:], origin: GenerationOrigin = .init()) {
        self.snapshot = snapshot
        self.origin = origin
        self.bundles = bundles
        revisions = bundles.mapValues(\.revision)
    }

    /// Differs between processes, so that no two generations anywhere have one name.
    private static let start = String(UInt32.random(in: .min ... .max), radix: 16)

    /// Gives the memory of compiled queries back; they are compiled again when they are asked for.
    func forgetQueries() { queries.withLock { $0.removeAll() } }

    /// Queries that are kept compiled.
    var queryCount: Int { queries.withLock { $0.count } }

    /// The prepared queries against a snapshot that differs only in data.
    func moved(to snapshot: PolicySnapshot, by write: PolicyActivation?) -> Generation {
        let generation = Generation(snapshot: snapshot, bundles: bundles, origin: GenerationOrigin(policies: origin.policies, data: write ?? origin.data))
        let moved = queries.withLock { $0 }.compactMapValues { $0.moved(to: snapshot) }
        generation.queries.withLock { $0 = moved }
        return generation
    }

    /// The snapshot in a form that can be traced; made when it is first asked for.
    func observed() throws(DiagnosticList) -> PolicySnapshot {
        if let known = traceable.withLock({ $0 }) { return known }
        let made = try snapshot.observed()
        traceable.withLock { $0 = made }
        return made
    }

    /// The prepared query of a text, and whether it was prepared before.
    func query(_ text: String) throws(DiagnosticList) -> (query: PreparedQuery, wasPrepared: Bool) {
        if let known = queries.withLock({ $0[text] }) { return (known, true) }
        let prepared = try snapshot.prepare(text)
        queries.withLock { known in
            if known.count >= Self.limit { known.removeAll() }
            known[text] = prepared
        }
        return (prepared, false)
    }
}
