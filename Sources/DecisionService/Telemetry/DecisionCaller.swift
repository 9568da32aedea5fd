import NIOCore
import Observability
import Rego
import Resilience
import Synchronization
import TokenSecurity

/// Who asks for a decision, and as part of what.
struct DecisionCaller: Sendable {
    /// IP and port as OPA's log has them; nil on a Unix socket.
    var address: String?
    var requestNumber: UInt64?
    /// The headers that the decision log shows.
    var headers: [(name: String, values: [String])] = []
    /// Who asks, where the service was told and has verified it.
    var identity: Value?
    /// The token behind the identity, to be passed on where the configuration says so.
    var token: CallerToken?
    /// How the decision is routed, as the log has it.
    var routing: Value?
    /// The span of the request, where it is traced.
    var span: ActiveSpan?
    /// How long the client waits, and whether it repeats.
    var context = CallContext()
    /// Where what keeps the decision's requests from an answer is noted.
    var failures: DependencyFailures?

    /// The client's IP.
    var host: String? { address.flatMap { address in address.lastIndex(of: ":").map { address[..<$0].filter { $0 != "[" && $0 != "]" } } } }

    mutating func take(_ identity: Authentication.Identity) {
        self.identity = identity.value
        token = identity.token
    }

    private static let requests = Atomic<UInt64>(0)

    static func nextRequestNumber() -> UInt64 { requests.wrappingAdd(1, ordering: .relaxed).newValue }
}

extension CallContext {
    /// What a request that has arrived just now says.
    ///
    /// - Parameter header: the value of a header field by its name.
    init(header: (String) -> String?) {
        self.init(deadlineHeader: header(Self.deadlineHeader), attemptHeader: header(Self.attemptHeader), at: .now)
    }
}

extension SocketAddress {
    /// IP and port, an IPv6 address in brackets; nil for a Unix socket.
    var text: String? {
        guard let ip = ipAddress, let port else { return nil }
        return ip.contains(":") ? "[\(ip)]:\(port)" : "\(ip):\(port)"
    }
}
