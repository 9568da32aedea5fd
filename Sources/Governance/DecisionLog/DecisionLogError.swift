/// Why a decision could not be logged, or a log could not be set up.
public struct DecisionLogError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// The masking policy, or what it gave.
        case mask = "decision_log_mask_error"
        /// The dropping policy.
        case drop = "decision_log_drop_error"
        /// The place that events are written to.
        case sink = "decision_log_sink_error"
    }

    public var code: Code
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { "\(code.rawValue): \(message)" }
}
