extension Builtin {
    /// What tells about evaluation, and what the compiler makes of `print` and template strings.
    static let tracing: [Builtin] = [
        Builtin("trace", ["note": .string], returns: .boolean, "Adds a note to the trace of the evaluation.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            call.context.notes.append(try call.string(0))
            return .true
        },
        Builtin("print", [:], returns: .void, "Writes its operands, wherever it stands.", traits: [.variadic, .void]) { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in .true },
        Builtin("internal.print", ["": .array(of: .set(of: .any))], returns: .void, "What the compiler makes of `print`.", traits: [.void, .compilerInternal]) { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            // Each operand is the set of its values; several values give several lines.
            var lines: [[String]] = [[]]
            for operand in try call.array(0) {
                guard operand.tag == .set else { continue }
                let members = SetView(operand).members
                let texts = members.isEmpty ? ["<undefined>"] : members.map { $0.tag == .string ? $0.text : Value($0).regoText }
                guard lines.count * texts.count <= 10_000 else { break }
                lines = lines.flatMap { line in texts.map { line + [$0] } }
            }
            for line in lines { call.context.prints.append(PrintedLine(text: line.joined(separator: " "), location: call.context.location)) }
            return .true
        },
        Builtin("internal.template_string", ["": .array(of: .any)], returns: .string, "What the compiler makes of a template string.", traits: .compilerInternal) { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            var text = ""
            for part in try call.array(0) {
                guard part.tag == .set else {
                    text += part.tag == .string ? part.text : Value(part).regoText
                    continue
                }
                let values = SetView(part).members
                guard values.count <= 1 else { throw BuiltinError(kind: .halt(EvaluationError(.conflict, "template-strings must not produce multiple outputs")), message: "") }
                guard let value = values.first else {
                    text += "<undefined>"
                    continue
                }
                text += value.tag == .string ? value.text : Value(value).regoText
            }
            return call.make(text)
        },
        Builtin("internal.test_case", ["": .array(of: .any)], returns: .void, "Tells that a case of a test begins.", traits: [.void, .compilerInternal]) { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            call.context.testCases.append(.array(try call.array(0).map { Value($0) }))
            return .true
        },
        Builtin("opa.runtime", [:], returns: .object(.string, .any), "What the process says of itself: configuration, environment, version.", traits: .nondeterministic) { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            call.make(call.context.runtime ?? .object([]))
        },
    ]
}
