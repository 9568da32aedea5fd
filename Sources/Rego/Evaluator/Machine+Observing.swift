/// What an observer is told beside the moments that are planned into code.
extension Machine {
    /// Tells an observer how many rules the decision tree leaves to be tried.
    func observe(_ observer: Observer, _ number: Int, arguments: UnsafeMutablePointer<Datum>?) {
        let group = groups + number
        let matched = group.pointee.tree.map { candidates(below: $0, arguments, observer) } ?? group.pointee.procedureCount
        observer.index(path(of: group.pointee.node), matched: matched, endsEarly: group.pointee.hasOneValue, depth: depth - 1)
    }

    private func candidates(below start: UnsafePointer<LinkedTree>, _ arguments: UnsafeMutablePointer<Datum>?, _ observer: Observer) -> Int {
        var count = 0
        var current: UnsafePointer<LinkedTree>? = start
        while let tree = current {
            if tree.pointee.subject == .leaf { return count + tree.pointee.ruleCount }
            let tested = subject(of: tree, arguments)
            let found = tested.isUndefined ? .undefined : tree.pointee.cases.stored.pointee.lookup(tested)
            observer.treeVisits.add(tree, chosen: found.isUndefined ? nil : Int(found.integerValue))
            if !found.isUndefined { count += candidates(below: tree.pointee.trees + Int(found.integerValue), arguments, observer) }
            current = tree.pointee.others
        }
        return count
    }

    private func path(of node: Int) -> [String] {
        var path: [String] = []
        var current = node
        while current > 0 {
            path.append(nodes[current].key.text)
            current = nodes[current].parent
        }
        return path.reversed()
    }

    /// Messages of `trace`, and cases of tests that began, since the last look.
    func tellNotes(_ observer: Observer) {
        while notesTold < builtinContext.notes.count {
            observer.note(builtinContext.notes[notesTold], depth: depth - 1)
            notesTold += 1
        }
        while casesTold < builtinContext.testCases.count {
            observer.beginCase(depth: depth - 1)
            casesTold += 1
        }
    }
}
