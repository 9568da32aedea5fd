import NetworkAccess
import Rego

/// How long a test takes, in the shape of Go's benchmarks, which OPA has.
struct TestBenchmark: Sendable {
    let timing: Timing
    /// Bytes of the machine's region that one run used; nil where they are not wanted.
    let memory: Int?

    /// Repeats a test that passes for a second.
    init(_ test: PolicyTest, in snapshot: PolicySnapshot, withMemory: Bool) throws {
        let query = try snapshot.document(test.path)
        var options = EvaluationOptions()
        options.network = ProcessNetwork(userAgent: "Verdict/\(Version.number)")
        var used = 0
        timing = try Timing(repeatingFor: .seconds(1)) { used = try query.evaluate(options: options).memory }
        memory = withMemory ? used : nil
    }

    /// `  120000	      9876 ns/op`, as Go writes it.
    var text: String {
        let nanoseconds = String(Int(timing.nanoseconds.rounded()))
        let memory = memory.map { "\t\(Self.padded(String($0), 8)) B/op" } ?? ""
        return "\(Self.padded(String(timing.count), 8))\t\(Self.padded(nanoseconds, 10)) ns/op\(memory)"
    }

    private static func padded(_ text: String, _ width: Int) -> String { String(repeating: " ", count: max(0, width - text.count)) + text }

    /// `{"N", "T"}` and `MemBytes`: repetitions, nanoseconds and bytes of all of them.
    var document: Value {
        var fields: [(Value, Value)] = [("N", .number(Number(timing.count))), ("T", .number(Number(Int(timing.total / .nanoseconds(1)))))]
        if let memory { fields.append(("MemBytes", .number(Number(memory * timing.count)))) }
        return .makeObject(fields)
    }
}
