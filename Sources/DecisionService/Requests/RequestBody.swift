import HTTPTypes
import Hummingbird
import NIOCore
import Rego

extension Request {
    /// What follows the question mark of the target.
    var parameters: RequestParameters { RequestParameters(query: uri.query ?? "") }

    var isYAML: Bool { headers[.contentType]?.contains("yaml") ?? false }
}

/// The body of a request for a decision.
enum RequestBody {
    /// A body as JSON text; YAML is converted.
    ///
    /// - Throws: `invalidParameter` where YAML cannot be read.
    static func json(_ body: ByteBuffer, isYAML: Bool) throws(ServiceError) -> [UInt8] {
        guard isYAML else { return Array(body.readableBytesView) }
        do {
            return try Value(yaml: String(buffer: body)).json(escapesHTML: false)
        } catch {
            throw ServiceError(.invalidParameter, "body contains malformed input document: \(error)")
        }
    }
}
