/// An operand of an instruction: a register, or a constant.
struct Operand: Hashable {
    let code: Int32
    static func register(_ number: Int) -> Operand { Operand(code: Int32(number)) }
    static func constant(_ number: Int) -> Operand { Operand(code: ~Int32(number)) }
    var isConstant: Bool { code < 0 }
}

/// A place in code that jumps can name before it is known.
struct Label: Hashable {
    let number: Int
}

/// Collects the instructions of one unit; jump targets are labels until a procedure is finished.
struct CodeBuilder {
    private(set) var unit = CodeUnit()
    private var constantNumbers: [Value: Int] = [:]
    private var basePathNumbers: [[String]: Int] = [:]
    private var locationNumbers: [SourceLocation: Int32] = [:]
    private var joinPathNumbers: [[Operand]: Int32] = [:]
    private var labelPlaces: [Int] = []
    private var procedureStart = 0
    private var nextRegister = 0
    /// The place that instructions are attributed to.
    var location = SourceLocation.none

    mutating func beginProcedure(parameters: Int) {
        procedureStart = unit.instructions.count
        nextRegister = parameters
        labelPlaces = []
    }

    /// Puts addresses for labels; gives the procedure's number.
    mutating func endProcedure(registry: BuiltinRegistry) -> Int {
        useIndexes(registry)
        for position in procedureStart..<unit.instructions.count where unit.instructions[position].target >= 0 {
            unit.instructions[position].target = Int32(labelPlaces[Int(unit.instructions[position].target)])
        }
        unit.procedures.append(CodeUnit.Procedure(entry: procedureStart, registerCount: nextRegister))
        return unit.procedures.count - 1
    }

    /// Lets loops that join ask an index.
    private mutating func useIndexes(_ registry: BuiltinRegistry) {
        let scans = (procedureStart..<unit.instructions.count).filter { unit.instructions[$0].opcode == .scan }
        guard !scans.isEmpty else { return }
        for (position, join) in joins(at: scans, registry) {
            let number = joinPathNumbers[join.path, default: Int32(joinPathNumbers.count)]
            joinPathNumbers[join.path] = number
            unit.instructions[position].opcode = .scanMatching
            unit.instructions[position].c = Int32(unit.pool.count)
            unit.pool += [join.known.code, join.isLate ? 1 : 0, number, Int32(join.path.count)] + join.path.map(\.code)
        }
    }

    /// All of them at once: a slice that lived while instructions change would make a copy of them all.
    private func joins(at scans: [Int], _ registry: BuiltinRegistry) -> [(position: Int, join: JoinRecognition.Join)] {
        let recognition = JoinRecognition(instructions: unit.instructions[procedureStart...], labelPlaces: labelPlaces, registry: registry)
        return scans.compactMap { position in recognition.join(at: position).map { (position, $0) } }
    }

    mutating func register(_ count: Int = 1) -> Int {
        defer { nextRegister += count }
        return nextRegister
    }

    mutating func label() -> Label {
        labelPlaces.append(-1)
        return Label(number: labelPlaces.count - 1)
    }

    mutating func place(_ label: Label) { labelPlaces[label.number] = unit.instructions.count }

    mutating func emit(_ opcode: Instruction.Opcode, flag: UInt8 = 0, a: Int32 = 0, b: Int32 = 0, c: Int32 = 0, target: Label? = nil) {
        unit.instructions.append(Instruction(opcode, flag: flag, a: a, b: b, c: c, target: target.map { Int32($0.number) } ?? -1))
        unit.instructionLocations.append(locationNumber(location))
    }

    mutating func constant(_ value: Value) -> Operand {
        // Equal numbers may be written differently (`1.0`, `1`), and the text is part of what a query returns.
        if case .number(let number) = value, number.text != number.integer.map(String.init) {
            unit.constants.append(value)
            return .constant(unit.constants.count - 1)
        }
        if case .number = value {} else if case .array = value {} else if case .object = value {} else if case .set = value {} else {
            if let known = constantNumbers[value] { return .constant(known) }
            constantNumbers[value] = unit.constants.count
        }
        unit.constants.append(value)
        return .constant(unit.constants.count - 1)
    }

    func constantValue(_ operand: Operand) -> Value? { operand.isConstant ? unit.constants[Int(~operand.code)] : nil }

    mutating func list(_ operands: [Operand]) -> Int32 {
        let start = unit.pool.count
        unit.pool.append(contentsOf: operands.map(\.code))
        return Int32(start)
    }

    /// A list that begins with its own length.
    mutating func countedList(_ operands: [Operand]) -> Int32 {
        let start = unit.pool.count
        unit.pool.append(Int32(operands.count))
        unit.pool.append(contentsOf: operands.map(\.code))
        return Int32(start)
    }

    mutating func basePath(_ path: [String]) -> Int32 {
        if let known = basePathNumbers[path] { return Int32(known) }
        unit.basePaths.append(path)
        basePathNumbers[path] = unit.basePaths.count - 1
        return Int32(unit.basePaths.count - 1)
    }

    mutating func locationNumber(_ location: SourceLocation) -> Int32 {
        if let known = locationNumbers[location] { return known }
        unit.locations.append(location)
        locationNumbers[location] = Int32(unit.locations.count - 1)
        return Int32(unit.locations.count - 1)
    }
}
