import Rego
import Synchronization

/// The policies and data that the service decides on, and the only place where they change.
///
/// A change compiles a new snapshot beside the active one and swaps it in at the end. A decision keeps the snapshot it began with,
/// and a change that does not compile changes nothing.
public final class PolicyStore: Sendable {
    /// What a change starts from and ends with.
    public struct Contents: Sendable {
        /// Policies by identifier: the path of a file, or what a client chose.
        public var policies: [String: PolicySource]
        public var data: DataSource

        public init(policies: [PolicySource], data: DataSource) {
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

    public init(_ contents: Contents, options: CompilerOptions = .init()) throws(DiagnosticList) {
        self.options = options
        let snapshot = try Self.compile(contents, options)
        active = Mutex(Active(contents: contents, generation: Generation(snapshot: snapshot)))
    }

    private static func compile(_ contents: Contents, _ options: CompilerOptions) throws(DiagnosticList) -> PolicySnapshot {
        try PolicySnapshot(policies: contents.policies.values.sorted { $0.file < $1.file }, data: contents.data, options: options)
    }

    /// What decisions are made from now.
    public var generation: Generation { active.withLock { $0.generation } }

    public var contents: Contents { active.withLock { $0.contents } }

    /// Makes a change whole or not at all.
    ///
    /// - Throws: `DiagnosticList` with every error of the changed policies, or what `edit` throws; the active policies then stay.
    public func change(_ edit: (inout Contents) throws -> Void) throws {
        try changing.withLock { _ in
            var contents = self.contents
            try edit(&contents)
            let generation = Generation(snapshot: try Self.compile(contents, options))
            active.withLock { $0 = Active(contents: contents, generation: generation) }
        }
    }
}

/// A snapshot together with the queries that were prepared against it.
public final class Generation: Sendable {
    public let snapshot: PolicySnapshot
    private let queries = Mutex<[String: PreparedQuery]>([:])
    /// Clients choose paths, so the number of prepared queries that are kept has a limit.
    private static let limit = 1000

    init(snapshot: PolicySnapshot) { self.snapshot = snapshot }

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
