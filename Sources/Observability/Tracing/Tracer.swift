import Synchronization

/// Records spans of requests and hands them to the exporter.
public final class Tracer: Sendable {
    private let sampler: Sampler
    private let exporter: SpanExporter

    public init(sampler: Sampler, exporter: SpanExporter) {
        self.sampler = sampler
        self.exporter = exporter
    }

    /// Begins the span of a request, or of what the service does by itself.
    ///
    /// - Parameters:
    ///   - start: nanoseconds since 1970.
    ///   - isKept: whether it is recorded in any case: others will link to it.
    public func begin(_ name: String, kind: Span.Kind = .server, parent: TraceContext?, at start: Int64, isKept: Bool = false) -> ActiveSpan {
        let trace = parent?.trace ?? .random()
        var span = Span(trace: trace, identifier: .random(), parent: parent?.parent, name: name, kind: kind, start: start, end: start)
        span.state = parent?.state ?? ""
        return ActiveSpan(span, baggage: parent?.baggage ?? "", exporter: isKept || sampler.samples(parent, trace) ? exporter : nil)
    }
}

/// A span whose work is under way. One that is not recorded only carries the trace on.
public final class ActiveSpan: Sendable {
    public let trace: TraceIdentifier
    public let identifier: SpanIdentifier
    private let span: Mutex<Span>
    private let state: String
    private let baggage: String
    private let exporter: SpanExporter?

    init(_ span: Span, baggage: String, exporter: SpanExporter?) {
        trace = span.trace
        identifier = span.identifier
        state = span.state
        self.span = Mutex(span)
        self.baggage = baggage
        self.exporter = exporter
    }

    public var isRecorded: Bool { exporter != nil }

    /// The work that the running task does, so that requests which it makes are part of it. Nil unless somebody said so with `$current.withValue`.
    @TaskLocal public static var current: ActiveSpan?

    /// What requests made on behalf of this work carry.
    public var context: TraceContext {
        var context = TraceContext(trace: trace, parent: identifier, isSampled: isRecorded)
        context.state = state
        context.baggage = baggage
        return context
    }

    /// Names the work by what is known of it by now.
    public func rename(_ name: @autoclosure () -> String) {
        guard isRecorded else { return }
        let name = name()
        span.withLock { $0.name = name }
    }

    public func set(_ name: String, _ value: @autoclosure () -> Span.Attribute) {
        guard isRecorded else { return }
        let value = value()
        span.withLock { $0.attributes.append((name, value)) }
    }

    /// Notes what happened at a moment of this work.
    public func add(_ event: @autoclosure () -> Span.Event) {
        guard isRecorded else { return }
        let event = event()
        span.withLock { $0.events.append(event) }
    }

    /// Says that this work rests on another.
    public func add(_ link: @autoclosure () -> Span.Link) {
        guard isRecorded else { return }
        let link = link()
        span.withLock { $0.links.append(link) }
    }

    public func fail(_ reason: @autoclosure () -> String) {
        guard isRecorded else { return }
        let reason = reason()
        span.withLock { $0.failure = reason }
    }

    /// Begins work within this one.
    ///
    /// - Parameter start: nanoseconds since 1970.
    public func begin(_ name: String, kind: Span.Kind, at start: Int64) -> ActiveSpan {
        var child = Span(trace: trace, identifier: .random(), parent: identifier, name: name, kind: kind, start: start, end: start)
        child.state = state
        return ActiveSpan(child, baggage: baggage, exporter: exporter)
    }

    /// Records work within this one that is already done.
    public func record(_ name: String, from start: Int64, to end: Int64, attributes: [(name: String, value: Span.Attribute)] = [], links: [Span.Link] = []) {
        guard let exporter else { return }
        var child = Span(trace: trace, identifier: .random(), parent: identifier, name: name, kind: .internal, start: start, end: end)
        child.attributes = attributes
        child.links = links
        exporter.export(child)
    }

    public func end(at end: Int64) {
        guard let exporter else { return }
        exporter.export(
            span.withLock { span in
                span.end = end
                return span
            })
    }
}
