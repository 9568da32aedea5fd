/// One event of a trace: what OPA's tracers report, as far as a plan of jumps has it.
public struct TraceEvent: Sendable {
    /// OPA's names of operations.
    public enum Operation: String, Sendable {
        case enter = "Enter"
        case evaluate = "Eval"
        case exit = "Exit"
        case redo = "Redo"
        case fail = "Fail"
        case note = "Note"
        case index = "Index"
    }

    /// What an event is about.
    public enum Subject: Sendable {
        /// The literal, rule or query at the event's place.
        case place
        /// The document or function at keys below `data`.
        case document([String])
    }

    public var operation: Operation
    public var subject: Subject
    public var location: SourceLocation
    /// Numbers the body that is being evaluated; 0 is the query.
    public var query: Int
    /// The body from which this one was asked for.
    public var parent: Int
    /// 0 for the query.
    public var depth: Int
    public var variables: [(name: String, value: Value)]
    /// The text of a note, or what an index found.
    public var message: String
    /// Whether the event is about a whole body and not one of its literals.
    public var isAboutBody: Bool
}

/// Makes events of the moments that the machine tells.
struct TraceRecorder {
    private(set) var events: [TraceEvent] = []
    /// The bodies that are being evaluated, outermost first.
    private var bodies: [Body] = []
    private var nextQuery = 0
    /// A trace is read by people; one that is longer than this ends with a note that says so.
    private static let limit = 200_000

    private struct Body {
        var query: Int
        var parent: Int
        var current: SourceLocation
        /// Whether each literal has held since it was evaluated: then it does not fail when it has no more solutions.
        var hasHeld: [SourceLocation: Bool] = [:]
    }

    mutating func record(_ moment: Observer.Moment, _ location: SourceLocation, _ depth: Int, _ variables: [(name: String, value: Value)]) {
        switch moment {
        case .enter:
            if bodies.count > depth { bodies.removeSubrange(depth...) }
            bodies.append(Body(query: nextQuery, parent: bodies.last?.query ?? 0, current: location))
            nextQuery += 1
            append(.enter, location, variables, isAboutBody: true)
        case .evaluate:
            leave(to: depth)
            guard !bodies.isEmpty else { return }
            bodies[bodies.count - 1].current = location
            bodies[bodies.count - 1].hasHeld[location] = false
            append(.evaluate, location, variables)
        case .exit:
            leave(to: depth)
            append(.exit, location, variables, isAboutBody: true)
        case .redo:
            leave(to: depth)
            guard let known = bodies.last?.hasHeld[location] else {
                append(.redo, location, variables, isAboutBody: true)
                return
            }
            if !known { bodies[bodies.count - 1].hasHeld[location] = true }
            bodies[bodies.count - 1].current = location
            append(.redo, location, variables)
        case .hold: break
        case .fail:
            leave(to: depth)
            if bodies.last?.hasHeld[location] == false { append(.fail, location, variables) }
        }
    }

    mutating func note(_ message: String, _ depth: Int) {
        leave(to: depth)
        append(.note, bodies.last?.current ?? .none, [], message: message)
    }

    mutating func index(_ path: [String], matched: Int, endsEarly: Bool, _ depth: Int) {
        leave(to: depth)
        let rules = "matched \(matched) rule\(matched == 1 ? "" : "s")"
        append(.index, bodies.last?.current ?? .none, [], message: "(\(rules)\(endsEarly ? ", early exit" : ""))", subject: .document(path))
    }

    private mutating func leave(to depth: Int) {
        if bodies.count > depth + 1 { bodies.removeSubrange((depth + 1)...) }
    }

    private mutating func append(
        _ operation: TraceEvent.Operation, _ location: SourceLocation, _ variables: [(name: String, value: Value)], message: String = "",
        subject: TraceEvent.Subject = .place, isAboutBody: Bool = false
    ) {
        guard events.count <= Self.limit, let body = bodies.last else { return }
        let isLast = events.count == Self.limit
        events.append(TraceEvent(
            operation: isLast ? .note : operation, subject: isLast ? .place : subject, location: location, query: body.query, parent: body.parent,
            depth: bodies.count - 1, variables: isLast ? [] : variables,
            message: isLast ? "the trace ends here: it has \(Self.limit) events" : message, isAboutBody: !isLast && isAboutBody))
    }
}
