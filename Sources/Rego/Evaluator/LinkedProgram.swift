/// A code unit in memory that the machine reads without counting references.
///
/// INVARIANT linked: everything lies in the region of the snapshot (or prepared query) that owns the unit, is written before the owner is shared,
/// and never again.
struct LinkedProcedure: BitwiseCopyable {
    let code: UnsafePointer<Instruction>
    let entry: Int
    let registerCount: Int
    let constants: UnsafePointer<Datum>
    let pool: UnsafePointer<Int32>
    /// The values of the unit's base paths, for contexts that do not override data.
    let baseValues: UnsafePointer<Datum>
    /// Whose locations and base paths to look up: 0 for policies, 1 for the query.
    let unit: Int

    func with(baseValues: UnsafePointer<Datum>) -> LinkedProcedure {
        LinkedProcedure(
            code: code, entry: entry, registerCount: registerCount, constants: constants, pool: pool, baseValues: baseValues, unit: unit)
    }
}

/// A rule group as the machine reads it.
struct LinkedGroup: BitwiseCopyable {
    enum Kind: UInt8 {
        case complete, partialSet, partialObject, function
    }
    let kind: Kind
    let hasOneValue: Bool
    let procedures: UnsafePointer<LinkedProcedure>
    let procedureCount: Int
    let defaultProcedure: UnsafePointer<LinkedProcedure>?
    let tree: UnsafePointer<LinkedTree>?
    let node: Int
    /// Of a function.
    let arity: Int
    let isRemembered: Bool
    let isDataOnly: Bool
}

/// A node of a decision tree as the machine reads it.
struct LinkedTree: BitwiseCopyable {
    enum Subject: UInt8 {
        case leaf, input, base, argument
    }
    let subject: Subject
    let argument: Int
    /// Keys of the tested reference.
    let keys: UnsafePointer<Datum>
    let keyCount: Int
    /// The value of a tested base document, where data is not overridden.
    let baseValue: Datum
    /// Constant → number of the case's tree in `trees`.
    let cases: Datum
    let trees: UnsafePointer<LinkedTree>
    let others: UnsafePointer<LinkedTree>?
    /// Candidates of a leaf.
    let rules: UnsafePointer<Int32>
    let ruleCount: Int
}

/// A node of the document tree as the machine reads it.
struct LinkedNode: BitwiseCopyable {
    let key: Datum
    let parent: Int
    /// Key → node number, in key order.
    let children: Datum
    /// -1 where no rule has this path.
    let group: Int
    let isFunction: Bool
    /// The base document here; undefined where there is none.
    let baseValue: Datum
}

/// Turns plans into linked memory.
struct Linker {
    let arena: Arena
    let symbols: SymbolTable
    /// Whether new strings may still become symbols: only while the snapshot is made.
    let interns: Bool
    let data: Datum

    func constant(_ value: Value) -> Datum {
        let datum = interned(value)
        Self.freeze(datum)
        return datum
    }

    private func interned(_ value: Value) -> Datum {
        switch value {
        case .string(let text): return string(text)
        case .array(let elements): return arena.array(elements.map { interned($0) })
        case .set(let members):
            let builder = SetBuilder(in: arena, capacity: members.count)
            for member in members { builder.insert(interned(member)) }
            return builder.datum
        case .object(let entries):
            let builder = ObjectBuilder(in: arena, capacity: entries.count)
            for entry in entries { builder.set(interned(entry.key), to: interned(entry.value)) }
            return builder.datum
        default: return arena.datum(value)
        }
    }

    func string(_ text: String) -> Datum {
        if interns { return symbols.intern(text) }
        var text = text
        return text.withUTF8 { bytes in
            if let start = bytes.baseAddress, let symbol = symbols.find(start, bytes.count) { return symbol }
            return arena.string(bytes)
        }
    }

    /// Sorts and indexes every table, so that reading never writes (INVARIANT shared).
    static func freeze(_ datum: Datum) {
        switch datum.tag {
        case .array: for element in datum.elements { freeze(element) }
        case .set, .object:
            let table = datum.table
            for position in 0..<table.pointee.count {
                freeze(table.pointee.keys[position])
                if let values = table.pointee.values { freeze(values[position]) }
            }
            table.pointee.freeze()
        default: break
        }
    }

    func lookup(_ path: some Sequence<Datum>) -> Datum {
        var value = data
        for key in path {
            value = Machine.step(value, key)
            if value.isUndefined { return value }
        }
        return value
    }

