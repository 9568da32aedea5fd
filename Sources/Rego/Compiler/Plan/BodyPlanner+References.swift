/// Planning of references: how far a path is known decides what it costs.
extension BodyPlanner {
    /// What the walk along a reference has reached.
    enum Position {
        /// An ordinary value.
        case value(Operand)
        /// A package, or a rule together with documents below it: known now.
        case document(Int)
        /// A base document below which there are no rules.
        case base([String])
        /// Either, known only when evaluated.
        case either(Operand)
    }

    mutating func reference(_ ref: Ref) -> Operand {
        var position: Position
        var path = ref.path[...]
        if case .variable("data") = ref.head.kind {
            position = .document(0)
            position = enter(position)
        } else if hasUnbound(ref.head) && !isUnboundVariable(ref.head) {
            position = .value(operand(bindingFirst(ref.head)))
        } else {
            position = .value(operand(ref.head))
        }
        while let key = path.popFirst() { position = step(position, key) }
        return materialized(position)
    }

    private func isUnboundVariable(_ term: Term) -> Bool {
        if case .variable(let name) = term.kind { return isUnbound(name) }
        return false
    }

    /// Evaluates a document whose rules are the whole of it.
    private mutating func enter(_ position: Position) -> Position {
        guard case .document(let node) = position, let group = scope.documents.nodes[node].group else { return position }
        if case .function = scope.groups[group].kind { return position }
        guard scope.documents.nodes[node].children.isEmpty else { return position }
        let target = builder.register()
        builder.emit(.callRule, a: Int32(target), b: Int32(group), target: fail)
        return .value(.register(target))
    }

    private mutating func step(_ position: Position, _ key: Term) -> Position {
        let isOpen: Bool = if case .variable(let name) = key.kind { isUnbound(name) } else { key.isPattern && hasUnbound(key) }
        if isOpen { return iterate(position, key) }
        if case .string(let name) = key.kind {
            switch position {
            case .document(let node):
                // A partial rule may say more about the key than the rules below do; the machine merges both.
                if let child = scope.documents.nodes[node].children[name], !scope.hasPartialRule(node) { return enter(.document(child)) }
                if scope.documents.nodes[node].group == nil { return .base(scope.documents.path(of: node) + [name]) }
            case .base(let path): return .base(path + [name])
            case .value, .either: break
            }
        }
        // In base data a number names a member too, as in a path of the data API.
        if case .number(let text) = key.kind, case .base(let path) = position, UInt(text) != nil { return .base(path + [text]) }
        let source = asOperand(position)
        let prepared = hasUnbound(key) ? bindingFirst(key) : key
        let name = operand(prepared)
        let target = builder.register()
        if source.isDocument {
            builder.emit(.getDocument, a: Int32(target), b: source.operand.code, c: name.code, target: fail)
            return .either(.register(target))
        }
        let isBase = if case .base = position { true } else { false }
        builder.emit(.get, flag: isBase ? 1 : 0, a: Int32(target), b: source.operand.code, c: name.code, target: fail)
        return .value(.register(target))
    }

    private mutating func iterate(_ position: Position, _ key: Term) -> Position {
        let source = asOperand(position)
        if source.isDocument {
            let keys = builder.register()
            builder.emit(.documentKeys, a: Int32(keys), b: source.operand.code)
            let next = loop(over: .register(keys), key: false, value: true).value
            let target = builder.register()
            match(key, next)
            builder.emit(.getDocument, a: Int32(target), b: source.operand.code, c: next.code, target: fail)
            return .either(.register(target))
        }
        let (keyOperand, value) = loop(over: source.operand, key: true, value: true)
        if key.isWildcard, case .variable(let name) = key.kind { bound[name] = keyOperand } else { match(key, keyOperand) }
        return .value(value)
    }

    private mutating func asOperand(_ position: Position) -> (operand: Operand, isDocument: Bool) {
        switch position {
        case .value(let operand): return (operand, false)
        case .either(let operand): return (operand, true)
        case .document(let node):
            let target = builder.register()
            builder.emit(.move, flag: 1, a: Int32(target), b: Int32(node))
            return (.register(target), true)
        case .base: return (materialized(position), false)
        }
    }

    mutating func materialized(_ position: Position) -> Operand {
        switch position {
        case .value(let operand): return operand
        case .base(let path):
            let target = builder.register()
            let number = builder.basePath(path)
            builder.emit(.loadBase, a: Int32(target), b: number, target: fail)
            return .register(target)
        case .document, .either:
            let source = asOperand(position).operand
            let target = builder.register()
            builder.emit(.materialize, a: Int32(target), b: source.code, target: fail)
            return .register(target)
        }
    }
}
