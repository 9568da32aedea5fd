import Rego

/// The requests that a route is for: all of what is given must hold.
public struct RouteMatch: Sendable, Hashable {
    /// Minutes of a day, UTC. A span may go over midnight.
    public struct TimeSpan: Sendable, Hashable {
        public var from: Int
        public var to: Int

        public init(from: Int, to: Int) {
            self.from = from
            self.to = to
        }

        func contains(_ time: Double) -> Bool {
            let minute = (Int(time.rounded(.down)) / 60) % 1440
            return from <= to ? (from..<to).contains(minute) : minute >= from || minute < to
        }
    }

    public var path: DocumentPattern?
    /// Members of the identity and their values; an array there has to contain it.
    public var claims: [String: Value] = [:]
    /// Headers and their values.
    public var headers: [String: String] = [:]
    public var minimumSize: Int?
    public var maximumSize: Int?
    public var between: TimeSpan?

    public init() {}

    /// Why a request does not match; nil where it does.
    func mismatch(_ request: RoutedRequest) -> String? {
        if let path, !path.matches(request.path) { return "path is not \(path.text)" }
        for (name, wanted) in claims.sorted(by: { $0.key < $1.key }) {
            let found = request.identity?[name]
            var isThere = found == wanted
            if case .array(let elements)? = found, elements.contains(wanted) { isThere = true }
            if !isThere { return "identity.\(name) is not \(wanted.regoText)" }
        }
        for (name, wanted) in headers.sorted(by: { $0.key < $1.key }) where request.header(name) != wanted { return "header \(name) is not \(wanted)" }
        if let minimumSize, request.size < minimumSize { return "the body has fewer than \(minimumSize) bytes" }
        if let maximumSize, request.size > maximumSize { return "the body has more than \(maximumSize) bytes" }
        if let between, !between.contains(request.time) { return "it is another time of the day" }
        return nil
    }
}
