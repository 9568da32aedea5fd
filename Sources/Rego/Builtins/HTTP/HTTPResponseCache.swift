import Synchronization

/// Responses to the requests of policies, kept for other queries as long as they are fresh (RFC 9111). Bounded by the bytes of their bodies.
public final class HTTPResponseCache: Sendable {
    private struct Entry {
        var response: IncomingResponse
        /// Nanoseconds since 1970.
        var expiry: Int64
    }

    private struct State {
        var entries: [Value: Entry] = [:]
        var bytes = 0
    }

    private let state = Mutex(State())
    private let byteLimit: Int

    /// - Parameter byteLimit: bytes of bodies that are kept; the cache is emptied when it is reached.
    public init(byteLimit: Int = 64 * 1024 * 1024) { self.byteLimit = byteLimit }

    func response(to request: Value, now: Int64) -> IncomingResponse? {
        state.withLock { state in
            guard let entry = state.entries[request] else { return nil }
            if entry.expiry > now { return entry.response }
            state.entries[request] = nil
            state.bytes -= entry.response.body.count
            return nil
        }
    }

    func keep(_ response: IncomingResponse, for request: Value, until expiry: Int64) {
        guard response.body.count <= byteLimit else { return }
        state.withLock { state in
            if state.bytes + response.body.count > byteLimit { state = State() }
            state.bytes += response.body.count - (state.entries[request]?.response.body.count ?? 0)
            state.entries[request] = Entry(response: response, expiry: expiry)
        }
    }

    /// How many responses are kept.
    public var count: Int { state.withLock { $0.entries.count } }
}

extension IncomingResponse {
    /// Seconds that the response is fresh by what it says of itself; nil where it must not be kept.
    var freshness: Int64? {
        let directives = (header("cache-control") ?? "").lowercased().split(separator: ",").map { $0.drop(while: \.isWhitespace) }
        if directives.contains(where: { $0.hasPrefix("no-store") || $0.hasPrefix("no-cache") || $0.hasPrefix("private") }) { return nil }
        for name in ["s-maxage=", "max-age="] {
            if let directive = directives.first(where: { $0.hasPrefix(name) }), let seconds = Int64(directive.dropFirst(name.count)) { return seconds > 0 ? seconds : nil }
        }
        guard let expires = header("expires").flatMap({ TimeLayout("Mon, 02 Jan 2006 15:04:05 MST").parse($0)?.nanoseconds }) else { return nil }
        let date = header("date").flatMap { TimeLayout("Mon, 02 Jan 2006 15:04:05 MST").parse($0)?.nanoseconds }
        return date.map { (expires - $0) / 1_000_000_000 }.flatMap { $0 > 0 ? $0 : nil }
    }

    /// Statuses whose responses may be kept (RFC 9110, 15.1).
    var isCacheable: Bool { [200, 203, 204, 206, 300, 301, 404, 405, 410, 414, 501].contains(status) }
}
