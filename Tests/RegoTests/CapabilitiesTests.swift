import Rego
import Testing

/// Capabilities files: what they limit, and mistakes in them.
@Suite struct CapabilitiesTests {
    struct Limit: Sendable, CustomTestStringConvertible {
        let limit: String
        let query: String
        let message: String
        var testDescription: String { query }
    }

    static let limits = [
        Limit(limit: "elements", query: "numbers.range(1, 5)", message: "range has more than 3 elements"),
        Limit(limit: "elements", query: "numbers.range_step(0, 8, 2)", message: "range has more than 3 elements"),
        Limit(limit: "elements", query: #"net.cidr_expand("10.0.0.0/30")"#, message: "range has more than 3 addresses"),
        Limit(limit: "elements", query: #"strings.render_template("{{range .a}}x{{end}}", {"a": [1, 2, 3, 4]})"#, message: "more than 3 actions and rounds of loops"),
        Limit(limit: "text_bytes", query: #"concat("", ["ab", "cd"])"#, message: "result is longer than 3 bytes"),
        Limit(limit: "text_bytes", query: #"replace("aa", "a", "bc")"#, message: "result is longer than 3 bytes"),
        Limit(limit: "text_bytes", query: #"sprintf("%d", [1234])"#, message: "result is longer than 3 bytes"),
        Limit(limit: "text_bytes", query: #"strings.render_template("four", {})"#, message: "result is longer than 3 bytes"),
        Limit(limit: "format_width", query: #"sprintf("%4d", [1])"#, message: "width is more than 3"),
        Limit(limit: "shifted_bits", query: "bits.lsh(1, 4)", message: "shift of more than 3 bits"),
    ]

    private static func document(_ limits: Value) -> Value {
        ["builtins": BuiltinRegistry.standard.capabilities["builtins"] ?? [], "limits": limits]
    }

    @Test(arguments: limits)
    func fails(_ limit: Limit) throws {
        var options = CompilerOptions()
        options.capabilities = try EngineCapabilities(Self.document([.string(limit.limit): 3]))
        var evaluation = EvaluationOptions()
        evaluation.strictBuiltinErrors = true
        let limited = try PolicySnapshot(policies: [], options: options).prepare(limit.query)
        let error = #expect(throws: EvaluationError.self) { try limited.evaluate(options: evaluation) }
        #expect(error?.message.contains(limit.message) == true, "\(error?.message ?? "")")
        #expect(try !PolicySnapshot(policies: []).prepare(limit.query).evaluate(options: evaluation).solutions.isEmpty)
    }

    @Test(arguments: [
        (["elements": -1], #"capabilities: "elements" must be an integer that is not negative"#),
        (["elements": "many"], #"capabilities: "elements" must be an integer that is not negative"#),
        (["seconds": 1], #"capabilities: "limits" must have only elements, text_bytes, format_width, shifted_bits"#),
        ([1], #"capabilities: "limits" must be an object"#),
    ] as [(Value, String)])
    func mistake(_ limits: Value, _ message: String) {
        let problem = #expect(throws: EngineCapabilities.Problem.self) { try EngineCapabilities(Self.document(limits)) }
        #expect(problem?.description == message)
    }
}
