import Archives
import NIOCore
import NIOHTTP1

/// Compression of bodies, with gzip alone as OPA has it (RFC 9110, 8.4): of requests as they say, of responses where clients take it.
///
/// It works on whole bodies, which are there anyway: handlers that work on parts would cost every request, and few are compressed.
struct ContentCoding: Sendable {
    let limits: ServerLimits

    /// The request with the body as it was before the client compressed it.
    ///
    /// - Throws: `ServiceError` where the body is not gzip, or larger than allowed.
    func decoded(_ request: AssembledRequest) throws(ServiceError) -> AssembledRequest {
        guard let coding = request.head.headers.first(name: "content-encoding"), coding.lowercased().contains("gzip") else { return request }
        let (ratioLimit, isLarge) = request.body.readableBytes.multipliedReportingOverflow(by: limits.decompressionRatio)
        let limit = isLarge ? limits.decompressedSize : min(limits.decompressedSize, ratioLimit)
        var request = request
        do throws(GZip.Failure) {
            request.body = ByteBuffer(bytes: try GZip.decompress(Array(request.body.readableBytesView), limit: limit))
        } catch {
            throw refusal(error)
        }
        request.head.headers.remove(name: "content-encoding")
        return request
    }

    private func refusal(_ failure: GZip.Failure) -> ServiceError {
        switch failure {
        case .tooLarge(let limit) where limit < limits.decompressedSize:
            ServiceError(.bodyTooLarge, "gzip payload too large: a body may become at most \(limits.decompressionRatio) times larger by decompression")
        case .tooLarge: ServiceError(.bodyTooLarge, "gzip payload too large: at most \(limits.decompressedSize) bytes may come out")
        case .truncated: ServiceError(.invalidParameter, "could not decompress the body: unexpected EOF")
        case .damaged(let reason): ServiceError(.invalidParameter, "could not decompress the body: gzip: \(reason)")
        case .outOfMemory: ServiceError(.evaluation, "could not decompress the body: \(failure)")
        }
    }

    /// The response as it goes to the client of a request.
    func encoded(_ response: ServerResponse, for request: HTTPRequestHead) -> ServerResponse {
        guard response.body.readableBytes >= limits.compressionThreshold, response.headers.first(name: "content-encoding") == nil else { return response }
        var response = response
        response.headers.add(name: "Vary", value: "Accept-Encoding")
        guard Self.takesGZip(request), let text = try? GZip.compress(Array(response.body.readableBytesView), level: Int32(limits.compressionLevel)) else { return response }
        response.body = ByteBuffer(bytes: text)
        response.headers.add(name: "Content-Encoding", value: "gzip")
        return response
    }

    /// Whether `Accept-Encoding` names gzip, and not with a weight of zero (RFC 9110, 12.5.3).
    static func takesGZip(_ request: HTTPRequestHead) -> Bool {
        request.headers[canonicalForm: "accept-encoding"].contains { item in
            let parts = item.lowercased().split(separator: ";").map { $0.filter { !$0.isWhitespace } }
            guard parts.first == "gzip" || parts.first == "x-gzip" else { return false }
            guard let weight = parts.dropFirst().first(where: { $0.hasPrefix("q=") }).flatMap({ Double($0.dropFirst(2)) }) else { return true }
            return weight > 0
        }
    }
}
