extension Builtin {
    private static let keyCollection: RegoType = .anyOf(.array(of: .any), .object(), .set(of: .any))
    private static let paths: RegoType = .anyOf(.array(of: .anyOf(.string, .array(of: .any))), .set(of: .anyOf(.string, .array(of: .any))))

    static let objects: [Builtin] = [
        Builtin("object.get", ["object": .object(), "key": .any, "default": .any], returns: .any, "The value of a key, or at a path given as an array; else the default.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            _ = try call.object(0)
            if call[1].tag == .array {
                var value = call[0]
                for key in call[1].elements {
                    value = Machine.member(value, key)
                    if value.isUndefined { return call[2] }
                }
                return value
            }
            let value = Machine.member(call[0], call[1])
            return value.isUndefined ? call[2] : value
        },
        Builtin("object.keys", ["object": .object()], returns: .set(of: .any), "The keys.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let keys = try call.object(0).keys
            let result = call.makeSet(capacity: keys.count)
            for key in keys { result.insert(key) }
            return result.datum
        },
        Builtin("object.remove", ["object": .object(), "keys": keyCollection], returns: .object(), "The object without some keys.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let keys = try call.keySet(1)
            return try call.entries(0) { keys.table.pointee.position(of: $0) == nil }
        },
        Builtin("object.filter", ["object": .object(), "keys": keyCollection], returns: .object(), "The object with only some keys.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let keys = try call.keySet(1)
            return try call.entries(0) { keys.table.pointee.position(of: $0) != nil }
        },
        Builtin("object.union", ["a": .object(), "b": .object()], returns: .object(), "Both objects merged, nested objects too; the second wins.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            _ = try call.object(0)
            _ = try call.object(1)
            return call.union([call[0], call[1]])
        },
        Builtin("object.union_n", ["objects": .array(of: .object())], returns: .object(), "All objects merged, nested objects too; later ones win.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let objects = try call.array(0)
            for object in objects where object.tag != .object { throw .type("operand 1 must be array of objects but got array containing \(object.typeName)") }
            return call.union(objects)
        },
        Builtin("object.subset", ["super": keyCollection, "sub": keyCollection], returns: .boolean, "True where the first collection has all that the second has.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            .boolean(try call.isSubset(call[1], of: call[0]))
        },
        Builtin("json.filter", ["object": .object(), "paths": paths], returns: .object(), "The object with only what stands at some paths.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            _ = try call.object(0)
            return call.filter(call[0], try call.paths(1).filter { !$0.isEmpty })
        },
        Builtin("json.remove", ["object": .object(), "paths": paths], returns: .object(), "The object without what stands at some paths.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            _ = try call.object(0)
            return call.remove(call[0], try call.paths(1))
        },
    ]
}

extension BuiltinCall {
    /// The keys that an array, set or object names, as a set.
    fileprivate func keySet(_ position: Int) throws(BuiltinError) -> Datum {
        switch self[position].tag {
        case .set: return self[position]
        case .array:
            let result = makeSet()
            for key in self[position].elements { result.insert(key) }
            return result.datum
        case .object:
            let result = makeSet()
            for key in ObjectView(self[position]).keys { result.insert(key) }
            return result.datum
        default: throw mismatch(position, "one of {object, set, array}")
        }
    }

    fileprivate func entries(_ position: Int, where isIncluded: (Datum) -> Bool) throws(BuiltinError) -> Datum {
        let view = try object(position)
        let result = makeObject(capacity: view.count)
        for entry in view.keys.indices where isIncluded(view.keys[entry]) { result.set(view.keys[entry], to: view.value(at: entry)) }
        return result.datum
    }

    /// Objects merged, each entry looked at once: values of one key that are all objects are merged when all of them are known.
    fileprivate func union(_ objects: some Collection<Datum>) -> Datum {
        let result = makeObject(capacity: objects.first.map { ObjectView($0).count } ?? 0)
        var merged: [Int: [Datum]] = [:]
        for object in objects {
            let entries = ObjectView(object)
            for entry in entries.keys.indices {
                let key = entries.keys[entry], value = entries.value(at: entry)
                guard let position = result.position(of: key) else {
                    result.set(key, to: value)
                    continue
                }
                let before = result.value(at: position)
                if before.tag == .object, value.tag == .object {
                    merged[position, default: [before]].append(value)
                } else {
                    merged[position] = nil
                }
                result.set(key, to: value)
            }
        }
        for (position, objects) in merged { result.set(result.key(at: position), to: union(objects)) }
        return result.datum
    }

    fileprivate func isSubset(_ sub: Datum, of whole: Datum) throws(BuiltinError) -> Bool {
        switch (whole.tag, sub.tag) {
        case (.object, .object): return contains(whole, objectPart: sub)
        case (.set, .set): return SetView(sub).members.allSatisfy { SetView(whole).contains($0) }
        case (.array, .set): return SetView(sub).members.allSatisfy { Machine.contains(whole, $0) }
        case (.array, .array):
            let part = sub.elements, all = whole.elements
            guard part.count <= all.count else { return false }
            return (0...(all.count - part.count)).contains { start in part.indices.allSatisfy { Datum.equals(all[start + $0], part[$0]) } }
        default: throw .type("both arguments object.subset must be of the same type or array and set")
        }
    }

