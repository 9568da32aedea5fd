#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension Builtin {
    /// Built-ins that OPA has in its own tests only; cases in its conformance format call them.
    package static let testing: [Builtin] = [
        Builtin("test.sleep", ["duration": .string], returns: .null, "Waits for a duration such as 10ms, of a second at most.", traits: .nondeterministic) {
            (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let text = try call.string(0)
            guard let duration = GoDuration.parse(text), (0...1_000_000_000).contains(duration) else { throw .failure("invalid duration \(text.quotedForRego)") }
            usleep(UInt32(duration / 1_000))
            return .null
        },
    ]
}
