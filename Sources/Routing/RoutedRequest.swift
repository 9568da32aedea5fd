import Rego

/// What routes look at of a request for a decision.
public struct RoutedRequest: Sendable {
    /// Of the document below `data`.
    public var path: [String]
    /// Who asks, where that was verified.
    public var identity: Value?
    /// The client's IP.
    public var address: String?
    /// Bytes of the body.
    public var size: Int
    /// Seconds since 1970.
    public var time: Double
    /// Values of headers by their names.
    public var header: @Sendable (String) -> String?

    public init(path: [String], identity: Value? = nil, address: String? = nil, size: Int = 0, time: Double = 0, header: @escaping @Sendable (String) -> String? = { _ in nil }) {
        self.path = path
        self.identity = identity
        self.address = address
        self.size = size
        self.time = time
        self.header = header
    }

    /// What a policy that derives the intent sees as its input.
    ///
    /// - Parameter requested: what the request itself says.
    public func intentInput(requested: Intent?) -> Value {
        var members: [(Value, Value)] = [
            ("path", .array(path.map { .string($0) })), ("size", .number(Number(size))), ("time_ns", .number(Number(Int(time * 1e9)))),
        ]
        if let identity { members.append(("identity", identity)) }
        if let address { members.append(("address", .string(address))) }
        if let requested { members.append(("requested", .string(requested.rawValue))) }
        return .makeObject(members)
    }
}
