/// Finds the rules whose value depends on policies and base data alone, so that a machine may keep it from query to query.
///
/// What reads the input, walks through packages, changes the context, prints, or may answer differently next time is not among them, nor is
/// what asks for a rule or function that does.
struct DataOnlyRules {
    private let plan: PolicyPlan
    private let registry: BuiltinRegistry

    init(plan: PolicyPlan, registry: BuiltinRegistry) {
        self.plan = plan
        self.registry = registry
    }

    /// For each group whether it is one of them.
    func find() -> [Bool] {
        var dependents: [[Int]] = Array(repeating: [], count: plan.groups.count)
        var isDataOnly = Array(repeating: true, count: plan.groups.count)
        for (number, group) in plan.groups.enumerated() {
            for procedure in group.procedures + [group.defaultProcedure].compactMap(\.self) {
                for instruction in plan.unit.instructions[plan.unit.instructionRange(of: procedure)] {
                    switch instruction.opcode {
                    case .callRule, .callFunction: dependents[Int(instruction.b)].append(number)
                    default: if !isHarmless(instruction) { isDataOnly[number] = false }
                    }
                }
            }
        }
        var waiting = isDataOnly.indices.filter { !isDataOnly[$0] }
        while let next = waiting.popLast() {
            for dependent in dependents[next] where isDataOnly[dependent] {
                isDataOnly[dependent] = false
                waiting.append(dependent)
            }
        }
        return isDataOnly
    }

    private func isHarmless(_ instruction: Instruction) -> Bool {
        switch instruction.opcode {
        case .loadInput, .getDocument, .documentKeys, .materialize, .getContext, .setContext, .deriveContext, .overrideInput, .overrideData,
            .overrideFunction, .overrideBuiltin, .solution, .observe:
            false
        case .callBuiltin:
            registry.builtins[Int(instruction.b)].traits.isDisjoint(with: [.nondeterministic, .timed, .void]) && registry.builtins[Int(instruction.b)].name != "trace"
        case .move: instruction.flag == 0
        default: true
        }
    }
}
