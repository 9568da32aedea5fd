/// A place where the service meets the world, named `area.operation`, and where a fault can be injected.
public struct HookPoint: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    public var description: String { rawValue }

    /// An address of an upstream is looked for.
    public static let resolve = HookPoint(rawValue: "dns.resolve")
    /// Before a connection to an upstream is made or taken from the pool. Tags: `upstream`.
    public static let connect = HookPoint(rawValue: "upstream.connect")
    /// Before a request leaves. Tags: `upstream`.
    public static let request = HookPoint(rawValue: "upstream.request")
    /// When an answer has come. Tags: `upstream`.
    public static let response = HookPoint(rawValue: "upstream.response")
    /// A connection was accepted. Tags: `listener`.
    public static let accept = HookPoint(rawValue: "listener.accept")
    /// Before the TLS handshake of an accepted connection. Tags: `listener`.
    public static let handshake = HookPoint(rawValue: "listener.tls")
    /// A request has arrived. Tags: `method`, `path`.
    public static let receive = HookPoint(rawValue: "connection.read")
    /// Before its answer leaves. Tags: `method`, `path`.
    public static let send = HookPoint(rawValue: "connection.write")
    /// A file is opened to be written, such as the decision log. Tags: `file`.
    public static let open = HookPoint(rawValue: "file.open")
    /// A file is read, such as the copy of a bundle or a list of endpoints. Tags: `file`.
    public static let load = HookPoint(rawValue: "file.read")
    /// Bytes are written to a file, such as the copy of a bundle or the decision log. Tags: `file`.
    public static let write = HookPoint(rawValue: "file.write")
    /// A file's bytes are forced to the disk. Tags: `file`.
    public static let synchronize = HookPoint(rawValue: "file.sync")
    /// A written file takes the place of the one before. Tags: `file`.
    public static let rename = HookPoint(rawValue: "file.rename")
    /// The wall clock is read: to judge a token, and once for each decision.
    public static let clock = HookPoint(rawValue: "clock.now")
    /// A decision is made. Tags: `path`.
    public static let evaluate = HookPoint(rawValue: "decision.evaluate")

    /// Every point that the service has.
    public static let all: [HookPoint] = [
        .accept, .handshake, .receive, .send, .resolve, .connect, .request, .response, .open, .load, .write, .synchronize, .rename, .clock, .evaluate,
    ]
}
