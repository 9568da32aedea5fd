/// Calls built-ins with ordinary values, for evaluation that does not run on a machine.
///
/// One thread uses it at a time.
final class ValueBuiltins {
    let registry: BuiltinRegistry
    private let program: SnapshotProgram
    private let region = Region(blockSize: 4096)
    private let context: BuiltinContext
    private let isStrict: Bool

    init(_ program: SnapshotProgram, options: EvaluationOptions) {
        self.program = program
        registry = program.registry
        context = BuiltinContext(snapshot: program)
        context.begin(options)
        isStrict = options.strictBuiltinErrors
    }

    /// The results of a call: none where it is undefined, any number of a relation, else one.
    func call(_ builtin: Builtin, _ operands: [Value]) throws(EvaluationError) -> [Value] {
        defer { region.reset() }
        let arena = region.arena
        let memory = arena.data(operands.count)
        for (position, operand) in operands.enumerated() { memory[position] = arena.datum(operand) }
        var call = BuiltinCall(operands: UnsafeBufferPointer(start: memory, count: operands.count), arena: arena, context: context)
        do throws(BuiltinError) {
            let result = try builtin.implementation(&call)
            if result.isUndefined { return [] }
            return builtin.isRelation ? result.elements.map { Value($0) } : [Value(result)]
        } catch {
            if case .halt(let reason) = error.kind { throw reason }
            guard isStrict else { return [] }
            var code = EvaluationError.Code.builtin
            if case .type = error.kind { code = .type }
            throw EvaluationError(code, "\(builtin.name): \(error.message)")
        }
    }
}

extension BaseData {
    /// The document at keys below `data`; nil where there is none.
    func document(at path: [Value]) -> Value? {
        withExtendedLifetime(self) {
            let keys = Region(blockSize: 1024)
            return withExtendedLifetime(keys) {
                var value = root
                for key in path {
                    let inner = Machine.step(value, keys.arena.datum(key))
                    // As in OPA's store, whose paths are text: 2 finds what "2" is the key of, and "2" the third element of a list.
                    if inner.isUndefined, value.tag == .object, case .number(let number) = key {
                        value = Machine.member(value, keys.arena.string(number.text))
                    } else {
                        value = inner
                    }
                    if value.isUndefined { return nil }
                }
                return Value(value)
            }
        }
    }
}
