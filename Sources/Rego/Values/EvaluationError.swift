/// Why a query ended without a result.
public struct EvaluationError: Error, Hashable, Sendable {
    /// OPA's codes; `invalidInput` is ours, for input that is not JSON, and `unknownAnswer`, for a decision that cannot be made again.
    public struct Code: Hashable, Sendable, RawRepresentable, CustomStringConvertible {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public var description: String { rawValue }

        public static let conflict = Code(rawValue: "eval_conflict_error")
        public static let type = Code(rawValue: "eval_type_error")
        public static let builtin = Code(rawValue: "eval_builtin_error")
        public static let cancel = Code(rawValue: "eval_cancel_error")
        public static let `internal` = Code(rawValue: "eval_internal_error")
        public static let withMerge = Code(rawValue: "eval_with_merge_error")
        public static let invalidInput = Code(rawValue: "invalid_input")
        public static let unknownAnswer = Code(rawValue: "unknown_answer")
    }

    public var code: Code
    public var message: String
    /// Nil where the error has no place in a policy.
    public var location: SourceLocation?

    public init(_ code: Code, _ message: String, at location: SourceLocation? = nil) {
        self.code = code
        self.message = message
        self.location = location
    }
}

extension EvaluationError: CustomStringConvertible {
    public var description: String {
        guard let location, location.row > 0 else { return "\(code): \(message)" }
        let place = location.file.isEmpty ? "\(location.row):\(location.column)" : "\(location.file):\(location.row)"
        return "\(place): \(code): \(message)"
    }
}
