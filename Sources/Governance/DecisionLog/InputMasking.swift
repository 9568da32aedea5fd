import Foundation
import Rego

/// Masks inputs as the decision log does, for those who show parts of them elsewhere.
public struct InputMasking: Sendable {
    private let settings: DecisionLogSettings
    private let labels: [UInt8]

    /// - Parameter labels: what events carry, as JSON text.
    public init(_ settings: DecisionLogSettings = .init(), labels: [UInt8] = Array("{}".utf8)) {
        self.settings = settings
        self.labels = labels
    }

    /// What must not be shown of a decision's input: what the masking policy names, whether the input has it or not. All of it where that policy fails.
    public func mask(_ record: DecisionRecord) -> MaskedInput {
        do {
            let event = try DecisionEvent(record, rewriter: JSONRewriter())
            let policies = try LogPolicies(record.snapshot, mask: EventWriter.keys(settings.maskDecision), drop: nil, labels: labels)
            var document = try event.input.map { text throws(EvaluationError) in try Value(json: text) }
            var places: [[String]] = []
            for operation in try policies.operations(on: event) where operation.part == .input {
                _ = operation.apply(to: &document)
                places.append(operation.segments)
                let decoded = operation.segments.map { $0.removingPercentEncoding ?? $0 }
                if decoded != operation.segments { places.append(decoded) }
            }
            return MaskedInput(document: document, places: places)
        } catch {
            return MaskedInput(document: nil, places: [[]])
        }
    }
}
