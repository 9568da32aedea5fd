import Rego

/// The route table as JSON or YAML has it. Whatever is not understood is refused: a route that means something else than was written is worse than none.
extension RouteTable {
    /// - Throws: `RoutingError` with the place and what is wrong there.
    public init(_ document: Value) throws(RoutingError) {
        var reader = try RouteReader(document, at: "routes")
        for (position, element) in try reader.array("routes").enumerated() { routes.append(try Route(element, at: "routes[\(position)]")) }
        var names: Set<String> = []
        for route in routes where !names.insert(route.name).inserted { throw RoutingError(.table, "two routes are named '\(route.name)'") }
        for (position, element) in try reader.array("usual_intents").enumerated() {
            var usual = try RouteReader(element, at: "usual_intents[\(position)]")
            guard let path = try usual.text("path"), let intent = try usual.text("intent") else { throw usual.problem("path and intent are both needed") }
            usualIntents.append(UsualIntent(path: DocumentPattern(path), intent: try Intent(named: intent)))
            try usual.finish()
        }
        if reader.has("key") {
            keys = []
            for text in try reader.texts("key") { keys.append(try Self.keySource(text)) }
        }
        if let element = reader.value("analysis") {
            var analysis = try RouteReader(element, at: "analysis")
            self.analysis.minimumDecisions = Int(try analysis.number("minimum_decisions", in: 1...100_000) ?? Double(self.analysis.minimumDecisions))
            self.analysis.maximumDifferenceShare = try analysis.number("maximum_difference_share", in: 0...1) ?? self.analysis.maximumDifferenceShare
            self.analysis.maximumErrorShare = try analysis.number("maximum_error_share", in: 0...1) ?? self.analysis.maximumErrorShare
            self.analysis.maximumLatencyFactor = try analysis.number("maximum_latency_factor", in: 1...1000) ?? self.analysis.maximumLatencyFactor
            try analysis.finish()
        }
        try reader.finish()
    }

    private static func keySource(_ text: String) throws(RoutingError) -> KeySource {
        if text == "address" { return .address }
        if text.hasPrefix("identity.") { return .claim(String(text.dropFirst("identity.".count))) }
        if text.hasPrefix("header.") { return .header(String(text.dropFirst("header.".count))) }
        throw RoutingError(.table, "key: '\(text)' is none of identity.<claim>, header.<name>, address")
    }

    public var document: Value {
        var members: [(Value, Value)] = [("routes", .array(routes.map(\.document)))]
        if !usualIntents.isEmpty {
            members.append(("usual_intents", .array(usualIntents.map { ["path": .string($0.path.text), "intent": .string($0.intent.rawValue)] })))
        }
        members.append(("key", .array(keys.map { source in
            switch source {
            case .claim(let name): .string("identity.\(name)")
            case .header(let name): .string("header.\(name)")
            case .address: "address"
            }
        })))
        members.append(("analysis", [
            "minimum_decisions": .number(Number(analysis.minimumDecisions)), "maximum_difference_share": RouteReader.value(analysis.maximumDifferenceShare),
            "maximum_error_share": RouteReader.value(analysis.maximumErrorShare), "maximum_latency_factor": RouteReader.value(analysis.maximumLatencyFactor),
        ]))
        return .makeObject(members)
    }
}