    func copy<Element: BitwiseCopyable>(_ elements: [Element]) -> UnsafePointer<Element> {
        let target = arena.allocate(max(1, elements.count) * MemoryLayout<Element>.stride).assumingMemoryBound(to: Element.self)
        for (position, element) in elements.enumerated() { (target + position).initialize(to: element) }
        return UnsafePointer(target)
    }

    /// What stands at the base paths of a unit.
    func baseValues(of unit: CodeUnit) -> UnsafePointer<Datum> {
        copy(unit.basePaths.map { path in lookup(path.map { string($0) }) })
    }

    func emptyCode() -> UnsafePointer<Instruction> { copy([]) }

    func link(_ needs: InputNeeds) -> InputProjection {
        let members = needs.members.sorted { $0.key < $1.key }
        return InputProjection(
            isWhole: needs.isWhole, keys: copy(members.map { string($0.key) }), members: copy(members.map { link($0.value) }), count: members.count)
    }

    func link(_ unit: CodeUnit, number: Int) -> UnsafePointer<LinkedProcedure> {
        let code = copy(unit.instructions)
        let constants = copy(unit.constants.map { constant($0) })
        let pool = copy(unit.pool)
        let baseValues = baseValues(of: unit)
        return copy(unit.procedures.map {
            LinkedProcedure(code: code, entry: $0.entry, registerCount: $0.registerCount, constants: constants, pool: pool, baseValues: baseValues, unit: number)
        })
    }

    func link(_ groups: [RuleGroup], procedures: UnsafePointer<LinkedProcedure>, documents: DocumentTree) -> UnsafePointer<LinkedGroup> {
        copy(groups.map { group in
            let kind: LinkedGroup.Kind
            var arity = 0
            switch group.kind {
            case .complete: kind = .complete
            case .partialSet: kind = .partialSet
            case .partialObject: kind = .partialObject
            case .function(let count):
                kind = .function
                arity = count
            }
            return LinkedGroup(
                kind: kind, hasOneValue: group.hasOneValue,
                procedures: copy(group.procedures.map { procedures[$0] }), procedureCount: group.procedures.count,
                defaultProcedure: group.defaultProcedure.map { procedures + $0 },
                tree: group.tree.map { link($0) }, node: documents.find(group.path) ?? 0, arity: arity, isRemembered: group.isRemembered, isDataOnly: group.isDataOnly)
        })
    }

    private func link(_ tree: DecisionTree) -> UnsafePointer<LinkedTree> {
        copy([linked(tree)])
    }

    private func linked(_ tree: DecisionTree) -> LinkedTree {
        switch tree {
        case .leaf(let rules):
            return LinkedTree(
                subject: .leaf, argument: 0, keys: copy([]), keyCount: 0, baseValue: .undefined, cases: .undefined, trees: copy([]), others: nil,
                rules: copy(rules.map { Int32($0) }), ruleCount: rules.count)
        case .test(let subject, let cases, let others):
            let table = ObjectBuilder(in: arena, capacity: cases.count)
            for (position, entry) in cases.enumerated() { table.set(constant(entry.value), to: .integer(position)) }
            Self.freeze(table.datum)
            let kind: LinkedTree.Subject
            var argument = 0
            let keys: [Datum]
            var baseValue = Datum.undefined
            switch subject {
            case .input(let path):
                kind = .input
                keys = path.map { constant($0) }
            case .base(let path):
                kind = .base
                keys = path.map { constant($0) }
                baseValue = lookup(keys)
            case .argument(let position, let path):
                kind = .argument
                argument = position
                keys = path.map { constant($0) }
            }
            return LinkedTree(
                subject: kind, argument: argument, keys: copy(keys), keyCount: keys.count, baseValue: baseValue, cases: table.datum,
                trees: copy(cases.map { linked($0.tree) }), others: others.map { link($0) }, rules: copy([]), ruleCount: 0)
        }
    }

    func link(_ documents: DocumentTree, groups: [RuleGroup]) -> UnsafePointer<LinkedNode> {
        copy(documents.nodes.indices.map { number in
            let node = documents.nodes[number]
            let children = ObjectBuilder(in: arena, capacity: node.children.count)
            for (key, child) in node.children { children.set(string(key), to: .integer(child)) }
            Self.freeze(children.datum)
            return LinkedNode(
                key: string(node.key), parent: node.parent, children: children.datum, group: node.group ?? -1,
                isFunction: node.group.map { groups[$0].kind.isFunction } ?? false,
                baseValue: lookup(documents.path(of: number).map { string($0) }))
        })
    }
}
