/// Events together with the policies and the query that they are about, to be shown.
public struct Trace: Sendable {
    public let events: [TraceEvent]
    private let nodes: TraceNodes

    /// - Parameters:
    ///   - events: as the mode shows them.
    ///   - query: the text of the query.
    public init(_ events: [TraceEvent], of snapshot: PolicySnapshot, query: String) {
        self.events = events
        nodes = TraceNodes(modules: snapshot.modules, query: query)
    }

    // MARK: Text

    /// A line for each event, as OPA prints them: the place, bars for the depth, the operation and what it is about.
    public func lines(showsVariables: Bool = false, showsPlaces: Bool = true) -> [String] {
        let places = events.map { showsPlaces ? Self.place($0.location) : "" }
        let width = showsPlaces ? (places.map(\.count).max() ?? 0) + 5 : 0
        return zip(events, places).map { event, place in
            let padding = String(repeating: " ", count: width - place.count)
            let variables = showsVariables && !event.variables.isEmpty ? "    " + Self.text(event.variables) : ""
            return place + padding + String(repeating: "| ", count: Self.indentation(event)) + text(event) + variables
        }
    }

    private static func place(_ location: SourceLocation) -> String { "\(location.file.isEmpty ? "query" : location.file):\(max(1, location.row))" }

    private static func indentation(_ event: TraceEvent) -> Int {
        event.isAboutBody && event.operation != .exit ? event.depth : event.depth + 1
    }

    private static func text(_ variables: [(name: String, value: Value)]) -> String {
        "{" + variables.map { "\($0.name): \($0.value.regoText)" }.joined(separator: ", ") + "}"
    }

    private func text(_ event: TraceEvent) -> String {
        switch event.operation {
        case .note: return "Note \(event.message.quotedForRego)"
        case .index: return "Index \(nodes.text(event)) \(event.message)"
        default: return "\(event.operation.rawValue) \(nodes.text(event))"
        }
    }

    // MARK: JSON

    /// The events as the REST API has them.
    public var document: Value {
        .array(events.map { event in
            var fields: [(Value, Value)] = [
                ("op", .string(event.operation.rawValue.lowercased())),
                ("query_id", .number(Number(event.query))),
                ("parent_id", .number(Number(event.parent))),
                ("type", .string(nodes.type(event))),
                ("node", nodes.document(event)),
                ("locals", Self.locals(event)),
            ]
            if !event.message.isEmpty { fields.append(("message", .string(event.message))) }
            return .makeObject(fields)
        })
    }

    /// The events as `opa eval` writes them, with the names of Go's structure.
    public var commandDocument: Value {
        .array(events.map { event in
            [
                "Op": .string(event.operation.rawValue),
                "Node": nodes.document(event),
                "Location": [
                    "file": .string(event.location.file), "row": .number(Number(max(1, event.location.row))),
                    "col": .number(Number(max(1, event.location.column))),
                ],
                "QueryID": .number(Number(event.query)),
                "ParentID": .number(Number(event.parent)),
                "Locals": Self.locals(event),
                "LocalMetadata": [:],
                "Message": .string(event.message),
                "Ref": .null,
            ]
        })
    }

    private static func locals(_ event: TraceEvent) -> Value {
        .array(event.variables.map { ["key": ["type": "var", "value": .string($0.name)], "value": $0.value.termDocument] })
    }
}
