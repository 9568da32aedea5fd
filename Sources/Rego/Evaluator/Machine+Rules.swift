/// Evaluation of rule groups: candidates from the decision tree, results remembered, conflicts found.
extension Machine {
    /// The value of a group that is not a function; undefined where it has none.
    func evaluate(group number: Int) throws(Stop) -> Datum {
        if overrides, let hidden = try hiddenValue(of: number) { return hidden }
        let memo = memos[number]
        if !memo.isUndefined || memo.count == 1 { return memo }
        try countStep()
        let group = groups + number
        if let observer { observe(observer, number, arguments: nil) }
        let isLasting = group.pointee.isDataOnly && !overrides
        if isLasting, let known = ruleMemory.lasting(number) { return known }
        let value: Datum
        switch group.pointee.kind {
        case .complete:
            var found = try complete(group, arguments: nil)
            if found.isUndefined, let procedure = group.pointee.defaultProcedure { found = try run(procedure, stackTop) }
            value = found
        case .partialSet: value = try partial(group, .set(Table.make(in: arena, capacity: 4, isObject: false)))
        case .partialObject: value = try partial(group, .object(Table.make(in: arena, capacity: 4, isObject: true)))
        case .function: return .undefined
        }
        // After an error a value may rest on a memo that came of it, and a strict query must meet the error itself.
        if isLasting && builtinErrors == 0 {
            ruleMemory.keep(value, of: number)
        } else if contextNumber == 0 {
            ruleMemory.remember(value, of: number)
        } else {
            memos[number] = RuleMemory.memo(value)
        }
        return value
    }

    /// Where `with` replaces the document that the rule belongs to: what stands there instead.
    private func hiddenValue(of number: Int) throws(Stop) -> Datum? {
        guard !context.hiddenNodes.isEmpty else { return nil }
        var node = groups[number].node
        while node >= 0 {
            if context.hiddenNodes.contains(node) { return baseValue(of: groups[number].node) }
            node = nodes[node].parent
        }
        return nil
    }

    private func partial(_ group: UnsafePointer<LinkedGroup>, _ collection: Datum) throws(Stop) -> Datum {
        try forEachCandidate(group, arguments: nil) { (procedure) throws(Stop) in
            let frame = self.stackTop
            try self.reserve(1)
            frame[0] = collection
            _ = try self.run(procedure, frame)
            return true
        }
        return collection
    }

    private func complete(_ group: UnsafePointer<LinkedGroup>, arguments: (start: UnsafeMutablePointer<Datum>, count: Int)?) throws(Stop) -> Datum {
        var result = Datum.undefined
        let stopsEarly = group.pointee.hasOneValue
        try forEachCandidate(group, arguments: arguments?.start) { (procedure) throws(Stop) in
            // The frame begins with the arguments, above those that the caller keeps for the next rule.
            let frame = self.stackTop
            if let arguments {
                try self.reserve(arguments.count)
                frame.update(from: arguments.start, count: arguments.count)
            }
            let value = try self.run(procedure, frame)
            guard !value.isUndefined else { return true }
            if result.isUndefined {
                result = value
                return !stopsEarly
            }
            guard Datum.equals(result, value) else {
                throw self.stop(.conflict, Machine.conflictMessage(isFunction: arguments != nil), at: self.location(of: procedure.pointee.code + procedure.pointee.entry, unit: procedure.pointee.unit))
            }
            return true
        }
        return result
    }

    static func conflictMessage(isFunction: Bool) -> String {
        isFunction ? "functions must not produce multiple outputs for same inputs" : "complete rules must not produce multiple outputs"
    }

    /// Calls `body` for each rule that may succeed, until it says that this is enough.
    private func forEachCandidate(
        _ group: UnsafePointer<LinkedGroup>, arguments: UnsafeMutablePointer<Datum>?,
        _ body: (UnsafePointer<LinkedProcedure>) throws(Stop) -> Bool
    ) throws(Stop) {
        if let tree = group.pointee.tree {
            _ = try walk(tree, group, arguments, body)
            return
        }
        for position in 0..<group.pointee.procedureCount {
            guard try body(group.pointee.procedures + position) else { return }
        }
    }

    private func walk(
        _ start: UnsafePointer<LinkedTree>, _ group: UnsafePointer<LinkedGroup>, _ arguments: UnsafeMutablePointer<Datum>?,
        _ body: (UnsafePointer<LinkedProcedure>) throws(Stop) -> Bool
    ) throws(Stop) -> Bool {
        var current: UnsafePointer<LinkedTree>? = start
        while let tree = current {
            if tree.pointee.subject == .leaf {
                for position in 0..<tree.pointee.ruleCount {
                    guard try body(group.pointee.procedures + Int(tree.pointee.rules[position])) else { return false }
                }
                return true
            }
            let tested = subject(of: tree, arguments)
            if !tested.isUndefined {
                let found = tree.pointee.cases.stored.pointee.lookup(tested)
                if !found.isUndefined {
                    guard try walk(tree.pointee.trees + Int(found.integerValue), group, arguments, body) else { return false }
                }
            }
            current = tree.pointee.others
        }
        return true
    }

