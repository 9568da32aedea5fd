import NIOHTTP1

extension ServiceError {
    /// What a client is told about a request that could not be taken from its connection; nil where it cannot be told anything.
    init?(connection error: any Error, _ limits: ServerLimits) {
        switch error {
        case HTTPParserError.headerOverflow:
            self.init(
                .headerTooLarge, "request header too large: at most \(limits.headerSize) bytes in \(limits.headerCount) fields are allowed")
        case HTTPParserError.invalidEOFState, HTTPParserError.closedConnection: return nil
        case let error as HTTPParserError: self.init(.invalidParameter, "the request is not HTTP/1.1: \(error)")
        default: return nil
        }
    }

    /// What a client is told where its answer could not be made.
    init(answering error: any Error) {
        switch error {
        case let error as LongWork.Overload: self.init(.overloaded, "too many long decisions: at most \(error.limit) may wait; ask again later")
        default: self.init(.evaluation, "\(error)")
        }
        if code == .overloaded { retryAfter = 1 }
    }
}
