/// Documents that rules and base data share: packages, rules with documents below them, and what `with` puts in their place.
extension Machine {
    /// Marks a collection that is being filled by `putPath`.
    private static let growing: UInt8 = 4

    // MARK: Walking

    /// What base data has under one key of a path: in an array the key is the text of an index.
    static func step(_ value: Datum, _ key: Datum) -> Datum {
        guard value.tag == .array, key.tag == .string else { return member(value, key) }
        return Int(key.text).map { member(value, .integer($0)) } ?? .undefined
    }

    func baseValue(of node: Int) -> Datum {
        if !context.overridesData { return nodes[node].baseValue }
        var keys: [Datum] = []
        var current = node
        while current > 0 {
            keys.append(nodes[current].key)
            current = nodes[current].parent
        }
        var value = context.data
        for key in keys.reversed() {
            value = Machine.member(value, key)
            if value.isUndefined { return value }
        }
        return value
    }

    func overriddenBase(_ number: Int, unit: Int) -> Datum {
        var value = context.data
        for key in codeUnit(unit).basePaths[number] {
            var key = key
            value = key.withUTF8 { bytes in
                guard let start = bytes.baseAddress else { return Machine.member(value, Datum(.string)) }
                return Machine.step(value, .string(start, count: bytes.count))
            }
            if value.isUndefined { return value }
        }
        return value
    }

    private func isHidden(_ node: Int) -> Bool {
        guard overrides, !context.hiddenNodes.isEmpty else { return false }
        var current = node
        while current >= 0 {
            if context.hiddenNodes.contains(current) { return true }
            current = nodes[current].parent
        }
        return false
    }

    /// A document node as far as it must be evaluated to go on: rules with nothing below them become values.
    private func entered(_ node: Int) throws(Stop) -> Datum {
        if isHidden(node) { return baseValue(of: node) }
        if nodes[node].isFunction { return .undefined }
        if nodes[node].group >= 0, nodes[node].children.table.pointee.count == 0 { return try evaluate(group: nodes[node].group) }
        return .document(node)
    }

    func documentMember(_ source: Datum, _ key: Datum) throws(Stop) -> Datum {
        guard source.tag == .document else { return Machine.member(source, key) }
        let node = Int(source.count)
        if isHidden(node) { return Machine.member(baseValue(of: node), key) }
        let child = nodes[node].children.stored.pointee.lookup(key)
        if !child.isUndefined {
            let number = Int(child.integerValue)
            if !nodes[number].isFunction {
                let member = try ruleMember(node, key)
                guard !member.isUndefined else { return try entered(number) }
                let below = try materialize(number)
                return below.isUndefined ? member : try merged(member, below, at: number)
            }
        }
        let member = try ruleMember(node, key)
        if !member.isUndefined { return member }
        let base = Machine.member(baseValue(of: node), key)
        // A number names the member of that text, as in a path of the data API.
        if base.isUndefined && key.tag == .integer { return Machine.member(baseValue(of: node), arena.string(String(key.integerValue))) }
        return base
    }

    /// What the rules of a node itself say about a key.
    private func ruleMember(_ node: Int, _ key: Datum) throws(Stop) -> Datum {
        guard nodes[node].group >= 0, !nodes[node].isFunction else { return .undefined }
        return Machine.member(try evaluate(group: nodes[node].group), key)
    }

    func documentKeys(_ source: Datum) throws(Stop) -> Datum {
        let keys = SetBuilder(in: arena)
        if source.tag == .document {
            let node = Int(source.count)
            if isHidden(node) { return try documentKeys(baseValue(of: node)) }
            for key in ObjectView(nodes[node].children).keys { keys.insert(key) }
            if nodes[node].group >= 0 && !nodes[node].isFunction { insertKeys(of: try evaluate(group: nodes[node].group), into: keys) }
            insertKeys(of: baseValue(of: node), into: keys)
        } else {
            insertKeys(of: source, into: keys)
        }
        return arena.array(SetView(keys.datum).members)
    }

    private func insertKeys(of value: Datum, into keys: SetBuilder) {
        switch value.tag {
        case .object, .set:
            value.table.pointee.sort()
            for position in 0..<value.table.pointee.count { keys.insert(value.table.pointee.keys[position]) }
        case .array: for position in 0..<Int(value.count) { keys.insert(.integer(position)) }
        default: break
        }
    }

    /// The whole of a document: base data, rules and everything below.
    func materialize(_ node: Int) throws(Stop) -> Datum {
        try countStep()
        if isHidden(node) { return baseValue(of: node) }
        if nodes[node].isFunction { return .undefined }
        var rule = Datum.undefined
        if nodes[node].group >= 0 {
            rule = try evaluate(group: nodes[node].group)
            if nodes[node].children.table.pointee.count == 0 { return rule }
        }
        let whole = ObjectBuilder(in: arena)
        for source in [baseValue(of: node), rule] where source.tag == .object {
            let view = ObjectView(source)
            for position in view.keys.indices { whole.set(view.keys[position], to: view.value(at: position)) }
        }
        let children = ObjectView(nodes[node].children)
        for position in children.keys.indices {
            let child = try materialize(Int(children.value(at: position).integerValue))
            guard !child.isUndefined else { continue }
            let key = children.keys[position]
            let isRule = rule.tag == .object && !Machine.member(rule, key).isUndefined
            if isRule, let known = whole[key] {
                whole.set(key, to: try merged(known, child, at: Int(children.value(at: position).integerValue)))
            } else {
                whole.set(key, to: child)
            }
        }
        return whole.datum
    }