    func subject(of tree: UnsafePointer<LinkedTree>, _ arguments: UnsafeMutablePointer<Datum>?) -> Datum {
        var value: Datum
        switch tree.pointee.subject {
        case .leaf: return .undefined
        case .input: value = input
        case .base:
            if !overrides { return tree.pointee.baseValue }
            value = context.data
        case .argument: value = arguments.map { $0[tree.pointee.argument] } ?? .undefined
        }
        for position in 0..<tree.pointee.keyCount {
            value = Machine.member(value, tree.pointee.keys[position])
            if value.isUndefined { return value }
        }
        return value
    }

    // MARK: Functions

    /// Calls a function whose arguments lie at the top of the stack.
    func callFunction(
        _ number: Int, _ arguments: UnsafeMutablePointer<Datum>, count: Int, at instruction: UnsafePointer<Instruction>, unit: Int
    ) throws(Stop) -> Datum {
        try countStep()
        if overrides, let replacement = context.functions[number] {
            return try callReplacement(replacement, arguments, count: count, at: instruction, unit: unit)
        }
        // Other data in the place of a package hides its rules, not its functions.
        let group = groups + number
        try reserve(count)
        stackTop = arguments + count
        defer { stackTop = arguments }
        if let observer { observe(observer, number, arguments: arguments) }
        guard group.pointee.isRemembered, count <= CallMemory.argumentLimit else { return try applied(group, arguments, count) }
        let call = CallMemory.Call(function: number, context: contextNumber, arguments: arguments, count: count)
        if let known = callMemory[call] { return known }
        let value = try applied(group, arguments, count)
        callMemory[call] = value
        return value
    }

    private func applied(_ group: UnsafePointer<LinkedGroup>, _ arguments: UnsafeMutablePointer<Datum>, _ count: Int) throws(Stop) -> Datum {
        let value = try complete(group, arguments: (arguments, count))
        guard value.isUndefined, let procedure = group.pointee.defaultProcedure else { return value }
        let frame = stackTop
        try reserve(count)
        frame.update(from: arguments, count: count)
        return try run(procedure, frame)
    }

    private func callReplacement(
        _ replacement: EvaluationContext.Replacement, _ arguments: UnsafeMutablePointer<Datum>, count: Int,
        at instruction: UnsafePointer<Instruction>, unit: Int
    ) throws(Stop) -> Datum {
        if case .value(let value) = replacement { return value }
        // Inside the replacement the originals are meant again, so that it can call what it replaces.
        let outer = contextNumber
        let inner = context.derive(groupCount: groupCount, arena: arena)
        inner.functions = [:]
        inner.builtins = [:]
        contexts.append(inner)
        setContext(contexts.count - 1)
        defer { setContext(outer) }
        switch replacement {
        case .value(let value): return value
        case .group(let group):
            if groups[group].kind != .function { return try evaluate(group: group) }
            return try callFunction(group, arguments, count: count, at: instruction, unit: unit)
        case .builtin(let builtin):
            return try callBuiltin(builtin, UnsafeBufferPointer(start: arguments, count: count), at: instruction, unit: unit)
        }
    }

    // MARK: Built-ins

    func callBuiltin(_ number: Int, _ operands: UnsafeBufferPointer<Datum>, at instruction: UnsafePointer<Instruction>, unit: Int) throws(Stop) -> Datum {
        try countStep()
        if overrides, let replacement = context.builtins[number] {
            let arguments = UnsafeMutablePointer(mutating: operands.baseAddress.unsafelyUnwrapped)
            return try callReplacement(replacement, arguments, count: operands.count, at: instruction, unit: unit)
        }
        var call = BuiltinCall(operands: operands, arena: arena, context: builtinContext)
        if registry.builtins[number].traits.contains(.void), let location = location(of: instruction, unit: unit) { builtinContext.location = location }
        do throws(BuiltinError) {
            if builtinContext.repeats, registry.builtins[number].isNondeterministic, let answer = try builtinContext.repeated(registry.builtins[number].name, operands) {
                return arena.datum(answer)
            }
            let value = try implementations[number](&call)
            if builtinContext.records, registry.builtins[number].isNondeterministic { builtinContext.record(registry.builtins[number].name, operands, value) }
            if let observer { tellNotes(observer) }
            return value
        } catch {
            let code: EvaluationError.Code
            switch error.kind {
            case .halt(let reason):
                self.error = reason
                throw .stopped
            case .type: code = .type
            case .failure: code = .builtin
            }
            builtinErrors += 1
            if strictBuiltinErrors, firstBuiltinError == nil {
                firstBuiltinError = EvaluationError(code, "\(registry.builtins[number].name): \(error.message)", at: location(of: instruction, unit: unit))
            }
            return .undefined
        }
    }
}
