import Rego

/// Routes in their order: the first that matches counts. A value, replaced as a whole.
public struct RouteTable: Sendable, Hashable {
    /// Where a caller's key is found, by which canaries and pools are chosen.
    public enum KeySource: Sendable, Hashable {
        case claim(String)
        case header(String)
        case address
    }

    /// The intent of requests that name none.
    public struct UsualIntent: Sendable, Hashable {
        public var path: DocumentPattern
        public var intent: Intent
    }

    public var routes: [Route] = []
    public var usualIntents: [UsualIntent] = []
    /// The first that a request has.
    public var keys: [KeySource] = [.claim("sub"), .address]
    public var analysis = CanaryAnalysis.Settings()

    public init() {}

    /// The intent of a request that names none, by its path.
    public func usualIntent(_ path: [String]) -> Intent? { usualIntents.first { $0.path.matches(path) }?.intent }

    /// The first route that matches.
    public func route(_ intent: Intent, _ request: RoutedRequest) -> Route? { routes.first { $0.mismatch(intent, request) == nil } }

    /// What tells callers apart; nil where a request has nothing of it.
    public func key(of request: RoutedRequest) -> String? {
        for source in keys {
            switch source {
            case .claim(let name):
                switch request.identity?[name] {
                case .string(let text)?: return text
                case let other?: return other.regoText
                case nil: continue
                }
            case .header(let name): if let value = request.header(name) { return value }
            case .address: if let address = request.address { return address }
            }
        }
        return nil
    }

    /// The revisions that routes name, and the services.
    public var revisionNames: Set<String> { Set(routes.compactMap(\.revision.name) + routes.compactMap(\.shadow?.revision)) }
    public var serviceNames: Set<String> { Set(routes.flatMap { $0.pool?.services ?? [] }) }

    /// Every route, and whether and why it does not match.
    public func explanation(_ intent: Intent, _ request: RoutedRequest) -> RouteExplanation {
        var lines: [(route: String, mismatch: String?)] = []
        for route in routes {
            let mismatch = route.mismatch(intent, request)
            lines.append((route.name, mismatch))
            if mismatch == nil { break }
        }
        let found = route(intent, request), key = key(of: request)
        var side: String?
        if case .canary(let name, let share)? = found?.revision {
            let position = CanarySplit.position(of: key ?? "", in: name)
            side = "\(key.map { "key '\($0)'" } ?? "a request without a key") lies at \(Self.rounded(position)) of 1, the canary takes below \(Self.rounded(share))"
        }
        return RouteExplanation(intent: intent, lines: lines, route: found, side: side, decides: found.map { CanarySplit.revision(of: $0, key: key) } ?? nil)
    }

    private static func rounded(_ number: Double) -> String { "\((number * 10_000).rounded() / 10_000)" }
}

/// Why a request goes where it goes.
public struct RouteExplanation: Sendable {
    public var intent: Intent
    /// The routes that were looked at in their order.
    public var lines: [(route: String, mismatch: String?)]
    public var route: Route?
    /// On which side of a canary the request is, and why.
    public var side: String?
    /// The revision that decides; nil for the stable one.
    public var decides: String?

    /// Lines for people.
    public var text: String {
        var text = ["intent: \(intent.rawValue)"]
        text += lines.map { "route \($0.route): \($0.mismatch.map { "no, \($0)" } ?? "yes")" }
        if route == nil { text.append("no route matches") }
        if let side { text.append("canary: \(side)") }
        text.append("decides: \(decides ?? "stable")")
        return text.joined(separator: "\n") + "\n"
    }

    public var document: Value {
        var members: [(Value, Value)] = [
            ("intent", .string(intent.rawValue)), ("decides", .string(decides ?? "stable")),
            ("routes", .array(lines.map { Self.document($0.route, $0.mismatch) })),
        ]
        if let route { members.append(("route", .string(route.name))) }
        if let side { members.append(("canary", .string(side))) }
        return .makeObject(members)
    }

    private static func document(_ route: String, _ mismatch: String?) -> Value {
        var members: [(Value, Value)] = [("name", .string(route)), ("matches", .boolean(mismatch == nil))]
        if let mismatch { members.append(("because", .string(mismatch))) }
        return .makeObject(members)
    }
}
