import NIOCore
import NIOHTTP1

/// A request whose body has arrived whole.
struct AssembledRequest: Sendable {
    var head: HTTPRequestHead
    var body: ByteBuffer
}

/// Puts requests together from their parts, and refuses those that are larger than allowed before they have taken the memory.
struct RequestAssembler {
    private enum State {
        case expectsHead
        case expectsBody(HTTPRequestHead, ByteBuffer)
    }

    /// What a part brought about.
    enum Outcome {
        case incomplete
        /// The client waits for a go-ahead before it sends the body (RFC 9110, 10.1.1).
        case wantsContinue
        case request(AssembledRequest)
        case refused(HTTPRequestHead, ServiceError)
    }

    private var state = State.expectsHead
    private let bodyLimit: Int

    init(bodyLimit: Int) { self.bodyLimit = bodyLimit }

    /// Whether a request has begun and not ended.
    var isInsideRequest: Bool { if case .expectsHead = state { false } else { true } }

    mutating func receive(_ part: HTTPServerRequestPart) -> Outcome {
        switch part {
        case .head(let head): receive(head)
        case .body(let bytes): receive(bytes)
        case .end: end()
        }
    }

    private mutating func receive(_ head: HTTPRequestHead) -> Outcome {
        if let length = head.headers.first(name: "content-length").flatMap({ Int($0) }), length > bodyLimit { return .refused(head, tooLarge) }
        state = .expectsBody(head, ByteBuffer())
        guard let expectation = head.headers.first(name: "expect"), head.version != .http1_0 else { return .incomplete }
        return expectation.lowercased() == "100-continue" ? .wantsContinue : .incomplete
    }

    private mutating func receive(_ bytes: ByteBuffer) -> Outcome {
        guard case .expectsBody(let head, var body) = state else { return .incomplete }
        // Otherwise `state` keeps a second reference and each append copies the body.
        state = .expectsHead
        guard body.readableBytes + bytes.readableBytes <= bodyLimit else { return .refused(head, tooLarge) }
        if body.readableBytes == 0 { body = bytes } else { body.writeImmutableBuffer(bytes) }
        state = .expectsBody(head, body)
        return .incomplete
    }

    private mutating func end() -> Outcome {
        guard case .expectsBody(let head, let body) = state else { return .incomplete }
        state = .expectsHead
        return .request(AssembledRequest(head: head, body: body))
    }

    private var tooLarge: ServiceError { ServiceError(.bodyTooLarge, "request body too large: at most \(bodyLimit) bytes are allowed") }
}
