/// Finds loops that keep only members with `member.a.b == known`, so that the machine can ask an index for them instead of trying each.
///
/// The equality stays in the code: an index only leaves out members that it would refuse. What stands between the head of the loop and the
/// equality must not be missed where it is skipped, so the search ends at anything that could print, conflict or loop.
///
/// The known side may be computed inside the loop as long as every turn computes the same: the machine waits until the first turn has done so.
struct JoinRecognition {
    struct Join {
        /// The operand that members are compared with.
        var known: Operand
        /// Whether `known` is first evaluated by a turn of the loop itself.
        var isLate: Bool
        /// Constant operands: the keys from a member to what is compared.
        var path: [Operand]
    }

    private let instructions: ArraySlice<Instruction>
    private let labelPlaces: [Int]
    private let places: Set<Int>
    private let registry: BuiltinRegistry

    /// Instructions of one procedure whose targets are still numbers of labels.
    init(instructions: ArraySlice<Instruction>, labelPlaces: [Int], registry: BuiltinRegistry) {
        self.instructions = instructions
        self.labelPlaces = labelPlaces
        self.registry = registry
        places = Set(labelPlaces)
    }

    /// The join that the loop beginning with the `scan` at `start` makes.
    func join(at start: Int) -> Join? {
        let state = instructions[start].b
        /// Registers that change from turn to turn, and those among them that are members of the loop's value.
        var varying: Set<Int32> = [state, state + 1, state + 2]
        var paths: [Int32: [Operand]] = [state + 2: []]
        var late: Set<Int32> = []
        for position in (start + 1)..<instructions.endIndex {
            let instruction = instructions[position]
            guard !places.contains(position), instruction.target < 0 || labelPlaces[Int(instruction.target)] == start else { return nil }
            let operands = self.operands(of: instruction)
            switch instruction.opcode {
            case .equal:
                for (member, known) in [(instruction.a, instruction.b), (instruction.b, instruction.a)] {
                    if let path = paths[member], !varying.contains(known) {
                        return Join(known: Operand(code: known), isLate: late.contains(known), path: path)
                    }
                }
                continue
            case .compare, .test, .member, .checkArray, .checkObject, .checkCollection: continue
            case .get:
                if let path = paths[instruction.b], instruction.c < 0 { paths[instruction.a] = path + [Operand(code: instruction.c)] }
            case .callBuiltin:
                let traits = registry.builtins[Int(instruction.b)].traits
                guard traits.isDisjoint(with: [.nondeterministic, .void, .relation]), registry.builtins[Int(instruction.b)].name != "trace" else { return nil }
            case .move, .loadInput, .loadBase, .callRule, .compareValue, .arithmetic: break
            default: return nil
            }
            if let operands, operands.allSatisfy({ !varying.contains($0) }) { late.insert(instruction.a) } else { varying.insert(instruction.a) }
        }
        return nil
    }

    /// Registers and constants that decide an instruction's result; nil where more than those do.
    private func operands(of instruction: Instruction) -> [Int32]? {
        switch instruction.opcode {
        case .move: instruction.flag == 0 ? [instruction.b] : []
        case .loadInput, .loadBase, .callRule: []
        case .get: [instruction.b, instruction.c]
        default: nil
        }
    }
}
