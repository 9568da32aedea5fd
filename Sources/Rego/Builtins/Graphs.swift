extension Builtin {
    private static let graph: RegoType = .object(.any, .anyOf(.array(of: .any), .set(of: .any)))
    private static let initial: RegoType = .anyOf(.array(of: .any), .set(of: .any))

    static let graphs: [Builtin] = [
        Builtin("walk", ["x": .any], returns: .array(.array(of: .any), .any), "Every path and value within a document.", traits: .relation) { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            var pairs: [Datum] = []
            var path: [Datum] = []
            func visit(_ value: Datum) {
                pairs.append(call.make(array: [call.make(array: path), value]))
                switch value.tag {
                case .array:
                    for (position, element) in value.elements.enumerated() {
                        path.append(.integer(position))
                        visit(element)
                        path.removeLast()
                    }
                case .object:
                    let view = ObjectView(value)
                    for entry in view.keys.indices {
                        path.append(view.keys[entry])
                        visit(view.value(at: entry))
                        path.removeLast()
                    }
                case .set:
                    for member in SetView(value).members {
                        path.append(member)
                        visit(member)
                        path.removeLast()
                    }
                default: break
                }
            }
            visit(call[0])
            return call.make(array: pairs)
        },
        Builtin("graph.reachable", ["graph": graph, "initial": initial], returns: .set(of: .any), "The nodes that can be reached from some nodes.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let edges = try call.object(0)
            let reached = call.makeSet()
            var waiting = Array(try call.nodes(1))
            while let node = waiting.popLast() {
                guard let neighbours = edges[node], reached.insert(node) else { continue }
                switch neighbours.tag {
                case .array: waiting.append(contentsOf: neighbours.elements)
                case .set: waiting.append(contentsOf: SetView(neighbours).members)
                default: break
                }
            }
            return reached.datum
        },
        Builtin("graph.reachable_paths", ["graph": graph, "initial": initial], returns: .set(of: .array(of: .any)), "The paths from some nodes to where they end or meet a node again.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let edges = try call.object(0)
            let paths = call.makeSet()
            func neighbours(_ node: Datum) -> [Datum]? {
                guard let value = edges[node] else { return nil }
                switch value.tag {
                case .array: return Array(value.elements)
                case .set: return Array(SetView(value).members)
                default: return []
                }
            }
            // As in OPA, a node that another branch below the same neighbour of the start has passed ends a path before it.
            func visit(_ node: Datum, _ path: [Datum], _ passed: SetBuilder) {
                guard let next = neighbours(node) else {
                    paths.insert(call.make(array: path))
                    return
                }
                let extended = path + [node]
                if next.isEmpty { paths.insert(call.make(array: extended)) }
                for candidate in next {
                    if passed.contains(candidate) {
                        paths.insert(call.make(array: extended))
                    } else {
                        passed.insert(node)
                        visit(candidate, extended, passed)
                    }
                }
            }
            for start in try call.nodes(1) {
                guard let next = neighbours(start) else { continue }
                if next.isEmpty { paths.insert(call.make(array: [start])) }
                for neighbour in next {
                    let passed = call.makeSet()
                    passed.insert(start)
                    visit(neighbour, [start], passed)
                }
            }
            return paths.datum
        },
    ]
}

extension BuiltinCall {
    /// The nodes to start from.
    fileprivate func nodes(_ position: Int) throws(BuiltinError) -> UnsafeBufferPointer<Datum> {
        guard self[position].tag == .array || self[position].tag == .set else { throw mismatch(position, "{array, set}") }
        return try elements(position)
    }
}