    /// A partial rule's value and what a more specific rule says at the same place; one that says all of it must say the same.
    private func merged(_ first: Datum, _ second: Datum, at node: Int) throws(Stop) -> Datum {
        let group = nodes[node].group
        guard group >= 0, groups[group].kind == .complete, nodes[node].children.table.pointee.count == 0 else {
            // A value that a rule gives as a whole is not added to.
            if first.flags & Self.growing == 0 { throw stop(.conflict, "object keys must be unique", at: nil) }
            return try merged(first, second)
        }
        guard Datum.equals(first, second) else { throw stop(.conflict, "object keys must be unique", at: nil) }
        return first
    }

    private func merged(_ first: Datum, _ second: Datum) throws(Stop) -> Datum {
        if first.tag == .set && second.tag == .set {
            let whole = SetBuilder(in: arena)
            for member in SetView(first).members { whole.insert(member) }
            for member in SetView(second).members { whole.insert(member) }
            return whole.datum
        }
        guard first.tag == .object, second.tag == .object, first.flags & Self.growing != 0 else {
            if Datum.equals(first, second) { return first }
            throw stop(.conflict, "object keys must be unique", at: nil)
        }
        let whole = ObjectBuilder(in: arena)
        let a = ObjectView(first), b = ObjectView(second)
        for position in a.keys.indices { whole.set(a.keys[position], to: a.value(at: position)) }
        for position in b.keys.indices {
            let key = b.keys[position]
            whole.set(key, to: try whole[key].map { (known) throws(Stop) in try merged(known, b.value(at: position)) } ?? b.value(at: position))
        }
        return whole.datum
    }

    // MARK: Filling

    func put(_ object: Datum, _ key: Datum, _ value: Datum, at instruction: UnsafePointer<Instruction>, unit: Int) throws(Stop) {
        let known = object.stored.pointee.lookup(key)
        if known.isUndefined {
            object.table.pointee.set(key, to: value)
        } else if !Datum.equals(known, value) {
            throw stop(.conflict, "object keys must be unique", at: location(of: instruction, unit: unit))
        }
    }

    /// Puts a value at a path, into a set there where it is a member; where it only opens the path, no value.
    func putPath(
        _ object: Datum, _ keys: UnsafeBufferPointer<Datum>, _ value: Datum, isMember: Bool, opens: Bool, at instruction: UnsafePointer<Instruction>, unit: Int
    ) throws(Stop) {
        var current = object
        let inner = isMember || opens ? keys.count : keys.count - 1
        for position in 0..<inner {
            let known = current.stored.pointee.lookup(keys[position])
            if known.isUndefined {
                let isSet = isMember && position == inner - 1
                let table = Table.make(in: arena, capacity: 4, isObject: !isSet)
                var next = isSet ? Datum.set(table) : Datum.object(table)
                next.flags = Self.growing
                current.table.pointee.set(keys[position], to: next)
                current = next
            } else if known.flags & Self.growing != 0, (known.tag == .set) == (isMember && position == inner - 1) {
                current = known
            } else if opens {
                return
            } else {
                throw stop(.conflict, "object keys must be unique", at: location(of: instruction, unit: unit))
            }
        }
        if opens { return }
        if isMember {
            current.table.pointee.insert(value)
        } else {
            try put(current, keys[keys.count - 1], value, at: instruction, unit: unit)
        }
    }

    // MARK: with

    /// A copy of a document in which the value at a path is another one; what is missing on the way becomes objects.
    func replacing(_ document: Datum, _ keys: ArraySlice<Datum>, with value: Datum) -> Datum {
        guard let key = keys.first else { return value }
        let copy = ObjectBuilder(in: arena)
        var below = Datum.undefined
        if document.tag == .object {
            let view = ObjectView(document)
            for position in view.keys.indices { copy.set(view.keys[position], to: view.value(at: position)) }
            below = view[key] ?? .undefined
        }
        copy.set(key, to: replacing(below, keys.dropFirst(), with: value))
        return copy.datum
    }

    func overrideData(_ target: EvaluationContext, _ keys: [Datum], with value: Datum, at instruction: UnsafePointer<Instruction>, unit: Int) throws(Stop) {
        var node = 0
        for key in keys {
            let child = nodes[node].children.stored.pointee.lookup(key)
            if child.isUndefined {
                node = -1
                break
            }
            node = Int(child.integerValue)
        }
        if node >= 0 { target.hiddenNodes.insert(node) }
        // As in OPA, what is no object on the way becomes one, but all of data does not.
        guard keys.isEmpty || target.data.isUndefined || target.data.tag == .object else {
            throw stop(.withMerge, "real and replacement data could not be merged", at: location(of: instruction, unit: unit))
        }
        target.data = replacing(target.data, keys[...], with: value)
        target.overridesData = true
    }
}
