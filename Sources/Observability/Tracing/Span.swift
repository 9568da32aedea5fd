/// A piece of work within a trace, finished.
public struct Span: Sendable {
    public enum Kind: Int, Sendable {
        case `internal` = 1, server = 2, client = 3
    }

    /// Something that happened at one moment.
    public struct Event: Sendable {
        public var name: String
        /// Nanoseconds since 1970.
        public var time: Int64
        public var attributes: [(name: String, value: Attribute)]

        public init(_ name: String, at time: Int64, attributes: [(name: String, value: Attribute)] = []) {
            self.name = name
            self.time = time
            self.attributes = attributes
        }
    }

    /// Another piece of work that this one rests on, in this trace or another.
    ///
    /// Source: OpenTelemetry specification, "Links between spans".
    public struct Link: Sendable {
        public var trace: TraceIdentifier
        public var span: SpanIdentifier
        /// Whether the other one is recorded.
        public var isSampled: Bool
        public var attributes: [(name: String, value: Attribute)]

        public init(to context: TraceContext, attributes: [(name: String, value: Attribute)] = []) {
            trace = context.trace
            span = context.parent
            isSampled = context.isSampled
            self.attributes = attributes
        }
    }

    public enum Attribute: Sendable, Hashable {
        case text(String)
        case integer(Int)
        case boolean(Bool)
    }

    public var trace: TraceIdentifier
    public var identifier: SpanIdentifier
    /// Nil for the first of a trace.
    public var parent: SpanIdentifier?
    public var state = ""
    public var name: String
    public var kind: Kind
    /// Nanoseconds since 1970.
    public var start: Int64
    public var end: Int64
    public var attributes: [(name: String, value: Attribute)] = []
    /// What happened meanwhile.
    public var events: [Event] = []
    public var links: [Link] = []
    /// What went wrong; nil where nothing did.
    public var failure: String?

    public init(trace: TraceIdentifier, identifier: SpanIdentifier, parent: SpanIdentifier?, name: String, kind: Kind, start: Int64, end: Int64) {
        self.trace = trace
        self.identifier = identifier
        self.parent = parent
        self.name = name
        self.kind = kind
        self.start = start
        self.end = end
    }
}
