import Synchronization

/// Responses to the requests of policies, kept for other queries (RFC 9111).
///
/// A response that is no longer fresh stays: its server may say that it still holds. The oldest go first where the limit is reached.
public final class HTTPResponseCache: Sendable {
    struct Entry {
        var response: IncomingResponse
        /// Until when it is fresh, in nanoseconds since 1970.
        var expiry: Int64
        /// Tells an entry from the ones that it replaced.
        fileprivate var number: UInt64
    }

    private struct State {
        var entries: [Value: Entry] = [:]
        /// In the order in which they were kept; those replaced since are skipped.
        var order: [(key: Value, number: UInt64)] = []
        var bytes = 0
        var count: UInt64 = 0
        /// When stale entries were looked for last.
        var lastSweep: Int64 = 0

        mutating func remove(_ key: Value) {
            guard let entry = entries.removeValue(forKey: key) else { return }
            bytes -= entry.response.body.count
        }

        /// Removes the oldest until the rest has so many bytes.
        mutating func shrink(to limit: Int) {
            var taken = 0
            while bytes > limit, taken < order.count {
                if entries[order[taken].key]?.number == order[taken].number { remove(order[taken].key) }
                taken += 1
            }
            order.removeFirst(taken)
        }

        mutating func forgetReplaced() {
            guard order.count > 2 * entries.count + 64 else { return }
            order.removeAll { entries[$0.key]?.number != $0.number }
        }
    }

    public static let defaultByteLimit = 64 * 1024 * 1024

    private let state = Mutex(State())
    private let byteLimit: Int
    private let evictionThreshold: Int
    private let sweepPeriod: Int64?

    /// - Parameters:
    ///   - byteLimit: bytes of bodies that are kept.
    ///   - evictionThreshold: what remains when the limit is reached, in percent of it.
    ///   - sweepPeriod: how often responses that are no longer fresh are removed; nil for never.
    public init(byteLimit: Int = defaultByteLimit, evictionThreshold: Int = 100, sweepPeriod: Duration? = nil) {
        self.byteLimit = byteLimit
        self.evictionThreshold = min(max(evictionThreshold, 0), 100)
        self.sweepPeriod = sweepPeriod.map { $0.components.seconds.multipliedReportingOverflow(by: 1_000_000_000).partialValue }
    }

    func response(to request: Value) -> Entry? { state.withLock { $0.entries[request] } }

    func keep(_ response: IncomingResponse, for request: Value, until expiry: Int64, now: Int64) {
        let size = response.body.count
        guard size <= byteLimit else { return }
        state.withLock { state in
            if let sweepPeriod, now - state.lastSweep > sweepPeriod {
                state.lastSweep = now
                for (key, entry) in state.entries where entry.expiry <= now { state.remove(key) }
            }
            state.remove(request)
            if state.bytes + size > byteLimit { state.shrink(to: min(byteLimit / 100 * evictionThreshold, byteLimit - size)) }
            state.count += 1
            state.entries[request] = Entry(response: response, expiry: expiry, number: state.count)
            state.order.append((request, state.count))
            state.bytes += size
            state.forgetReplaced()
        }
    }

    /// How many responses are kept.
    public var count: Int { state.withLock { $0.entries.count } }
    /// Bytes of their bodies.
    public var byteCount: Int { state.withLock { $0.bytes } }
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

    /// What asks a server whether this response still holds.
    var conditions: [OutgoingRequest.Header] {
        [("etag", "If-None-Match"), ("last-modified", "If-Modified-Since")].compactMap { field, condition in
            header(field).map { .init(name: condition, value: $0) }
        }
    }

    /// This response with the header fields of the one that says it still holds.
    func refreshed(by confirmation: IncomingResponse) -> IncomingResponse {
        var response = self
        let renewed = Set(confirmation.headers.map { $0.name.lowercased() }).subtracting(["content-length"])
        response.headers.removeAll { renewed.contains($0.name.lowercased()) }
        response.headers += confirmation.headers.filter { renewed.contains($0.name.lowercased()) }
        return response
    }
}
