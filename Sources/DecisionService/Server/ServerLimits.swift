/// What clients may ask of the server at most. Who exceeds a limit gets an error that names it, and the others go on being answered.
public struct ServerLimits: Sendable {
    /// Bytes of a body as it arrives; more is answered with 413.
    public var bodySize = 256 * 1024 * 1024
    /// Bytes of a body after decompression; more is answered with 413.
    public var decompressedSize = 512 * 1024 * 1024
    /// How deep arrays and objects may lie within each other in what decisions are asked about, at most 2048; more is answered with 400.
    public var bodyDepth = 2048
    /// Bytes of a request line and its header fields; more is answered with 431.
    public var headerSize = 128 * 1024
    /// Header fields of a request; more is answered with 431.
    public var headerCount = 256
    /// How many times larger than itself a compressed body may become; more is answered with 413.
    public var decompressionRatio = 200
    /// Bytes from which on a response is compressed for clients that take gzip.
    public var compressionThreshold = 1024
    /// How hard compression tries: 0 to 9, -1 for zlib's default.
    public var compressionLevel = 9
    /// Connections at a time; one more is answered with 503 and closed.
    public var connections = 16_384
    /// Requests that one connection may have waiting behind one that is being answered; more is answered with 503.
    public var pipelinedRequests = 256
    /// Streams of one HTTP/2 connection at a time.
    public var streams = 128
    /// Long decisions that may wait for a thread; more is answered with 503.
    public var waitingDecisions = 1_024

    /// From a request's first byte to the end of its header fields; then the answer is 408.
    public var headerTimeout: Duration = .seconds(30)
    /// From the end of the header fields to the end of the body; then the answer is 408.
    public var bodyTimeout: Duration = .seconds(60)
    /// Between two requests; then the connection is closed.
    public var idleTimeout: Duration = .seconds(120)

    public init() {}
}
