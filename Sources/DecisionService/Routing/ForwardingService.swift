import Discovery

/// A service that decides as this one does, and may be asked in its place.
public struct ForwardingService: Sendable {
    public var name: String
    /// Without a slash at its end.
    public var url: String
    public var headers: [String: String]
    public var upstream: Upstream

    public init(name: String, url: String, headers: [String: String] = [:], upstream: Upstream) {
        self.name = name
        self.url = url
        self.headers = headers
        self.upstream = upstream
    }
}
