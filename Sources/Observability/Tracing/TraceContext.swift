/// Where a request stands in a trace, as headers carry it from service to service.
///
/// Source: W3C Trace Context (levels 1 and 2), W3C Baggage.
public struct TraceContext: Sendable, Hashable {
    public var trace: TraceIdentifier
    /// The span that asked.
    public var parent: SpanIdentifier
    /// Whether who asked records the trace.
    public var isSampled: Bool
    /// What vendors of tracing keep, passed on as it is; empty where it was none or not well-formed.
    public var state = ""
    /// What the application passes along, as it came.
    public var baggage = ""

    private static let stateLimit = 512
    private static let memberLimit = 32
    private static let baggageLimit = 8192

    public init(trace: TraceIdentifier, parent: SpanIdentifier, isSampled: Bool) {
        self.trace = trace
        self.parent = parent
        self.isSampled = isSampled
    }

    /// Reads the headers of a request. Nil where `traceparent` is missing or malformed: a new trace begins then.
    public init?(traceparent: String?, tracestate: String?, baggage: String?) {
        guard let parts = traceparent?.split(separator: "-", omittingEmptySubsequences: false), parts.count >= 4 else { return nil }
        guard parts[0].utf8.count == 2, let version = Hexadecimal.number(parts[0]), version != 0xff else { return nil }
        // Only versions to come may have more parts.
        guard version > 0 || parts.count == 4 else { return nil }
        guard parts[1].utf8.count == 32, parts[2].utf8.count == 16, parts[3].utf8.count == 2 else { return nil }
        guard let high = Hexadecimal.number(parts[1].prefix(16)), let low = Hexadecimal.number(parts[1].suffix(16)),
            let trace = TraceIdentifier(high: high, low: low), let parent = Hexadecimal.number(parts[2]).flatMap({ SpanIdentifier($0) }),
            let flags = Hexadecimal.number(parts[3])
        else { return nil }
        self.init(trace: trace, parent: parent, isSampled: flags & 1 == 1)
        if let tracestate, Self.isStateWellFormed(tracestate) { state = tracestate }
        if let baggage, baggage.utf8.count <= Self.baggageLimit, baggage.utf8.allSatisfy({ (0x20...0x7e).contains($0) || $0 == 0x09 }) { self.baggage = baggage }
    }

    private static func isStateWellFormed(_ text: String) -> Bool {
        guard text.utf8.count <= stateLimit, text.utf8.allSatisfy({ (0x20...0x7e).contains($0) || $0 == 0x09 }) else { return false }
        let members = text.split(separator: ",").map { $0.drop { $0 == " " || $0 == "\t" } }.filter { !$0.isEmpty }
        guard members.count <= memberLimit else { return false }
        var keys: Set<Substring> = []
        return members.allSatisfy { member in
            guard let equals = member.firstIndex(of: "="), equals > member.startIndex, member.index(after: equals) < member.endIndex else { return false }
            return keys.insert(member[..<equals]).inserted
        }
    }

    /// The headers that carry the context on, with `parent` the span that asks.
    public var headers: [(name: String, value: String)] {
        var headers = [("traceparent", "00-\(trace)-\(parent)-0\(isSampled ? 1 : 0)")]
        if !state.isEmpty { headers.append(("tracestate", state)) }
        if !baggage.isEmpty { headers.append(("baggage", baggage)) }
        return headers
    }
}
