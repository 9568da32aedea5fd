/// What non-deterministic built-ins answered when a decision was made, as `DecisionReport.nondeterminism` and the member `nd_builtin_cache` of OPA's
/// decision log have it.
public struct KnownAnswers: Sendable {
    /// By name, then by the array of arguments in the form that JSON can say.
    private var answers: [String: [Value: Value]] = [:]

    /// None: a decision that needs one cannot be made again.
    public init() {}

    /// - Parameter calls: `{name: {arguments: answer}}`, where arguments are an array, or its JSON text. What has another form is not known.
    public init(_ calls: Value) {
        guard case .object(let builtins) = calls else { return }
        for builtin in builtins {
            guard case .string(let name) = builtin.key, case .object(let entries) = builtin.value else { continue }
            for entry in entries {
                let arguments: Value? = if case .string(let text) = entry.key { try? Value(json: Array(text.utf8)) } else { entry.key }
                if let arguments { answers[name, default: [:]][arguments.withTextKeys] = entry.value }
            }
        }
    }

    func answer(_ name: String, _ arguments: [Value]) -> Value? { answers[name].flatMap { $0[Value.array(arguments).withTextKeys] } }
}
