import ArgumentParser
import NetworkAccess
import Rego

/// The options of `verdict eval --partial`.
struct PartialOptions: ParsableArguments {
    @Flag(name: [.customShort("p"), .customLong("partial")], help: "Evaluate as far as possible without what is unknown, and print what is left.")
    var isWanted = false
    @Option(name: [.customShort("u"), .customLong("unknowns")], help: "With --partial: a reference that is not known, such as input.user or data.rows; may be repeated.")
    var unknowns: [String] = ["input"]
    @Option(name: .customLong("disable-inlining"), help: "With --partial: a reference to rules that are kept as rules; may be repeated.")
    var disabledInlining: [String] = []
    @Flag(name: .customLong("shallow-inlining"), help: "With --partial: keep every rule that depends on something unknown as a rule.")
    var isShallow = false
    @Flag(
        name: [.customLong("nondeterminstic-builtins"), .customLong("nondeterministic-builtins")],
        help: "With --partial: call built-ins such as time.now_ns now.")
    var callsNondeterministicBuiltins = false

    func evaluate(_ snapshot: PolicySnapshot, _ query: String, _ input: InputSource, package: [String], imports: [String], strict: Bool) throws -> PartialResult {
        var options = PartialEvaluationOptions()
        options.unknowns = unknowns
        options.disabledInlining = disabledInlining
        options.inlinesNothingUnknown = isShallow
        options.callsNondeterministicBuiltins = callsNondeterministicBuiltins
        options.evaluation.strictBuiltinErrors = strict
        options.evaluation.network = ProcessNetwork(userAgent: "Verdict/\(Version.number)")
        return try snapshot.partiallyEvaluate(query, input: input, package: package, imports: imports, options: options)
    }
}
