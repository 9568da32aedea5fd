import Rego

/// One change of policies, data or configuration: the payload of the events that the state is the result of.
public struct StateChange: Sendable {
    /// Who made it.
    public enum Cause: String, Sendable, CaseIterable {
        /// A client, through the API.
        case client
        /// The start of the service, which reads files and takes up what clients had changed.
        case start
        /// Files that changed while the service ran.
        case reload
        /// A bundle was activated or removed.
        case bundle
        /// A version that failed was taken back.
        case rollback
        /// A configuration was read.
        case configuration
        /// Changes that could not be recorded when they were made.
        case reconciliation
    }

    /// Policies and operations on data.
    public struct Documents: Sendable {
        public var policies: PolicyChanges
        public var operations: [DataOperation]

        public init(policies: PolicyChanges = .init(), operations: [DataOperation] = []) {
            self.policies = policies
            self.operations = operations
        }

        public var isEmpty: Bool { policies.isEmpty && operations.isEmpty }
    }

    public var cause: Cause
    public var documents: Documents
    /// What of it concerns what was loaded and is not a client's; nil for nothing.
    public var loaded: Documents?
    /// Manifest and ETag by the name of each bundle that is active afterwards; nil where that does not change.
    public var bundles: Value?
    /// As `GET /v1/config` shows it; nil where it does not change.
    public var configuration: Value?

    public init(_ cause: Cause, _ documents: Documents = .init(), loaded: Documents? = nil, bundles: Value? = nil, configuration: Value? = nil) {
        self.cause = cause
        self.documents = documents
        self.loaded = loaded
        self.bundles = bundles
        self.configuration = configuration
    }

    /// Where its event belongs.
    public var stream: EventStream {
        if cause == .configuration { return .config }
        return documents.policies.isEmpty && bundles == nil && cause == .client ? .data : .policy
    }

    public var type: String {
        switch stream {
        case .config: Self.configurationType
        case .data: Self.dataType
        default: Self.policyType
        }
    }

    static let policyType = "policy.changed", dataType = "data.changed", configurationType = "config.loaded"

    // MARK: JSON

    /// - Parameter digest: of the state after the change.
    /// - Throws: `EvaluationError` where a document is not JSON.
    public func payload(digest: StateDigest) throws(EvaluationError) -> [UInt8] {
        let rewriter = JSONRewriter()
        var text = Array("{\"cause\":\"\(cause.rawValue)\"".utf8)
        try Self.write(documents, to: &text, rewriter)
        if let loaded {
            text += ",\"loaded\":{\"layer\":true".utf8
            try Self.write(loaded, to: &text, rewriter)
            text += "}".utf8
        }
        if let bundles { text += ",\"bundles\":".utf8 + bundles.json(escapesHTML: false) }
        if let configuration { text += ",\"configuration\":".utf8 + configuration.json(escapesHTML: false) }
        text += ",\"digest\":\"\(digest)\"}".utf8
        return text
    }

    private static func write(_ documents: Documents, to text: inout [UInt8], _ rewriter: JSONRewriter) throws(EvaluationError) {
        let changes = documents.policies
        if !changes.put.isEmpty {
            let policies = changes.put.map { policy -> Value in
                ["id": .string(policy.file), "version": .string(policy.version == .v0 ? "v0" : "v1"), "text": .string(policy.text)]
            }
            text += ",\"put\":".utf8 + Value.array(policies).json(escapesHTML: false)
        }
        if !changes.removed.isEmpty { text += ",\"removed\":".utf8 + Value.array(changes.removed.map { .string($0) }).json(escapesHTML: false) }
        guard !documents.operations.isEmpty else { return }
        text += ",\"data\":[".utf8
        for (position, operation) in documents.operations.enumerated() {
            if position > 0 { text.append(UInt8(ascii: ",")) }
            text += "{\"op\":\"\(name(operation.kind))\",\"path\":".utf8 + Value.array(operation.path.map { .string($0) }).json(escapesHTML: false)
            if operation.kind != .remove {
                text += ",\"value\":".utf8
                if case .json(let json) = operation.value { try rewriter.append(json, to: &text) } else { text += try operation.value.document().json(escapesHTML: false) }
            }
            text += "}".utf8
        }
        text += "]".utf8
    }

    private static func name(_ kind: DataOperation.Kind) -> String {
        switch kind {
        case .put: "put"
        case .add: "add"
        case .replace: "replace"
        case .remove: "remove"
        }
    }

    /// Reads a payload; nil where it has not this form.
    init?(_ payload: Value) {
        guard let cause = payload["cause"]?.text.flatMap(Cause.init), let documents = Self.documents(payload) else { return nil }
        self.cause = cause
        self.documents = documents
        if let layer = payload["loaded"] {
            guard let loaded = Self.documents(layer) else { return nil }
            self.loaded = loaded
        }
        bundles = payload["bundles"]
        configuration = payload["configuration"]
    }

    private static func documents(_ payload: Value) -> Documents? {
        var documents = Documents()
        for policy in payload["put"]?.elements ?? [] {
            guard let id = policy["id"]?.text, let text = policy["text"]?.text else { return nil }
            documents.policies.put.append(PolicySource(file: id, text: text, version: policy["version"]?.text == "v0" ? .v0 : .v1))
        }
        for id in payload["removed"]?.elements ?? [] {
            guard let id = id.text else { return nil }
            documents.policies.removed.append(id)
        }
        for operation in payload["data"]?.elements ?? [] {
            guard let kind = operation["op"]?.text.flatMap(Self.kind), let path = operation["path"]?.elements?.compactMap(\.text) else { return nil }
            documents.operations.append(DataOperation(kind, at: path, operation["value"].map { .value($0) } ?? .empty))
        }
        return documents
    }

    private static func kind(_ name: String) -> DataOperation.Kind? {
        switch name {
        case "put": .put
        case "add": .add
        case "replace": .replace
        case "remove": .remove
        default: nil
        }
    }
}

extension Value {
    /// Nil where this is no array.
    var elements: [Value]? { if case .array(let elements) = self { elements } else { nil } }
}
