import Rego

/// Policies, data and configuration as the events of the state say: a pure fold, which the same events always bring to the same result.
public struct ProjectedState: Sendable {
    /// Policies by identifier, and the snapshot that holds the documents.
    public struct Layer: Sendable {
        public var policies: [String: PolicySource]
        /// Asked for its base data only.
        public var data: PolicySnapshot

        public init(policies: [String: PolicySource], data: PolicySnapshot) {
            self.policies = policies
            self.data = data
        }

        /// - Throws: what `PolicySnapshot.applying` throws.
        mutating func apply(_ documents: StateChange.Documents) throws {
            documents.policies.apply(to: &policies)
            if !documents.operations.isEmpty { data = try data.applying(documents.operations) }
        }

        /// What makes another layer of this one.
        public func difference(to other: Layer) -> StateChange.Documents {
            let policies = StateDifference.policies(from: self.policies, to: other.policies)
            guard data !== other.data else { return .init(policies: policies) }
            return .init(policies: policies, operations: StateDifference.operations(from: data.baseDocument, to: other.data.baseDocument))
        }
    }

    /// What decides.
    public var current: Layer
    /// What files and bundles brought of it; clients changed the rest.
    public var loaded: Layer
    /// `{name: {"manifest": …, "etag": …}}`
    public var bundles: Value
    public var configuration: Value
    /// Of the last event that is in it, and when that was.
    public internal(set) var sequence: Int
    public internal(set) var time: Int64
    public internal(set) var digest: StateDigest

    /// Nothing.
    public init() throws(DiagnosticList) {
        let nothing = Layer(policies: [:], data: try PolicySnapshot(policies: []))
        self.init(current: nothing, loaded: nothing, bundles: .object([]), configuration: .object([]), sequence: 0, time: 0, digest: StateDigest())
        digest = computedDigest()
    }

    public init(current: Layer, loaded: Layer, bundles: Value, configuration: Value, sequence: Int, time: Int64, digest: StateDigest) {
        self.current = current
        self.loaded = loaded
        self.bundles = bundles
        self.configuration = configuration
        self.sequence = sequence
        self.time = time
        self.digest = digest
    }

    /// The digest made of everything there is: what `digest`, which was moved along, must be.
    public func computedDigest() -> StateDigest {
        var digest = StateDigest()
        for policy in current.policies.values { digest.add(policy) }
        digest.add(current.data.baseDocument, of: .data)
        digest.add(configuration, of: .configuration)
        return digest
    }

    /// Takes the next change.
    ///
    /// - Throws: what `PolicySnapshot.applying` throws where the change does not fit the state.
    public mutating func apply(_ change: StateChange, sequence: Int, time: Int64) throws {
        var next = current
        try next.apply(change.documents)
        digest = Self.moved(digest, by: change.documents, from: current, to: next)
        current = next
        if let layer = change.loaded { try loaded.apply(layer) }
        if let bundles = change.bundles { self.bundles = bundles }
        if let configuration = change.configuration {
            digest.remove(self.configuration, of: .configuration)
            digest.add(configuration, of: .configuration)
            self.configuration = configuration
        }
        self.sequence = sequence
        self.time = time
    }

    /// The digest after a change from one layer to another.
    public static func moved(_ digest: StateDigest, by documents: StateChange.Documents, from before: Layer, to after: Layer) -> StateDigest {
        var digest = digest
        for identifier in Set(documents.policies.removed + documents.policies.put.map(\.file)) {
            if let policy = before.policies[identifier] { digest.remove(policy) }
            if let policy = after.policies[identifier] { digest.add(policy) }
        }
        digest.move(documents.operations, from: before.data, to: after.data)
        return digest
    }

    public static func moved(_ digest: StateDigest, from before: Value, toConfiguration after: Value) -> StateDigest {
        var digest = digest
        digest.remove(before, of: .configuration)
        digest.add(after, of: .configuration)
        return digest
    }

    /// Whether this is the state that people call so: the revision of an active bundle, or eight or more digits of the digest.
    public func isCalled(_ name: String) -> Bool {
        if name.utf8.count >= 8, digest.description.hasPrefix(name.lowercased()) { return true }
        guard case .object(let entries) = bundles else { return false }
        return entries.contains { $0.value["manifest"]?["revision"]?.text == name }
    }
}
