import Hummingbird
import Logging
import NIOCore
import Synchronization

/// What the service knows about one request.
struct ServiceContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Who asks, for the decision log.
    var caller = DecisionCaller()
    private static let requests = Atomic<UInt64>(0)
    /// Bytes that a body may have.
    private static let maximumBodySize = 256 * 1024 * 1024

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        caller.address = source.channel.remoteAddress
        caller.requestNumber = Self.requests.wrappingAdd(1, ordering: .relaxed).newValue
    }

    func body(of request: Request) async throws -> ByteBuffer {
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > Self.maximumBodySize { throw Self.tooLarge }
        do {
            return try await request.body.collect(upTo: Self.maximumBodySize)
        } catch let error as HTTPError where error.status == .contentTooLarge {
            throw Self.tooLarge
        }
    }

    private static var tooLarge: ServiceError { ServiceError(.invalidParameter, "request body too large") }
}
