/// How much of a trace is shown: OPA's explanation modes.
public enum ExplanationMode: String, Sendable, CaseIterable {
    /// Messages of `trace`, with the bodies that lead to them.
    case notes
    /// Literals that failed, with the bodies that lead to them.
    case fails
    case full
    /// As `full`.
    case debug

    /// The events that the mode shows.
    public func filtered(_ events: [TraceEvent]) -> [TraceEvent] {
        switch self {
        case .full, .debug: events
        case .notes: Self.lineage(events) { $0.operation == .note }
        case .fails: Self.lineage(events) { $0.operation == .fail }
        }
    }

    /// The events of interest, each behind those that entered the bodies around it.
    private static func lineage(_ events: [TraceEvent], _ isOfInterest: (TraceEvent) -> Bool) -> [TraceEvent] {
        var entries: [Int: TraceEvent] = [:]
        var shown: Set<Int> = []
        var result: [TraceEvent] = []
        for event in events {
            if event.operation == .enter { entries[event.query] = event }
            guard isOfInterest(event) else { continue }
            var path: [TraceEvent] = []
            var query: Int? = event.query
            while let current = query, let entry = entries[current], shown.insert(current).inserted {
                path.append(entry)
                query = entry.depth == 0 ? nil : entry.parent
            }
            result += path.reversed() + [event]
        }
        return result
    }
}
