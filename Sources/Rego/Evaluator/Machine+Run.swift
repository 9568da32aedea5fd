extension Machine {
    /// Runs a procedure in a frame whose parameters are set; gives the value of a rule or function, undefined where no solution was found.
    func run(_ procedure: UnsafePointer<LinkedProcedure>, _ frame: UnsafeMutablePointer<Datum>) throws(Stop) -> Datum {
        let code = procedure.pointee.code
        let constants = procedure.pointee.constants
        let pool = procedure.pointee.pool
        var result = Datum.undefined
        var next = code + procedure.pointee.entry
        try reserve(procedure.pointee.registerCount)
        stackTop = frame + procedure.pointee.registerCount
        depth += 1
        defer {
            depth -= 1
            stackTop = frame
        }

        @inline(__always)
        func value(_ operand: Int32) -> Datum {
            operand >= 0 ? frame[Int(operand)] : constants[Int(~operand)]
        }

        while true {
            let instruction = next
            let a = instruction.pointee.a, b = instruction.pointee.b, c = instruction.pointee.c
            var holds = true
            switch instruction.pointee.opcode {
            case .move:
                frame[Int(a)] = instruction.pointee.flag == 0 ? value(b) : .document(Int(b))
            case .loadInput:
                frame[Int(a)] = input
                holds = !input.isUndefined
            case .loadBase:
                let base = overrides ? overriddenBase(Int(b), unit: procedure.pointee.unit) : procedure.pointee.baseValues[Int(b)]
                frame[Int(a)] = base
                holds = !base.isUndefined
            case .get:
                var member = Machine.member(value(b), value(c))
                // As in a path of the data API, a text names an element of base data too.
                if member.isUndefined, instruction.pointee.flag == 1 { member = Machine.step(value(b), value(c)) }
                frame[Int(a)] = member
                holds = !member.isUndefined
            case .getDocument:
                let member = try documentMember(value(b), value(c))
                frame[Int(a)] = member
                holds = !member.isUndefined
            case .documentKeys:
                frame[Int(a)] = try documentKeys(value(b))
            case .materialize:
                let source = value(b)
                let whole = source.tag == .document ? try materialize(Int(source.count)) : source
                frame[Int(a)] = whole
                holds = !whole.isUndefined
            case .makeArray:
                let elements = arena.data(Int(c))
                for position in 0..<Int(c) { elements[position] = value(pool[Int(b) + position]) }
                frame[Int(a)] = .array(elements, count: Int(c))
            case .makeSet:
                let table = Table.make(in: arena, capacity: Int(c), isObject: false)
                for position in 0..<Int(c) { table.pointee.insert(value(pool[Int(b) + position])) }
                frame[Int(a)] = .set(table)
            case .makeObject:
                let table = Table.make(in: arena, capacity: Int(c), isObject: true)
                for position in 0..<Int(c) {
                    table.pointee.set(value(pool[Int(b) + position * 2]), to: value(pool[Int(b) + position * 2 + 1]))
                }
                frame[Int(a)] = .object(table)
            case .newCollection:
                let table = Table.make(in: arena, capacity: 4, isObject: instruction.pointee.flag == 2)
                frame[Int(a)] = instruction.pointee.flag == 2 ? .object(table) : .set(table)
            case .append:
                frame[Int(a)].table.pointee.appendElement(value(b))
            case .insert:
                frame[Int(a)].table.pointee.insert(value(b))
            case .put:
                try put(frame[Int(a)], value(b), value(c), at: instruction, unit: procedure.pointee.unit)
            case .putPath:
                let count = Int(pool[Int(b)])
                let keys = stackTop
                for position in 0..<count { keys[position] = value(pool[Int(b) + 1 + position]) }
                try putPath(
                    frame[Int(a)], UnsafeBufferPointer(start: keys, count: count), value(c), isMember: instruction.pointee.flag & 1 == 1,
                    opens: instruction.pointee.flag & 2 == 2, at: instruction, unit: procedure.pointee.unit)
            case .finish:
                let collection = frame[Int(a)]
                if instruction.pointee.flag == 0 && collection.tag == .set {
                    frame[Int(a)] = .array(collection.table.pointee.keys, count: collection.table.pointee.count)
                }
            case .jump:
                next = code + Int(instruction.pointee.target)
                continue
            case .test:
                holds = value(a).holds
            case .jumpIfResult:
                holds = result.isUndefined
            case .equal:
                holds = Datum.equals(value(a), value(b))
            case .compare:
                holds = compare(instruction.pointee.flag, value(a), value(b))
            case .compareValue:
                frame[Int(a)] = .boolean(compare(instruction.pointee.flag, value(b), value(c)))
            case .member:
                holds = Machine.contains(value(b), value(a))
            case .checkArray:
                let array = value(a)
                holds = array.tag == .array && array.count == UInt32(b)
            case .checkObject:
                let object = value(a)
                holds = object.tag == .object && object.table.pointee.count == Int(b)
            case .checkCollection:
                let tag = value(a).tag
                holds = tag == .array || tag == .object || tag == .set
            case .scan:
                try countStep()
                holds = scan(value(a), frame + Int(b), flags: instruction.pointee.flag)
            case .scanMatching:
                try countStep()
                holds = scanMatching(value(a), frame + Int(b), instruction, procedure, frame)
            case .arithmetic:
                let left = value(b), right = value(pool[Int(c) + 2])
                var isDone = false
                if left.tag == .integer && right.tag == .integer {
                    let x = left.integerValue, y = right.integerValue
                    let result: (partialValue: Int64, overflow: Bool)
                    switch instruction.pointee.flag {
                    case Arithmetic.plus.rawValue: result = x.addingReportingOverflow(y)
                    case Arithmetic.minus.rawValue: result = x.subtractingReportingOverflow(y)
                    case Arithmetic.multiply.rawValue: result = x.multipliedReportingOverflow(by: y)
                    case Arithmetic.divide.rawValue: result = x.dividedExactlyReportingOverflow(by: y)
                    default: result = x.remainderReportingOverflow(dividingBy: y)
                    }
                    isDone = !result.overflow
                    frame[Int(a)] = .integer(result.partialValue)
                }
                if !isDone {
                    let operands = stackTop
                    operands[0] = left
                    operands[1] = right
                    let answer = try callBuiltin(Int(pool[Int(c)]), UnsafeBufferPointer(start: operands, count: 2), at: instruction, unit: procedure.pointee.unit)
                    frame[Int(a)] = answer
                    holds = !answer.isUndefined
                }
            case .callBuiltin:
                let count = Int(instruction.pointee.flag)
                let operands = stackTop
                for position in 0..<count { operands[position] = value(pool[Int(c) + position]) }
                let answer = try callBuiltin(Int(b), UnsafeBufferPointer(start: operands, count: count), at: instruction, unit: procedure.pointee.unit)
                frame[Int(a)] = answer
                holds = !answer.isUndefined
            case .callRule:
                let memo = memos[Int(b)]
                let answer: Datum
                if !memo.isUndefined && !overrides {
                    answer = memo
                } else {
                    answer = try evaluate(group: Int(b))
                }
                frame[Int(a)] = answer
                holds = !answer.isUndefined
            case .callFunction:
                let count = Int(instruction.pointee.flag)
                let arguments = stackTop
                for position in 0..<count { arguments[position] = value(pool[Int(c) + position]) }
                let answer = try callFunction(Int(b), arguments, count: count, at: instruction, unit: procedure.pointee.unit)
                frame[Int(a)] = answer
                holds = !answer.isUndefined
            case .getContext:
                frame[Int(a)] = .integer(contextNumber)
            case .setContext:
                setContext(Int(frame[Int(a)].integerValue))
            case .deriveContext:
                contexts.append(context.derive(groupCount: groupCount, arena: arena))
                frame[Int(a)] = .integer(contexts.count - 1)
            case .overrideInput, .overrideData:
                let count = Int(pool[Int(b)])
                let target = contexts[Int(frame[Int(a)].integerValue)]
                let keys = (0..<count).map { value(pool[Int(b) + 1 + $0]) }
                guard keys.allSatisfy({ $0.tag == .string }) else { throw stop(.conflict, "bad document path", at: location(of: instruction, unit: procedure.pointee.unit)) }
                if instruction.pointee.opcode == .overrideInput {
                    target.input = replacing(target.input, keys[...], with: value(c))
                } else {
                    try overrideData(target, keys, with: value(c), at: instruction, unit: procedure.pointee.unit)
                }
            case .overrideFunction, .overrideBuiltin:
                let target = contexts[Int(frame[Int(a)].integerValue)]
                let replacement: EvaluationContext.Replacement
                switch instruction.pointee.flag {
                case 0: replacement = .group(Int(c))
                case 1: replacement = .value(value(c))
                case 3: replacement = .value(SetView(value(c)).members.first ?? .undefined)
                default: replacement = .builtin(Int(c))
                }
                if instruction.pointee.opcode == .overrideFunction { target.functions[Int(b)] = replacement } else { target.builtins[Int(b)] = replacement }
            case .result:
                let answer = value(a)
                if instruction.pointee.flag & 1 != 0 && result.isUndefined { return answer }
                if result.isUndefined {
                    result = answer
                } else if !Datum.equals(result, answer) {
                    throw stop(.conflict, Machine.conflictMessage(isFunction: instruction.pointee.flag & 2 != 0), at: location(of: instruction, unit: procedure.pointee.unit))
                }
                holds = false
            case .end:
                return result
            case .solution:
                let values = arena.data(Int(c))
                for position in 0..<Int(c) { values[position] = value(pool[Int(b) + position]) }
                solutions.append(UnsafeBufferPointer(start: values, count: Int(c)))
                holds = false
            case .observe:
                if let observer {
                    let pairs = (0..<Int(c)).map { (value(pool[Int(b) + $0 * 2]), value(pool[Int(b) + $0 * 2 + 1])) }
                    observer.observe(
                        Observer.Moment(rawValue: instruction.pointee.flag) ?? .evaluate, codeUnit(procedure.pointee.unit).locations[Int(a)], depth: depth - 1, variables: pairs)
                }
            }
            next = holds ? instruction + 1 : code + Int(instruction.pointee.target)
        }
    }

    @inline(__always)
    private func compare(_ flag: UInt8, _ a: Datum, _ b: Datum) -> Bool {
        if a.tag == .integer && b.tag == .integer {
            let x = a.integerValue, y = b.integerValue
            switch flag {
            case Comparison.less.rawValue: return x < y
            case Comparison.lessOrEqual.rawValue: return x <= y
            case Comparison.greater.rawValue: return x > y
            case Comparison.greaterOrEqual.rawValue: return x >= y
            case Comparison.notEqual.rawValue: return x != y
            default: return x == y
            }
        }
        return Machine.holds(Comparison(rawValue: flag) ?? .equal, a, b)
    }
}
