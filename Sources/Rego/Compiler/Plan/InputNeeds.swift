/// What of the input some code can see: everything below some paths of constant keys.
///
/// Code gets at the input only by loading it whole; where it then only takes members with constant keys, nothing else of it can matter.
struct InputNeeds {
    private(set) var isWhole = false
    private(set) var members: [String: InputNeeds] = [:]

    init() {}

    /// What a query and all rules and functions it may ask for can see.
    init(of query: CodeUnit, calling plan: PolicyPlan) {
        var search = Search(plan: plan)
        search.visit(query, 0..<query.instructions.count)
        while let group = search.waiting.popLast() {
            for procedure in plan.groups[group].procedures + [plan.groups[group].defaultProcedure].compactMap(\.self) {
                search.visit(plan.unit, plan.unit.instructionRange(of: procedure))
            }
            if let tree = plan.groups[group].tree { search.visit(tree) }
        }
        self = search.needs
    }

    private mutating func insert(_ path: ArraySlice<String>) {
        guard !isWhole else { return }
        guard let key = path.first else {
            isWhole = true
            members = [:]
            return
        }
        members[key, default: InputNeeds()].insert(path.dropFirst())
    }

    private struct Search {
        let plan: PolicyPlan
        var needs = InputNeeds()
        var waiting: [Int] = []
        private var known: Set<Int> = []

        init(plan: PolicyPlan) { self.plan = plan }

        mutating func visit(_ unit: CodeUnit, _ range: Range<Int>) {
            /// Registers that hold the input or a part of it.
            var paths: [Int32: [String]] = [:]
            for instruction in unit.instructions[range] {
                switch instruction.opcode {
                case .loadInput: paths[instruction.a] = []
                case .get:
                    if let path = paths[instruction.b], instruction.c < 0, case .string(let key) = unit.constants[Int(~instruction.c)] {
                        paths[instruction.a] = path + [key]
                        continue
                    }
                case .callRule, .callFunction: ask(Int(instruction.b))
                case .overrideFunction, .overrideBuiltin: if instruction.flag == 0 { ask(Int(instruction.c)) }
                case .move where instruction.flag != 0: askEverything(below: Int(instruction.b))
                default: break
                }
                for operand in instruction.operands(in: unit.pool) { if let path = paths[operand] { needs.insert(path[...]) } }
            }
        }

        mutating func visit(_ tree: DecisionTree) {
            guard case .test(let subject, let cases, let others) = tree else { return }
            if case .input(let path) = subject {
                needs.insert(path.prefix { if case .string = $0 { true } else { false } }.compactMap { if case .string(let key) = $0 { key } else { nil } }[...])
            }
            for entry in cases { visit(entry.tree) }
            if let others { visit(others) }
        }

        private mutating func ask(_ group: Int) {
            if known.insert(group).inserted { waiting.append(group) }
        }

        /// A walk through packages may come to any rule below where it begins.
        private mutating func askEverything(below node: Int) {
            let path = plan.documents.path(of: node)
            for (number, group) in plan.groups.enumerated() where group.path.starts(with: path) { ask(number) }
        }
    }
}
