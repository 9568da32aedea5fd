/// The decision tree of one document, to be printed or drawn.
public struct DecisionTreeDescription: Sendable {
    public indirect enum Node: Sendable {
        /// Rules that are tried one after the other, by where they stand.
        case rules([SourceLocation])
        /// A reference whose value selects at most one case; `always` is searched as well.
        case test(reference: String, cases: [(value: Value, node: Node)], always: Node?)
    }

    /// The keys below `data`.
    public var path: [String]
    /// `data.a.b`.
    public var reference: String
    /// `complete`, `partial set`, `partial object` or `function`.
    public var kind: String
    public var root: Node
    public var defaultRule: SourceLocation?

    init(_ group: RuleGroup) {
        path = group.path
        reference = RuleConflicts.text(group.path)
        switch group.kind {
        case .complete: kind = "complete"
        case .partialSet: kind = "partial set"
        case .partialObject: kind = "partial object"
        case .function: kind = "function"
        }
        root = group.tree.map { Self.node($0, group) } ?? .rules(group.ruleLocations)
        defaultRule = group.defaultLocation
    }

    private static func node(_ tree: DecisionTree, _ group: RuleGroup) -> Node {
        switch tree {
        case .leaf(let rules): .rules(rules.map { group.ruleLocations[$0] })
        case .test(let subject, let cases, let others):
            .test(reference: subject.description, cases: cases.map { ($0.value, node($0.tree, group)) }, always: others.map { node($0, group) })
        }
    }
}

extension IndexedCondition.Subject: CustomStringConvertible {
    /// As a policy would write it; arguments are counted from 0.
    var description: String {
        switch self {
        case .input(let keys): Self.reference("input", keys)
        case .base(let keys): Self.reference("data", keys)
        case .argument(let position, let keys): Self.reference("argument \(position)", keys)
        }
    }

    private static func reference(_ head: String, _ keys: [Value]) -> String {
        head + keys.map { key in
            if case .string(let name) = key, Ref.isPlainName(name) { return ".\(name)" }
            return "[\(key.regoText)]"
        }.joined()
    }
}

// MARK: Renderings

extension DecisionTreeDescription {
    /// Indented lines with branches drawn beside them.
    public var text: String {
        var lines = ["\(reference) (\(kind))"]
        Self.draw(root, indent: "", into: &lines)
        if let defaultRule { lines.append("default → \(Self.place(defaultRule))") }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func place(_ location: SourceLocation) -> String { "\(location.file):\(location.row)" }

    private static func draw(_ node: Node, indent: String, into lines: inout [String]) {
        switch node {
        case .rules(let places): for place in places { lines.append("\(indent)→ \(Self.place(place))") }
        case .test(let reference, let cases, let always):
            lines.append("\(indent)\(reference)")
            let branches = cases.map { ("= \($0.value.regoText)", $0.node) } + (always.map { [("always", $0)] } ?? [])
            for (position, branch) in branches.enumerated() {
                let isLast = position == branches.count - 1
                if case .rules(let places) = branch.1, places.count == 1 {
                    lines.append("\(indent)\(isLast ? "└─" : "├─") \(branch.0) → \(place(places[0]))")
                } else {
                    lines.append("\(indent)\(isLast ? "└─" : "├─") \(branch.0)")
                    draw(branch.1, indent: indent + (isLast ? "   " : "│  "), into: &lines)
                }
            }
        }
    }

    /// `{"document", "kind", "tree", "default"?}`; a node is `{"rules": […]}` or `{"test", "cases": [{"value", "then"}], "always"?}`.
    public var document: Value {
        var fields: [(Value, Value)] = [("document", .string(reference)), ("kind", .string(kind)), ("tree", Self.document(root))]
        if let defaultRule { fields.append(("default", Self.document(defaultRule))) }
        return .makeObject(fields)
    }

    private static func document(_ location: SourceLocation) -> Value {
        ["file": .string(location.file), "row": .number(Number(location.row)), "col": .number(Number(location.column))]
    }

    private static func document(_ node: Node) -> Value {
        switch node {
        case .rules(let places): return ["rules": .array(places.map(document))]
        case .test(let reference, let cases, let always):
            let described = cases.map { ["value": $0.value, "then": document($0.node)] as Value }
            var fields: [(Value, Value)] = [("test", .string(reference)), ("cases", .array(described))]
            if let always { fields.append(("always", document(always))) }
            return .makeObject(fields)
        }
    }

    /// A directed graph in Graphviz' language.
    public var graphviz: String {
        var graph = Graph()
        let top = graph.vertex("\(reference)\\n\(kind)", shape: "box")
        graph.add(root, below: top, label: "")
        if let defaultRule { graph.edge(top, graph.vertex(Self.place(defaultRule), shape: "plaintext"), "default") }
        return "digraph {\n\(graph.lines.joined(separator: "\n"))\n}\n"
    }

    private struct Graph {
        var lines: [String] = []
        private var count = 0

        mutating func vertex(_ label: String, shape: String) -> Int {
            count += 1
            lines.append("  n\(count) [shape=\(shape), label=\(Self.quoted(label))];")
            return count
        }

        mutating func edge(_ from: Int, _ to: Int, _ label: String) {
            lines.append("  n\(from) -> n\(to)\(label.isEmpty ? "" : " [label=\(Self.quoted(label))]");")
        }

        mutating func add(_ node: Node, below parent: Int, label: String) {
            switch node {
            case .rules(let places):
                for place in places { edge(parent, vertex(DecisionTreeDescription.place(place), shape: "plaintext"), label) }
            case .test(let reference, let cases, let always):
                let test = vertex(reference, shape: "diamond")
                edge(parent, test, label)
                for entry in cases { add(entry.node, below: test, label: entry.value.regoText) }
                if let always { add(always, below: test, label: "always") }
            }
        }

        private static func quoted(_ text: String) -> String {
            "\"" + text.replacing("\\", with: "\\\\").replacing("\\\\n", with: "\\n").replacing("\"", with: "\\\"") + "\""
        }
    }
}
