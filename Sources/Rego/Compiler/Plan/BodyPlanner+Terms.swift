/// Planning of terms: from a term to the operand that holds its value.
extension BodyPlanner {
    mutating func operand(_ term: Term) -> Operand {
        if let constant = PlanScope.constantValue(of: term) { return builder.constant(constant) }
        switch term.kind {
        case .null, .boolean, .number, .string: return builder.constant(.null)
        case .variable(let name): return variable(name)
        case .ref: return reference(evaluatingKeys(of: term))
        case .array(let terms):
            let elements = operands(terms)
            let target = builder.register()
            builder.emit(.makeArray, a: Int32(target), b: builder.list(elements), c: Int32(elements.count))
            return .register(target)
        case .set(let terms):
            let members = operands(terms)
            let target = builder.register()
            builder.emit(.makeSet, a: Int32(target), b: builder.list(members), c: Int32(members.count))
            return .register(target)
        case .object(let entries):
            let parts = operands(entries.flatMap { [$0.key, $0.value] })
            let target = builder.register()
            builder.emit(.makeObject, a: Int32(target), b: builder.list(parts), c: Int32(entries.count))
            return .register(target)
        case .arrayComprehension(let head, let body):
            return comprehension(kind: 0, body) { planner, collection in
                let value = planner.operand(head)
                planner.builder.emit(.append, a: collection, b: value.code)
            }
        case .setComprehension(let head, let body):
            return comprehension(kind: 1, body) { planner, collection in
                let value = planner.operand(head)
                planner.builder.emit(.insert, a: collection, b: value.code)
            }
        case .objectComprehension(let key, let value, let body):
            return comprehension(kind: 2, body) { planner, collection in
                let parts = planner.operands([key, value])
                planner.builder.emit(.put, a: collection, b: parts[0].code, c: parts[1].code)
            }
        case .call(let call): return self.call(call)
        case .templateString(let template): return templateString(template)
        }
    }

    private mutating func variable(_ name: String) -> Operand {
        if let operand = bound[name] { return operand }
        let target = builder.register()
        if name == "input" {
            builder.emit(.loadInput, a: Int32(target), target: fail)
        } else if name == "data" {
            return materialized(.document(0))
        } else {
            // Only a wildcard can be unbound here: the safety pass has seen to all others.
            builder.emit(.move, a: Int32(target), b: builder.constant(.null).code)
        }
        return .register(target)
    }

    mutating func comprehension(kind: UInt8, _ body: Body, _ add: (inout BodyPlanner, Int32) -> Void) -> Operand {
        let collection = builder.register()
        let location = builder.location
        builder.emit(.newCollection, flag: kind, a: Int32(collection))
        let end = builder.label()
        nested { planner in
            planner.fail = end
            planner.body(body)
            planner.builder.location = location
            add(&planner, Int32(collection))
            planner.builder.emit(.jump, target: planner.fail)
        }
        builder.place(end)
        builder.location = location
        builder.emit(.finish, flag: kind, a: Int32(collection))
        return .register(collection)
    }

    /// Each part that is a term becomes a set of its values, empty where it is undefined, as OPA passes them to its built-in.
    private mutating func templateString(_ template: TemplateString) -> Operand {
        var parts: [Operand] = []
        for part in template.parts {
            switch part {
            case .text(let text): parts.append(builder.constant(.string(text)))
            case .term(let term):
                parts.append(comprehension(kind: 1, []) { planner, collection in
                    let value = planner.operand(term)
                    planner.builder.emit(.insert, a: collection, b: value.code)
                })
            }
        }
        let list = builder.register(), target = builder.register()
        builder.emit(.makeArray, a: Int32(list), b: builder.list(parts), c: Int32(parts.count))
        guard let builtin = scope.registry.position(of: "internal.template_string") else { return .register(list) }
        let arguments = builder.list([.register(list)])
        builder.emit(.callBuiltin, flag: 1, a: Int32(target), b: Int32(builtin), c: arguments, target: fail)
        return .register(target)
    }

    // MARK: Calls

    mutating func call(_ call: Call) -> Operand {
        if call.function == ["eq"] || call.function == ["assign"], call.arguments.count == 2 {
            unify(call.arguments[0], call.arguments[1])
            return builder.constant(.boolean(true))
        }
        let arguments = operands(call.arguments)
        let target = builder.register()
        if call.function.first == "data" {
            guard let group = scope.functionGroup(call.function) else {
                builder.emit(.jump, target: fail)
                return .register(target)
            }
            builder.emit(.callFunction, flag: UInt8(truncatingIfNeeded: arguments.count), a: Int32(target), b: Int32(group), c: builder.list(arguments), target: fail)
            return .register(target)
        }
        let name = call.function.joined(separator: ".")
        guard let builtin = scope.registry.position(of: name) else {
            builder.emit(.jump, target: fail)
            return .register(target)
        }
        if arguments.count == 2, !scope.isMocked(call.function) {
            if let comparison = Comparison(builtin: name) {
                builder.emit(.compareValue, flag: comparison.rawValue, a: Int32(target), b: arguments[0].code, c: arguments[1].code)
                return .register(target)
            }
            if let arithmetic = Arithmetic(builtin: name) {
                let list = builder.list([Operand(code: Int32(builtin))] + arguments)
                builder.emit(.arithmetic, flag: arithmetic.rawValue, a: Int32(target), b: arguments[0].code, c: list, target: fail)
                return .register(target)
            }
        }
        builder.emit(.callBuiltin, flag: UInt8(truncatingIfNeeded: arguments.count), a: Int32(target), b: Int32(builtin), c: builder.list(arguments), target: fail)
        if scope.registry.builtins[builtin].isRelation { return loop(over: .register(target), key: false, value: true).value }
        return .register(target)
    }

