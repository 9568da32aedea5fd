import Logging
import NIOCore
import NIOHTTP1
import Rego

/// Answers the requests of one connection, or of one HTTP/2 stream, in their order.
///
/// Answers that are there at once are written within the same read, so that pipelined requests cost one system call. While an answer
/// is made elsewhere, later requests wait here, and at some number the connection is no longer read.
final class RequestHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = Never

    enum Transport {
        /// A connection of HTTP/1; over TLS it cannot be closed in one direction only.
        case connection(isSecure: Bool)
        /// A stream of HTTP/2, which ends with its response.
        case stream(isSecure: Bool)
    }

    private enum Waiting {
        case request(AssembledRequest)
        case refusal(ServiceError)
    }

    private enum State {
        case open
        /// Ends after the requests that have arrived.
        case ending
        /// A refusal waits to be written; nothing more is read from the client.
        case refusing
        case closing
    }

    private let lanes: any RequestLanes
    private let limits: ServerLimits
    private let transport: Transport
    private let coding: ContentCoding
    private let writer: ResponseWriter
    private var assembler: RequestAssembler
    private var deadline: ConnectionDeadline
    private var deadlineCheck: Scheduled<Void>?
    private var state = State.open
    private var waiting = CircularBuffer<Waiting>()
    /// Set while an answer is made elsewhere.
    private var underWay: Cancellation?
    private var client: Client?
    private var isReadHeld = false
    private var needsFlush = false
    private var bytesUnsent = 0
    /// Whether the bytes of the current read completed a part of a request.
    private var receivedPart = false

    init(lanes: any RequestLanes, limits: ServerLimits, transport: Transport) {
        self.lanes = lanes
        self.limits = limits
        self.transport = transport
        coding = ContentCoding(limits: limits)
        writer = if case .stream = transport { .parts } else { .bytes }
        assembler = RequestAssembler(bodyLimit: limits.bodySize)
        deadline = ConnectionDeadline(limits)
    }

    private var isSecure: Bool { switch transport { case .connection(let isSecure), .stream(let isSecure): isSecure } }
    private var isStream: Bool { if case .stream = transport { true } else { false } }

    // MARK: Events

    func handlerAdded(context: ChannelHandlerContext) {
        client = Client(channel: context.channel, isSecure: isSecure)
        scheduleDeadlineCheck(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) { deadlineCheck?.cancel() }

    func channelInactive(context: ChannelHandlerContext) {
        state = .closing
        underWay?.cancel()
        waiting.removeAll()
        deadlineCheck?.cancel()
        context.fireChannelInactive()
    }

    func bytesArrived() { if deadline.phase == .idle { deadline.enter(.header) } }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        receivedPart = true
        guard state == .open || state == .ending else { return }
        switch assembler.receive(Self.unwrapInboundIn(data)) {
        case .incomplete: break
        case .wantsContinue: if underWay == nil, waiting.isEmpty { writer.writeContinue(context) }
        case .request(let request): take(request, context)
        case .refused(_, let error): refuse(error, context)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if needsFlush { flush(context) }
        updateDeadline()
        context.fireChannelReadComplete()
    }

    func read(context: ChannelHandlerContext) {
        if (underWay != nil && !waiting.isEmpty) || !context.channel.isWritable { isReadHeld = true } else { context.read() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { resumeReading(context) }
        context.fireChannelWritabilityChanged()
    }

    private func resumeReading(_ context: ChannelHandlerContext) {
        guard isReadHeld else { return }
        isReadHeld = false
        read(context: context)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent where !isStream: end(context)
        case ChannelEvent.inputClosed:
            underWay?.cancel()
            if state != .closing { end(context) }
        default: break
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard state == .open || state == .ending, let refusal = ServiceError(connection: error, limits) else {
            close(context)
            return
        }
        refuse(refusal, context)
        if needsFlush { flush(context) }
    }

    // MARK: Answering

    private func take(_ request: AssembledRequest, _ context: ChannelHandlerContext) {
        if underWay == nil, waiting.isEmpty {
            answer(request, context)
        } else if waiting.count < limits.pipelinedRequests {
            waiting.append(.request(request))
        } else {
            refuse(ServiceError(.overloaded, "too many pipelined requests: at most \(limits.pipelinedRequests) may wait for an answer"), context)
        }
    }

    private func refuse(_ error: ServiceError, _ context: ChannelHandlerContext) {
        state = .refusing
        if underWay == nil, waiting.isEmpty { write(refusal: error, context) } else { waiting.append(.refusal(error)) }
    }

    private func answer(_ request: AssembledRequest, _ context: ChannelHandlerContext) {
        guard let client else { return }
        let decoded: AssembledRequest
        do throws(ServiceError) {
            decoded = try coding.decoded(request)
        } catch {
            return write(ServerResponse(error), to: request.head, context)
        }
        switch lanes.answer(decoded, from: client) {
        case .now(let response): write(response, to: request.head, context)
        case .later(let start):
            let cancellation = Cancellation()
            underWay = cancellation
            start(cancellation).assumeIsolated().whenComplete { result in
                self.underWay = nil
                self.receivedPart = true
                guard context.channel.isActive else { return }
                switch result {
                case .success(let response): self.write(response, to: request.head, context)
                case .failure(let error): self.write(ServerResponse(ServiceError(answering: error)), to: request.head, context)
                }
                self.answerWaiting(context)
            }
        }
    }

    private func answerWaiting(_ context: ChannelHandlerContext) {
        while underWay == nil, state != .closing, let next = waiting.popFirst() {
            switch next {
            case .request(let request): answer(request, context)
            case .refusal(let error): write(refusal: error, context)
            }
        }
        if needsFlush { flush(context) }
        updateDeadline()
        resumeReading(context)
    }

    // MARK: Writing

    private func write(_ response: ServerResponse, to request: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let isLast = state == .ending && waiting.isEmpty && !assembler.isInsideRequest
        let closes = isLast || (!isStream && !request.isKeepAlive)
        write(coding.encoded(response, for: request), version: request.version, omitsBody: request.method == .HEAD, closes: closes, context)
    }

    private func write(refusal error: ServiceError, _ context: ChannelHandlerContext) {
        write(ServerResponse(error), version: .http1_1, omitsBody: false, closes: true, context)
    }

    private func write(_ response: ServerResponse, version: HTTPVersion, omitsBody: Bool, closes: Bool, _ context: ChannelHandlerContext) {
        var head = HTTPResponseHead(version: version, status: response.status, headers: response.headers)
        head.headers.reserveCapacity(response.headers.count + 3)
        if response.mayHaveBody { head.headers.add(name: "Content-Length", value: String(response.body.readableBytes)) }
        head.headers.add(name: "Date", value: DateHeader.current)
        if !isStream {
            if closes { head.headers.add(name: "Connection", value: "close") } else if version.minor == 0 { head.headers.add(name: "Connection", value: "keep-alive") }
        }
        let body = !omitsBody && response.mayHaveBody && response.body.readableBytes > 0 ? response.body : nil
        needsFlush = true
        if let share = response.breaksAfter { return breakOff(head, body, after: share, context) }
        guard closes else { return writer.write(head, body, context) }
        let wasRefusing = state == .refusing
        state = .closing
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { _ in self.sayFarewell(mayStillSend: wasRefusing, context) }
        writer.write(head, body, context, written: written)
    }

    /// Writes a part of a response and breaks the connection.
    private func breakOff(_ head: HTTPResponseHead, _ body: ByteBuffer?, after share: Double, _ context: ChannelHandlerContext) {
        state = .closing
        let part = body.flatMap { $0.getSlice(at: $0.readerIndex, length: Int(Double($0.readableBytes) * share)) } ?? ByteBuffer()
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
        writer.write(head, part, context, written: written, isWhole: false)
    }

    private func flush(_ context: ChannelHandlerContext) {
        needsFlush = false
        context.flush()
    }

    // MARK: Ending

    /// Ends the connection after the requests that have arrived.
    private func end(_ context: ChannelHandlerContext) {
        if state == .open { state = .ending }
        if state == .ending, underWay == nil, waiting.isEmpty, !assembler.isInsideRequest { close(context) }
    }

    /// Closes after the last response. A client that still sends is heard out for a moment: closing at once would reset the connection,
    /// and the response might be lost with it.
    private func sayFarewell(mayStillSend: Bool, _ context: ChannelHandlerContext) {
        guard mayStillSend, case .connection(isSecure: false) = transport else { return close(context) }
        deadline.enter(.farewell)
        context.close(mode: .output, promise: nil)
    }

    private func close(_ context: ChannelHandlerContext) {
        state = .closing
        context.close(promise: nil)
    }

    // MARK: Deadlines

    private func updateDeadline() {
        guard deadline.phase != .farewell else { return }
        if underWay != nil {
            deadline.enter(.answer)
        } else if assembler.isInsideRequest {
            if deadline.phase != .body { deadline.enter(.body) }
        } else if receivedPart || deadline.phase != .header {
            deadline.enter(.idle)
        }
        receivedPart = false
    }

    private func scheduleDeadlineCheck(_ context: ChannelHandlerContext) {
        deadlineCheck = context.eventLoop.assumeIsolated().scheduleTask(in: deadline.checkInterval) { self.checkDeadline(context) }
    }

    private func checkDeadline(_ context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        if deadline.isExpired { expire(context) }
        if context.channel.isActive { scheduleDeadlineCheck(context) }
    }

    private func expire(_ context: ChannelHandlerContext) {
        switch deadline.phase {
        case .answer: break
        case .farewell: close(context)
        case .idle: if takesResponses(context) { deadline.renew() } else { close(context) }
        case .header, .body:
            let subject = deadline.phase == .body ? "body" : "header"
            refuse(ServiceError(.requestTimeout, "the request's \(subject) did not arrive in time"), context)
            if needsFlush { flush(context) }
        }
    }

    /// Whether the client has taken more of a response since it was last asked.
    private func takesResponses(_ context: ChannelHandlerContext) -> Bool {
        let unsent = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        defer { bytesUnsent = unsent }
        return unsent > 0 && unsent != bytesUnsent
    }
}
