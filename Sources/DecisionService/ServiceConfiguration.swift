import Discovery
import FaultInjection
import Foundation
import Rego
import Resilience
import TokenSecurity

/// How the service is set up.
public struct ServiceConfiguration: Sendable {
    /// Where the service answers everything.
    public var addresses: [ListenAddress]
    /// Where it answers questions about its health only.
    public var diagnosticAddresses: [ListenAddress] = []
    public var limits = ServerLimits()
    /// Nil where the service speaks without TLS.
    public var tls: TLSSettings?
    /// How often the certificate's files are looked at.
    public var certificateRefreshPeriod: Duration = .seconds(1)
    /// Whether HTTP/2 is spoken without TLS, by clients that know of it beforehand (RFC 9113, 3.3).
    public var acceptsHTTP2WithoutTLS = false
    /// The mode of Unix sockets.
    public var socketPermissions: UInt32 = 0o755
    /// How long the service goes on after it was asked to end, so that load balancers learn of it.
    public var shutdownWaitPeriod: Duration = .zero
    /// How long requests under way may take after that.
    public var shutdownGracePeriod: Duration = .seconds(10)
    /// Loop iterations and calls that one decision may take.
    public var stepBudget: UInt64 = 500_000_000
    /// How long a decision may take that leaves the event loop; nil for as long as its steps allow.
    public var timeBudget: Duration?
    /// What SIGUSR1 breaks, to see that it heals; nil for nothing.
    public var drill: String?
    /// What `opa.runtime()` gives.
    public var runtime: Value = .object([])
    /// The way out that policies have, and where responses to their requests are kept.
    public var network: (any PolicyNetwork)?
    public var responseCache: HTTPResponseCache?
    /// The configuration as it was read from a file, secrets and all.
    public var given: Value = .object([])
    /// The version of the service.
    public var version = ""
    /// Names this process, differently at each start.
    public let identifier = UUID().uuidString.lowercased()
    /// How the service learns who sends a request.
    public var authentication = Authentication.off
    /// Scheme, host and port that clients know the service by; nil where these are the connection's own.
    public var origin: String?
    /// Headers that are not shown to policies, because anybody can write them.
    public var identityHeaders = IdentityHeaders([])
    /// Which services learn who asks; nil for none.
    public var propagation: TokenPropagation?
    /// Says how each request for a decision is answered; nil where all are answered alike.
    public var routing: DecisionRouting?
    /// Below this path it is decided whether requests of others may pass, as Envoy asks; nil where it is not.
    public var externalAuthorization: ExternalAuthorizationSettings?
    /// What becomes of tokens; nil where none are verified.
    public var tokenMetrics: TokenMetrics?
    /// Whether decisions see the identity of who asks as `input.identity`.
    public var passesIdentity = false
    /// Whether the policy `system.authz` decides about every request to the API.
    public var authorizesRequests = false
    /// The status report that was made last; nil where none are made.
    public var statusReport: (@Sendable () -> Value?)?
    /// The servers that the service depends on.
    public var upstreams = Upstreams()
    /// What answers when there is no decision, by the document's path with slashes.
    public var fallbacks: [String: FallbackPolicy] = [:]
    /// Faults that may be injected; nil where they may not.
    public var chaos: Chaos?
    /// Nil where the service is no registry.
    public var registry: Registry?
    /// Nil where the service keeps no events.
    public var events: Events?
    /// The document that decides about requests to the API.
    var authorizationDecision: DocumentPath
    /// The document that `POST /` asks for.
    var defaultDecision: DocumentPath

    /// - Parameters:
    ///   - defaultDecision: a path below `data`.
    ///   - authorizationDecision: a path below `data`.
    public init(addresses: [ListenAddress], defaultDecision: String = "/system/main", authorizationDecision: String = "/system/authz/allow") {
        self.addresses = addresses
        self.defaultDecision = DocumentPath(keys: defaultDecision.split(separator: "/").map(String.init))
        self.authorizationDecision = DocumentPath(keys: authorizationDecision.split(separator: "/").map(String.init))
    }
}