    // MARK: Unification

    mutating func unify(_ left: Term, _ right: Term) {
        if case .variable(let name) = left.kind, isUnbound(name) {
            bind(name, to: right)
            return
        }
        if case .variable(let name) = right.kind, isUnbound(name) {
            bind(name, to: left)
            return
        }
        switch (left.kind, right.kind) {
        case (.array(let lefts), .array(let rights)) where hasUnbound(left) || hasUnbound(right):
            guard lefts.count == rights.count else {
                builder.emit(.jump, target: fail)
                return
            }
            unifyPairs(zip(evaluatingCalls(in: lefts), evaluatingCalls(in: rights)).map { ($0, $1) })
        case (.object(let lefts), .object(let rights)) where hasUnbound(left) && hasUnbound(right):
            var pairs: [(Term, Term)] = []
            for entry in lefts {
                let key = PlanScope.constantValue(of: entry.key)
                guard let other = rights.first(where: { PlanScope.constantValue(of: $0.key) == key }) else { continue }
                let values = evaluatingCalls(in: [entry.value, other.value])
                pairs.append((values[0], values[1]))
            }
            guard lefts.count == rights.count, pairs.count == lefts.count else {
                builder.emit(.jump, target: fail)
                return
            }
            unifyPairs(pairs)
        case (.array, _) where hasUnbound(left), (.object, _) where hasUnbound(left):
            let pattern = evaluatingCalls(in: [left])[0]
            let value = operand(right)
            match(pattern, value)
        case (_, .array) where hasUnbound(right), (_, .object) where hasUnbound(right):
            let pattern = evaluatingCalls(in: [right])[0]
            let value = operand(left)
            match(pattern, value)
        default:
            let values = operands([left, right])
            builder.emit(.equal, a: values[0].code, b: values[1].code, target: fail)
        }
    }

    /// Pairs that can be evaluated come first, so that what they bind is there for the others.
    private mutating func unifyPairs(_ pairs: [(Term, Term)]) {
        var waiting = pairs
        while !waiting.isEmpty {
            let next = waiting.firstIndex { !hasUnbound($0) || !hasUnbound($1) } ?? 0
            let pair = waiting.remove(at: next)
            unify(pair.0, pair.1)
        }
    }

    private mutating func bind(_ name: String, to term: Term) {
        // A wildcard needs no binding, but what it is unified with must be defined.
        let value = operand(term)
        bound[name] = value
    }

    /// Takes a value apart along a pattern.
    mutating func match(_ pattern: Term, _ value: Operand) {
        switch pattern.kind {
        case .variable(let name) where isUnbound(name): bound[name] = value
        case .array(let terms) where hasUnbound(pattern):
            builder.emit(.checkArray, a: value.code, b: Int32(terms.count), target: fail)
            var waiting: [(Term, Operand)] = []
            for (position, term) in terms.enumerated() {
                let element = builder.register()
                builder.emit(.get, a: Int32(element), b: value.code, c: builder.constant(.number(Number(Int64(position)))).code, target: fail)
                waiting.append((term, .register(element)))
            }
            for (term, element) in waiting.filter({ $0.0.isPattern }) { match(term, element) }
            for (term, element) in waiting.filter({ !$0.0.isPattern }) { match(term, element) }
        case .object(let entries) where hasUnbound(pattern):
            builder.emit(.checkObject, a: value.code, b: Int32(entries.count), target: fail)
            for entry in entries {
                let key = operand(entry.key)
                let member = builder.register()
                builder.emit(.get, a: Int32(member), b: value.code, c: key.code, target: fail)
                match(entry.value, .register(member))
            }
        default:
            let other = operand(pattern)
            builder.emit(.equal, a: other.code, b: value.code, target: fail)
        }
    }
}

extension Term {
    var isRef: Bool { if case .ref = kind { true } else { false } }

    /// A variable that nothing else can refer to.
    var isWildcard: Bool { if case .variable(let name) = kind { name.hasPrefix("$") && !name.hasPrefix("$operand") } else { false } }

    /// A reference into `data`.
    var isDocument: Bool { if case .ref(let ref) = kind, case .variable("data") = ref.head.kind { true } else { false } }

    var isCall: Bool { if case .call = kind { true } else { false } }

    /// Whether there is a call in it, closures excepted.
    var hasCall: Bool {
        switch kind {
        case .call: true
        case .ref(let ref): ref.head.hasCall || ref.path.contains { $0.hasCall }
        case .array(let terms), .set(let terms): terms.contains { $0.hasCall }
        case .object(let entries): entries.contains { $0.key.hasCall || $0.value.hasCall }
        default: false
        }
    }

    /// Variables and composites can bind; everything else is evaluated.
    var isPattern: Bool {
        switch kind {
        case .variable, .array, .object: true
        default: false
        }
    }
}
