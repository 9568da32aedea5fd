import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
    /// A response of JSON text; a line feed closes it, as OPA's do.
    static func json(_ text: [UInt8], status: HTTPResponse.Status = .ok) -> Response {
        var buffer = ByteBuffer(bytes: text)
        buffer.writeInteger(UInt8(ascii: "\n"))
        return Response(status: status, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: buffer))
    }

    static func json(_ envelope: Envelope, pretty: Bool, status: HTTPResponse.Status = .ok) -> Response {
        .json(pretty ? envelope.prettyText() : envelope.compactText(), status: status)
    }
}
