/// The way out of the process that a host gives policies. Without one, `http.send` and `net.lookup_ip_addr` fail: the engine itself opens
/// no connection.
///
/// Both functions wait for their result on the thread that evaluates.
public protocol PolicyNetwork: Sendable {
    /// Sends a request and reads the whole response. A response of any status is a response.
    func send(_ request: OutgoingRequest) throws(NetworkProblem) -> IncomingResponse
    /// The addresses that a host name stands for.
    func addresses(of host: String) throws(NetworkProblem) -> [String]
}

/// Why there is no response.
public struct NetworkProblem: Error, Sendable, Hashable {
    public var message: String
    /// True where the request ran out of time.
    public var isTimeout: Bool
    /// The service that is the cause, where the host did not ask because it knows of one that does not work.
    public var root: String?

    public init(_ message: String, isTimeout: Bool = false, root: String? = nil) {
        self.message = message
        self.isTimeout = isTimeout
        self.root = root
    }
}

/// A request that a policy sends.
public struct OutgoingRequest: Sendable, Hashable {
    public struct Header: Sendable, Hashable {
        public var name: String
        public var value: String
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// How the connection is secured; what is empty has the system's default.
    public struct Security: Sendable, Hashable {
        public var skipsVerification = false
        public var serverName: String?
        /// False where only the given certificates are trusted.
        public var trustsSystem = true
        /// Certificates in PEM that are trusted, the client's certificate, and its private key.
        public var authorities: String?
        public var certificate: String?
        public var privateKey: String?
        public init() {}
    }

    public var method: String
    public var url: String
    public var headers: [Header] = []
    public var body: [UInt8] = []
    /// Nanoseconds from the beginning to the last byte of the response; no limit where 0.
    public var timeout: Int64 = 5_000_000_000
    public var followsRedirects = false
    /// Further attempts after one that got no response.
    public var retries = 0
    public var security = Security()
    /// Whether the policy fails without a response; where not, it decides by itself what that means.
    public var isNeeded = true

    public init(method: String, url: String) {
        self.method = method
        self.url = url
    }
}

/// The response to a policy's request.
public struct IncomingResponse: Sendable, Hashable {
    public var status: Int
    /// The words after the status, such as `Not Found`.
    public var reason: String
    public var headers: [OutgoingRequest.Header]
    public var body: [UInt8]

    public init(status: Int, reason: String, headers: [OutgoingRequest.Header], body: [UInt8]) {
        self.status = status
        self.reason = reason
        self.headers = headers
        self.body = body
    }

    /// The first value of a header, in any case of letters.
    func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }
}
