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
            var waiting = Array(try call.elements(1))
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
        Builtin("graph.reachable_paths", ["graph": graph, "initial": initial], returns: .set(of: .array(of: .any)), "The longest paths from some nodes, each node at most once.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
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
            func visit(_ node: Datum, _ path: [Datum]) {
                guard let next = neighbours(node) else {
                    if !path.isEmpty { paths.insert(call.make(array: path)) }
                    return
                }
                let extended = path + [node]
                let open = next.filter { candidate in !extended.contains { Datum.equals($0, candidate) } && edges[candidate] != nil }
                if open.isEmpty || open.count < next.count {
                    paths.insert(call.make(array: extended))
                }
                for candidate in open { visit(candidate, extended) }
            }
            for node in try call.elements(1) { visit(node, []) }
            return paths.datum
        },
    ]
}
