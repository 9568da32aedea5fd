import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1

/// A response as a connection writes it.
struct ServerResponse: Sendable {
    var status: HTTPResponseStatus
    /// Without `Content-Length`, `Date` and `Connection`, which the connection adds.
    var headers: HTTPHeaders
    var body: ByteBuffer
    /// The share of the body after which the connection breaks, where an experiment wants it to.
    var breaksAfter: Double?

    init(status: HTTPResponseStatus, headers: HTTPHeaders, body: ByteBuffer) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// JSON text; a line feed closes it, as OPA's do.
    init(json text: [UInt8], status: HTTPResponseStatus = .ok) {
        body = ByteBufferAllocator().buffer(capacity: text.count + 1)
        body.writeBytes(text)
        body.writeInteger(UInt8(ascii: "\n"))
        self.status = status
        headers = Self.jsonHeaders
    }

    private static let jsonHeaders: HTTPHeaders = ["Content-Type": "application/json"]

    init(_ error: ServiceError) {
        self.init(json: error.text, status: HTTPResponseStatus(statusCode: error.status.code))
        if let retryAfter = error.retryAfter { headers.add(name: "Retry-After", value: String(retryAfter)) }
        for header in error.headers { headers.add(name: header.name, value: header.value) }
    }

    /// Whether the status allows a body (RFC 9110, 6.4.1).
    var mayHaveBody: Bool { status.code >= 200 && status != .noContent && status != .notModified }
}

extension Response {
    init(_ response: ServerResponse) {
        self.init(
            status: HTTPTypes.HTTPResponse.Status(code: Int(response.status.code)), headers: HTTPFields(response.headers, splitCookie: false),
            body: ResponseBody(byteBuffer: response.body))
    }
}
