import Resilience

/// A request to another process.
public struct UpstreamRequest: Sendable {
    public var method: String
    /// `http`, `https`, or a Unix socket: `http+unix://%2Frun%2Fa.sock/path`, `https+unix://…`.
    public var url: String
    public var headers: [Header]
    public var body: [UInt8]
    /// Time for one try as a whole, from the connection to the last byte of the answer.
    public var deadline: Duration
    /// Time until the answer's head is there; nil where only `deadline` counts.
    public var headDeadline: Duration?
    /// Bytes that the answer's body may have after decompression.
    public var maximumResponseSize: Int
    /// Whether the answers 301, 302, 303, 307 and 308 lead to another request, at most ten in a row.
    public var followsRedirects: Bool
    /// Time for the call with all its tries and the waits between them; nil where only the tries have limits.
    public var callDeadline: Duration?
    /// What the request is made for, where that has a deadline or is itself a repetition.
    public var context: CallContext?
    /// Whether the request may be sent again although it may have been carried out; nil where its method and headers say so.
    public var isIdempotent: Bool?

    public struct Header: Sendable, Hashable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    public init(
        _ method: String = "GET", _ url: String, headers: [Header] = [], body: [UInt8] = [], deadline: Duration = .seconds(30),
        headDeadline: Duration? = nil, maximumResponseSize: Int = 64 << 20, followsRedirects: Bool = false
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.deadline = deadline
        self.headDeadline = headDeadline
        self.maximumResponseSize = maximumResponseSize
        self.followsRedirects = followsRedirects
    }

    /// The last value of a header, whatever the case of its name.
    public func header(_ name: String) -> String? { headers.value(of: name) }
}

/// What another process answered, whatever its status.
public struct UpstreamResponse: Sendable {
    public var status: Int
    /// The phrase that HTTP has for the status, such as `Not Found`.
    public var reason: String
    /// `HTTP/1.1` or `HTTP/2.0`.
    public var version: String
    public var headers: [UpstreamRequest.Header]
    /// Decompressed where the server compressed it.
    public var body: [UInt8]

    public init(status: Int, reason: String = "", version: String = "HTTP/1.1", headers: [UpstreamRequest.Header] = [], body: [UInt8] = []) {
        self.status = status
        self.reason = reason
        self.version = version
        self.headers = headers
        self.body = body
    }

    /// The last value of a header, whatever the case of its name.
    public func header(_ name: String) -> String? { headers.value(of: name) }
}

extension [UpstreamRequest.Header] {
    func value(of name: String) -> String? {
        let name = name.lowercased()
        return last { $0.name.lowercased() == name }?.value
    }
}
