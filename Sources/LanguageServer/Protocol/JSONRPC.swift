/// A request's number or name (JSON-RPC 2.0).
enum RequestIdentifier: Hashable, Codable, Sendable {
    case number(Int)
    case text(String)

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Int.self) { self = .number(number) } else { self = .text(try container.decode(String.self)) }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .number(let number): try container.encode(number)
        case .text(let text): try container.encode(text)
        }
    }
}

/// What a message is, without its parameters. A request has both members, a notification no `id`, a response no `method`.
struct Envelope: Decodable {
    var id: RequestIdentifier?
    var method: String?
}

/// The parameters of a message.
struct Parameters<Content: Decodable>: Decodable {
    var params: Content
}

/// Where a request or notification has no parameters, or none that matter.
struct NoParameters: Codable {}

/// An answer. `null` is one, so it is written.
struct Response<Result: Encodable>: Encodable {
    var id: RequestIdentifier
    var result: Result

    private enum Key: String, CodingKey { case jsonrpc, id, result }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode("2.0", forKey: .jsonrpc)
        try container.encode(id, forKey: .id)
        try container.encode(result, forKey: .result)
    }
}

/// An answer that says why there is none. The identifier is null where the request could not be read.
struct ErrorResponse: Encodable {
    var id: RequestIdentifier?
    var error: RequestError

    private enum Key: String, CodingKey { case jsonrpc, id, error }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode("2.0", forKey: .jsonrpc)
        try container.encode(id, forKey: .id)
        try container.encode(error, forKey: .error)
    }
}

/// What the server says or asks of itself; with an `id` it is a request, whose answer is not waited for.
struct OutgoingMessage<Content: Encodable>: Encodable {
    var jsonrpc = "2.0"
    var id: RequestIdentifier?
    var method: String
    var params: Content
}

/// Why a request has no answer.
struct RequestError: Error, Encodable, Sendable {
    /// The codes of JSON-RPC 2.0 and LSP 3.17.
    enum Code: Int, Encodable {
        case parseError = -32700
        case invalidRequest = -32600
        case methodNotFound = -32601
        case invalidParameters = -32602
        case serverNotInitialized = -32002
        case requestCancelled = -32800
        /// The request is right, but cannot be done; the message says what to do.
        case requestFailed = -32803
    }

    var code: Code
    var message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
