import Rego

/// The policies that say which events are dropped and what in them is masked, prepared against one snapshot.
struct LogPolicies {
    private let mask: PreparedQuery?
    private let drop: PreparedQuery?
    private let labels: [UInt8]

    /// - Throws: `DecisionLogError` where a document cannot be asked for.
    init(_ snapshot: PolicySnapshot, mask: [String], drop: [String]?, labels: [UInt8]) throws(DecisionLogError) {
        self.labels = labels
        self.mask = try Self.prepare(mask, snapshot, .mask)
        self.drop = try drop.flatMap { path throws(DecisionLogError) in try Self.prepare(path, snapshot, .drop) }
    }

    /// Nil where the document is undefined whatever the event is, which saves asking for each.
    private static func prepare(_ path: [String], _ snapshot: PolicySnapshot, _ code: DecisionLogError.Code) throws(DecisionLogError) -> PreparedQuery? {
        do {
            let query = try snapshot.document(path)
            if snapshot.hasRule(at: path) { return query }
            var output: [UInt8] = []
            return (try? query.decide(inputJSON: UnsafeRawBufferPointer(start: nil, count: 0), appendingTo: &output))?.isDefined == false ? nil : query
        } catch {
            throw DecisionLogError(code, error.diagnostics.map(\.description).joined(separator: "\n"))
        }
    }

    /// Applies both to an event.
    ///
    /// - Returns: whether the event is to be logged.
    /// - Throws: `DecisionLogError` where a policy fails; what it was to hide is not known then, so the event must not be logged.
    func apply(to event: inout DecisionEvent) throws(DecisionLogError) -> Bool {
        guard mask != nil || drop != nil else { return true }
        var text: [UInt8] = []
        event.write(to: &text, labels: labels, isForPolicies: true)
        if let drop, try Self.decide(drop, text, .drop) == true { return false }
        try apply(operations(text), to: &event)
        return true
    }

    /// What the masking policy asks for, of an event.
    func operations(on event: DecisionEvent) throws(DecisionLogError) -> [MaskOperation] {
        guard mask != nil else { return [] }
        var text: [UInt8] = []
        event.write(to: &text, labels: labels, isForPolicies: true)
        return try operations(text)
    }

    private func operations(_ event: [UInt8]) throws(DecisionLogError) -> [MaskOperation] {
        guard let mask, let rules = try Self.decide(mask, event, .mask) else { return [] }
        switch rules {
        case .array(let rules), .set(let rules):
            var operations: [MaskOperation] = []
            for rule in rules { operations.append(try MaskOperation(rule)) }
            return operations
        default: throw DecisionLogError(.mask, "the masking policy must give a set or an array of rules")
        }
    }

    private func apply(_ operations: [MaskOperation], to event: inout DecisionEvent) throws(DecisionLogError) {
        guard !operations.isEmpty else { return }
        var input = try Self.value(event.input), result = try Self.value(event.result)
        for operation in operations {
            let isApplied =
                switch operation.part {
                case .input: operation.apply(to: &input)
                case .result: operation.apply(to: &result)
                case .nondeterminism: operation.apply(to: &event.nondeterminism)
                }
            guard isApplied else { continue }
            switch operation.change {
            case .remove: event.erased.append(operation.path)
            case .upsert: event.masked.append(operation.path)
            }
        }
        event.input = input?.json()
        event.result = result?.json()
    }

    private static func value(_ text: [UInt8]?) throws(DecisionLogError) -> Value? {
        guard let text else { return nil }
        do throws(EvaluationError) { return try Value(json: text) } catch { throw DecisionLogError(.mask, error.message) }
    }

    /// The value that a policy gives for an event; nil where it is undefined.
    private static func decide(_ query: PreparedQuery, _ event: [UInt8], _ code: DecisionLogError.Code) throws(DecisionLogError) -> Value? {
        var output: [UInt8] = []
        let answer = event.withUnsafeBytes { bytes in
            Result { () throws(EvaluationError) in try query.decide(inputJSON: bytes, appendingTo: &output) }
        }
        do throws(EvaluationError) {
            return try answer.get().isDefined ? Value(json: output) : nil
        } catch {
            throw DecisionLogError(code, "\(error)")
        }
    }
}
