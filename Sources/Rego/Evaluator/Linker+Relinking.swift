/// Links compiled policies to other base data, sharing everything that does not hold a value of it.
extension Linker {
    func relink(_ procedures: UnsafePointer<LinkedProcedure>, of unit: CodeUnit) -> UnsafePointer<LinkedProcedure> {
        guard !unit.basePaths.isEmpty, !unit.procedures.isEmpty else { return procedures }
        let baseValues = baseValues(of: unit)
        return copy(unit.procedures.indices.map { procedures[$0].with(baseValues: baseValues) })
    }

    func relink(_ groups: UnsafePointer<LinkedGroup>, of planned: [RuleGroup], procedures: UnsafePointer<LinkedProcedure>) -> UnsafePointer<LinkedGroup> {
        copy(planned.indices.map { number in
            let old = groups[number]
            return LinkedGroup(
                kind: old.kind, hasOneValue: old.hasOneValue,
                procedures: copy(planned[number].procedures.map { procedures[$0] }), procedureCount: old.procedureCount,
                defaultProcedure: planned[number].defaultProcedure.map { procedures + $0 },
                tree: old.tree.map { relink($0) }, node: old.node, arity: old.arity, isRemembered: old.isRemembered, isDataOnly: old.isDataOnly)
        })
    }

    /// The tree itself where it tests no base data.
    private func relink(_ tree: UnsafePointer<LinkedTree>) -> UnsafePointer<LinkedTree> {
        testsBase(tree.pointee) ? copy([relinked(tree.pointee)]) : tree
    }

    private func relinked(_ tree: LinkedTree) -> LinkedTree {
        guard tree.subject != .leaf else { return tree }
        let baseValue = tree.subject == .base ? lookup(UnsafeBufferPointer(start: tree.keys, count: tree.keyCount)) : .undefined
        return LinkedTree(
            subject: tree.subject, argument: tree.argument, keys: tree.keys, keyCount: tree.keyCount, baseValue: baseValue, cases: tree.cases,
            trees: copy(cases(of: tree).map { relinked($0) }), others: tree.others.map { relink($0) }, rules: tree.rules, ruleCount: tree.ruleCount)
    }

    private func testsBase(_ tree: LinkedTree) -> Bool {
        tree.subject == .base || cases(of: tree).contains { testsBase($0) } || (tree.others.map { testsBase($0.pointee) } ?? false)
    }

    private func cases(of tree: LinkedTree) -> UnsafeBufferPointer<LinkedTree> {
        tree.subject == .leaf ? UnsafeBufferPointer(start: nil, count: 0) : UnsafeBufferPointer(start: tree.trees, count: tree.cases.table.pointee.count)
    }

    func relink(_ nodes: UnsafePointer<LinkedNode>, of documents: DocumentTree) -> UnsafePointer<LinkedNode> {
        var values: [Datum] = []
        return copy(documents.nodes.indices.map { number in
            let old = nodes[number]
            // A node comes behind its parent.
            values.append(old.parent < 0 ? data : Machine.step(values[old.parent], old.key))
            return LinkedNode(key: old.key, parent: old.parent, children: old.children, group: old.group, isFunction: old.isFunction, baseValue: values[number])
        })
    }
}
