import Rego

extension Route {
    init(_ document: Value, at place: String) throws(RoutingError) {
        var reader = try RouteReader(document, at: place)
        guard let name = try reader.text("name"), !name.isEmpty, name.utf8.count <= 64, name.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else {
            throw reader.problem("name is missing: up to 64 characters without spaces")
        }
        self.init(name: name)
        for text in try reader.texts("intents") { intents.insert(try Intent(named: text)) }
        if let match = reader.value("match") { self.match = try RouteMatch(match, at: "\(place).match") }
        if let value = reader.value("revision") { revision = try Self.revision(value, "\(place).revision") }
        if let value = reader.value("shadow") { shadow = try Self.shadow(value, "\(place).shadow") }
        priority = try reader.text("class")
        if let priority, !["SHEDDABLE", "SHEDDABLE_PLUS", "CRITICAL", "CRITICAL_PLUS"].contains(priority) { throw reader.problem("class '\(priority)' is no criticality") }
        if let seconds = try reader.number("maximum_age_seconds", in: 0.001...86_400) { maximumAge = .seconds(seconds) }
        if let value = reader.value("budget") {
            var budget = try RouteReader(value, at: "\(place).budget")
            steps = try budget.number("steps", in: 1...1e15).map { UInt64($0) }
            time = try budget.number("seconds", in: 0.001...3600).map { .seconds($0) }
            try budget.finish()
        }
        if let value = reader.value("pool") { pool = try Self.pool(value, "\(place).pool") }
        explanation = try reader.text("explain")
        if let explanation, !["full", "notes", "fails", "debug", "why"].contains(explanation) { throw reader.problem("explain must be full, notes, fails, debug or why") }
        try reader.finish()
    }

    private static func revision(_ value: Value, _ place: String) throws(RoutingError) -> Revision {
        if value == "stable" { return .stable }
        var reader = try RouteReader(value, at: place)
        let canary = try reader.text("canary"), pinned = try reader.text("pinned"), share = try reader.number("share", in: 0...1)
        try reader.finish()
        switch (canary, pinned, share) {
        case (let name?, nil, let share?): return .canary(name, share: share)
        case (nil, let name?, nil): return .pinned(name)
        default: throw reader.problem("must be stable, {canary, share} or {pinned}")
        }
    }

    private static func shadow(_ value: Value, _ place: String) throws(RoutingError) -> Shadow {
        if case .string(let name) = value { return Shadow(revision: name, share: 1) }
        var reader = try RouteReader(value, at: place)
        guard let name = try reader.text("revision") else { throw reader.problem("revision is missing") }
        let shadow = Shadow(revision: name, share: try reader.number("share", in: 0...1) ?? 1)
        try reader.finish()
        return shadow
    }

    private static func pool(_ value: Value, _ place: String) throws(RoutingError) -> Pool {
        var reader = try RouteReader(value, at: place)
        var pool = Pool(services: try reader.texts("services"))
        guard !pool.services.isEmpty else { throw reader.problem("services is missing") }
        if let text = try reader.text("by") {
            guard let choice = Pool.Choice(rawValue: text) else { throw reader.problem("by must be nearest or hash") }
            pool.choice = choice
        }
        if let text = try reader.text("otherwise") {
            guard text == "local" || text == "refuse" else { throw reader.problem("otherwise must be local or refuse") }
            pool.fallsBackToLocal = text == "local"
        }
        try reader.finish()
        return pool
    }

    var document: Value {
        var members: [(Value, Value)] = [("name", .string(name))]
        if !intents.isEmpty { members.append(("intents", .array(intents.map(\.rawValue).sorted().map { .string($0) }))) }
        if match != RouteMatch() { members.append(("match", match.document)) }
        switch revision {
        case .stable: members.append(("revision", "stable"))
        case .canary(let name, let share): members.append(("revision", ["canary": .string(name), "share": RouteReader.value(share)]))
        case .pinned(let name): members.append(("revision", ["pinned": .string(name)]))
        }
        if let shadow { members.append(("shadow", ["revision": .string(shadow.revision), "share": RouteReader.value(shadow.share)])) }
        if let priority { members.append(("class", .string(priority))) }
        if let maximumAge { members.append(("maximum_age_seconds", RouteReader.value(maximumAge / .seconds(1)))) }
        var budget: [(Value, Value)] = []
        if let steps { budget.append(("steps", .number(Number(Int(steps))))) }
        if let time { budget.append(("seconds", RouteReader.value(time / .seconds(1)))) }
        if !budget.isEmpty { members.append(("budget", .makeObject(budget))) }
        if let pool {
            members.append(("pool", [
                "services": .array(pool.services.map { .string($0) }), "by": .string(pool.choice.rawValue), "otherwise": pool.fallsBackToLocal ? "local" : "refuse",
            ]))
        }
        if let explanation { members.append(("explain", .string(explanation))) }
        return .makeObject(members)
    }
}

extension RouteMatch {
    init(_ document: Value, at place: String) throws(RoutingError) {
        self.init()
        var reader = try RouteReader(document, at: place)
        path = try reader.text("path").map { DocumentPattern($0) }
        for (name, value) in try reader.object("claims") { claims[name] = value }
        for (name, value) in try reader.object("headers") {
            guard case .string(let text) = value else { throw reader.problem("headers must hold texts") }
            headers[name] = text
        }
        minimumSize = try reader.number("minimum_bytes", in: 0...1e12).map { Int($0) }
        maximumSize = try reader.number("maximum_bytes", in: 0...1e12).map { Int($0) }
        let times = try reader.texts("between")
        if !times.isEmpty {
            guard times.count == 2, let from = Self.minute(times[0]), let to = Self.minute(times[1]) else { throw reader.problem("between must be two times of the day, UTC, such as 08:00") }
            between = TimeSpan(from: from, to: to)
        }
        try reader.finish()
    }

    private static func minute(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let hour = parts[0], let minute = parts[1], (0...24).contains(hour), (0..<60).contains(minute), hour * 60 + minute <= 1440 else { return nil }
        return hour * 60 + minute
    }

    fileprivate var document: Value {
        var members: [(Value, Value)] = []
        if let path { members.append(("path", .string(path.text))) }
        if !claims.isEmpty { members.append(("claims", .makeObject(claims.map { (.string($0.key), $0.value) }))) }
        if !headers.isEmpty { members.append(("headers", .makeObject(headers.map { (.string($0.key), .string($0.value)) }))) }
        if let minimumSize { members.append(("minimum_bytes", .number(Number(minimumSize)))) }
        if let maximumSize { members.append(("maximum_bytes", .number(Number(maximumSize)))) }
        if let between { members.append(("between", [.string(Self.text(between.from)), .string(Self.text(between.to))])) }
        return .makeObject(members)
    }

    private static func text(_ minute: Int) -> String { "\(minute / 60 < 10 ? "0" : "")\(minute / 60):\(minute % 60 < 10 ? "0" : "")\(minute % 60)" }
}
