extension Builtin {
    private static let collection: RegoType = .anyOf(.string, .array(of: .any), .object(), .set(of: .any))
    private static let listOrSet: RegoType = .anyOf(.array(of: .any), .set(of: .any))
    private static let numberListOrSet: RegoType = .anyOf(.array(of: .number), .set(of: .number))

    /// One value from many.
    static let aggregates: [Builtin] = [
        Builtin("count", ["collection": collection], returns: .number, "How many members a collection has, or characters a string.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            switch call[0].tag {
            case .array: return .integer(Int(call[0].count))
            case .object, .set: return .integer(call[0].table.pointee.count)
            case .string: return .integer(call[0].bytes.reduce(0) { $0 + ($1 & 0xc0 == 0x80 ? 0 : 1) })
            default: throw call.mismatch(0, "one of {array, object, set, string}")
            }
        },
        fold("sum", "The sum of numbers.", start: 0, bits: 64, { $0.addingReportingOverflow($1) }, { $0.adding($1) }, { $0 + $1 }),
        // OPA multiplies in the precision of a double, though not in its range.
        fold("product", "The product of numbers.", start: 1, bits: 53, { $0.multipliedReportingOverflow(by: $1) }, { $0.multiplying($1) }, { $0.multiplied(by: $1, bits: 53) }),
        Builtin("max", ["collection": listOrSet], returns: .any, "The greatest member, the last of equal ones; undefined for none.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            try call.elements(0).reduce(.undefined) { $0.isUndefined || Datum.compare($0, $1) <= 0 ? $1 : $0 }
        },
        Builtin("min", ["collection": listOrSet], returns: .any, "The least member, the last of equal ones; undefined for none.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            try call.elements(0).reduce(.undefined) { $0.isUndefined || Datum.compare($0, $1) >= 0 ? $1 : $0 }
        },
        Builtin("sort", ["collection": listOrSet], returns: .array(of: .any), "The members in order.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let members = try call.elements(0)
            if call[0].tag == .set { return call.make(array: members) }
            return call.make(array: members.sorted { Datum.compare($0, $1) < 0 })
        },
        Builtin("all", ["": listOrSet], returns: .boolean, "True where every member is true.", traits: .deprecated) { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            .boolean(try call.elements(0).allSatisfy { $0.tag == .boolean && $0.booleanValue })
        },
        Builtin("any", ["": listOrSet], returns: .boolean, "True where some member is true.", traits: .deprecated) { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            .boolean(try call.elements(0).contains { $0.tag == .boolean && $0.booleanValue })
        },
    ]

    private static func fold(
        _ name: String, _ summary: String, start: Int64, bits: Int,
        _ combineIntegers: @escaping @Sendable (Int64, Int64) -> (partialValue: Int64, overflow: Bool),
        _ combineExactly: @escaping @Sendable (Number, Number) -> Number,
        _ combine: @escaping @Sendable (ExtendedFloat, ExtendedFloat) -> ExtendedFloat
    ) -> Builtin {
        Builtin(name, ["collection": numberListOrSet], returns: .number, summary) { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let members = try call.elements(0)
            var quick = start
            var position = 0
            while position < members.count, members[position].tag == .integer {
                let step = combineIntegers(quick, members[position].integerValue)
                if step.overflow { break }
                quick = step.partialValue
                position += 1
            }
            if position == members.count { return .integer(quick) }
            if let other = members.first(where: { !$0.isNumber }) {
                throw .type("operand 1 must be \(call[0].typeName) of numbers but got \(call[0].typeName) containing \(other.typeName)")
            }
            if members.allSatisfy({ $0.tag == .integer || $0.number.isInteger }) {
                return call.make(members.reduce(Number(start)) { combineExactly($0, $1.number) })
            }
            let total = members.reduce(ExtendedFloat(SmallDecimal(start))) { combine($0, $1.float) }
            return call.make(Number(total, bits: bits))
        }
    }

    static let arrays: [Builtin] = [
        Builtin("array.concat", ["x": .array(of: .any), "y": .array(of: .any)], returns: .array(of: .any), "The elements of both arrays, one after the other.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let left = try call.array(0), right = try call.array(1)
            let elements = call.arena.data(left.count + right.count)
            for position in left.indices { elements[position] = left[position] }
            for position in right.indices { elements[left.count + position] = right[position] }
            return .array(elements, count: left.count + right.count)
        },
        Builtin("array.slice", ["arr": .array(of: .any), "start": .number, "stop": .number], returns: .array(of: .any), "The elements from start up to, not including, stop.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let elements = try call.array(0)
            let start = max(0, min(try call.integer(1), elements.count)), stop = max(0, min(try call.integer(2), elements.count))
            guard start < stop else { return call.make(array: []) }
            return call.make(array: elements[start..<stop])
        },
        Builtin("array.reverse", ["arr": .array(of: .any)], returns: .array(of: .any), "The elements backwards.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            call.make(array: try call.array(0).reversed())
        },
        Builtin("array.flatten", ["arr": .array(of: .any)], returns: .array(of: .any), "The elements, those of arrays among them taken out one level.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            call.make(array: try call.array(0).flatMap { $0.tag == .array ? Array($0.elements) : [$0] })
        },
    ]

    static let sets: [Builtin] = [
        Builtin("and", ["x": .set(of: .any), "y": .set(of: .any)], returns: .set(of: .any), "The members of both sets.", infix: "&") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let left = try call.unorderedSet(0), right = try call.unorderedSet(1)
            let (fewer, more) = left.unorderedMembers.count <= right.unorderedMembers.count ? (left, right) : (right, left)
            let result = call.makeSet()
            for member in fewer.unorderedMembers where more.hasMember(member) { result.insert(member) }
            return result.datum
        },
        Builtin("or", ["x": .set(of: .any), "y": .set(of: .any)], returns: .set(of: .any), "The members of either set.", infix: "|") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let left = try call.unorderedSet(0).unorderedMembers, right = try call.unorderedSet(1).unorderedMembers
            let result = call.makeSet(capacity: left.count + right.count)
            for member in left { result.insert(member) }
            for member in right { result.insert(member) }
            return result.datum
        },
        Builtin("intersection", ["xs": .set(of: .set(of: .any))], returns: .set(of: .any), "The members that all sets share.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let result = call.makeSet()
            let sets = try call.setsOfSet()
            guard let first = sets.first else { return result.datum }
            for member in first.unorderedMembers where sets.allSatisfy({ $0.hasMember(member) }) { result.insert(member) }
            return result.datum
        },
        Builtin("union", ["xs": .set(of: .set(of: .any))], returns: .set(of: .any), "The members of all sets.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let result = call.makeSet()
            for set in try call.setsOfSet() { for member in set.unorderedMembers { result.insert(member) } }
            return result.datum
        },
        Builtin("set_diff", ["": .set(of: .any), "": .set(of: .any)], returns: .set(of: .any), "What the first set has beyond the second.", traits: .deprecated) { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            try call.difference(0, 1)
        },
    ]
}

extension BuiltinCall {
    fileprivate func setsOfSet() throws(BuiltinError) -> [Datum] {
        var sets: [Datum] = []
        for member in try set(0).members {
            guard member.tag == .set else { throw .type("operand 1 must be set of sets but got set containing \(member.typeName)") }
            sets.append(member)
        }
        return sets
    }

    /// The operand as a set whose order does not matter.
    func unorderedSet(_ position: Int) throws(BuiltinError) -> Datum {
        guard self[position].tag == .set else { throw mismatch(position, "set") }
        return self[position]
    }

    /// What one set has beyond another.
    func difference(_ left: Int, _ right: Int) throws(BuiltinError) -> Datum {
        let excluded = try unorderedSet(right)
        let result = makeSet()
        for member in try unorderedSet(left).unorderedMembers where !excluded.hasMember(member) { result.insert(member) }
        return result.datum
    }
}