    private func contains(_ whole: Datum, objectPart sub: Datum) -> Bool {
        let view = ObjectView(sub), all = ObjectView(whole)
        return view.keys.indices.allSatisfy { entry in
            guard let value = all[view.keys[entry]] else { return false }
            let part = view.value(at: entry)
            if value.tag == .object && part.tag == .object { return contains(value, objectPart: part) }
            if value.tag == .set && part.tag == .set { return SetView(part).members.allSatisfy { SetView(value).contains($0) } }
            if value.tag == .array && part.tag == .array { return (try? isSubset(part, of: value)) ?? false }
            return Datum.equals(value, part)
        }
    }

    // MARK: Paths

    /// Paths as lists of keys: strings are split at slashes (with JSON Pointer's escapes).
    fileprivate func paths(_ position: Int) throws(BuiltinError) -> [[Datum]] {
        guard self[position].tag == .array || self[position].tag == .set else { throw mismatch(position, "one of {set, array}") }
        var result: [[Datum]] = []
        for path in try elements(position) { result.append(try keys(ofPath: path)) }
        return result
    }

    func keys(ofPath path: Datum) throws(BuiltinError) -> [Datum] {
        switch path.tag {
        case .array: return Array(path.elements)
        case .string:
            var text = Substring(path.text)
            if text.first == "/" { text.removeFirst() }
            return text.split(separator: "/", omittingEmptySubsequences: false).map {
                make($0.split(separator: "~1", omittingEmptySubsequences: false).joined(separator: "/").split(separator: "~0", omittingEmptySubsequences: false).joined(separator: "~"))
            }
        default: throw .type("operand 2 must be one of {set, array} containing string paths or array of path segments but got \(path.typeName)")
        }
    }

    fileprivate func position(_ key: Datum, in array: Datum) -> Int? {
        guard key.tag == .string, let position = Int(key.text), position >= 0, position < Int(array.count), String(position) == key.text else { return nil }
        return position
    }

    /// By positions of an array, what is left of the paths that lead to them.
    private func pathsBelow(_ paths: [[Datum]], in array: Datum) -> [Int: [[Datum]]] {
        var below: [Int: [[Datum]]] = [:]
        for path in paths {
            if let position = position(path[0], in: array) { below[position, default: []].append(Array(path.dropFirst())) }
        }
        return below
    }

    fileprivate func filter(_ value: Datum, _ paths: [[Datum]]) -> Datum {
        if paths.contains(where: \.isEmpty) { return value }
        switch value.tag {
        case .object:
            let view = ObjectView(value)
            let result = makeObject()
            for entry in view.keys.indices {
                let below = paths.filter { Datum.equals($0[0], view.keys[entry]) }.map { Array($0.dropFirst()) }
                if !below.isEmpty { result.set(view.keys[entry], to: filter(view.value(at: entry), below)) }
            }
            return result.datum
        case .array:
            var kept: [Datum] = []
            let below = pathsBelow(paths, in: value)
            for (position, element) in value.elements.enumerated() {
                if let below = below[position] { kept.append(filter(element, below)) }
            }
            return make(array: kept)
        case .set:
            let result = makeSet()
            for member in SetView(value).members {
                let below = paths.filter { Datum.equals($0[0], member) }.map { Array($0.dropFirst()) }
                if !below.isEmpty { result.insert(filter(member, below)) }
            }
            return result.datum
        // What has nothing below it stays as it is.
        default: return value
        }
    }

    fileprivate func remove(_ value: Datum, _ paths: [[Datum]]) -> Datum {
        let paths = paths.filter { !$0.isEmpty }
        if paths.isEmpty { return value }
        switch value.tag {
        case .object:
            let view = ObjectView(value)
            let result = makeObject()
            for entry in view.keys.indices {
                let below = paths.filter { Datum.equals($0[0], view.keys[entry]) }.map { Array($0.dropFirst()) }
                if below.contains(where: \.isEmpty) { continue }
                result.set(view.keys[entry], to: below.isEmpty ? view.value(at: entry) : remove(view.value(at: entry), below))
            }
            return result.datum
        case .array:
            var kept: [Datum] = []
            let below = pathsBelow(paths, in: value)
            for (position, element) in value.elements.enumerated() {
                let below = below[position] ?? []
                if below.contains(where: \.isEmpty) { continue }
                kept.append(below.isEmpty ? element : remove(element, below))
            }
            return make(array: kept)
        case .set:
            let result = makeSet()
            for member in SetView(value).members {
                let below = paths.filter { Datum.equals($0[0], member) }.map { Array($0.dropFirst()) }
                if below.contains(where: \.isEmpty) { continue }
                result.insert(below.isEmpty ? member : remove(member, below))
            }
            return result.datum
        default: return value
        }
    }
}
