import Foundation

/// Why a request has no answer. An answer of any status is none of these.
public struct UpstreamError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// The URL cannot be asked.
        case invalidURL = "invalid_url"
        /// No connection, or one that broke.
        case connection = "connection_failed"
        /// No answer, or not all of it, within the deadline.
        case deadlineExceeded = "deadline_exceeded"
        /// The answer is larger than the request allows.
        case responseTooLarge = "response_too_large"
        /// The redirects are too many or lead in a circle.
        case redirects = "redirect_failed"
        /// Certificates or keys cannot be read, or the peers do not agree.
        case transportSecurity = "tls_failed"
        /// A credential cannot be had.
        case credentials = "credentials_failed"
        /// The upstream's circuit breaker is open, so that nothing was sent.
        case circuitOpen = "circuit_open"
        /// Too many calls of the upstream are under way, so that nothing was sent.
        case overloaded = "bulkhead_full"
        /// It is not known where the upstream is.
        case unresolved = "endpoint_unresolved"
        /// The caller was cancelled.
        case cancelled
    }

    /// The header that names the upstream whose open breaker is the cause of an answer.
    public static let rootHeader = "X-Breaker-Root"

    public var code: Code
    /// The method and the URL without its query and user, which may be secret.
    public var request: String
    public var reason: String
    /// The upstream that is the cause, where a breaker is open: this one, or one that it depends on.
    public var root: String?
    /// When it makes sense to ask again, where that is known.
    public var retryAfter: Duration?
    /// Whether the request certainly did not reach a server.
    public var isUnsent = false
    /// Where the upstream was asked; nil where it has no endpoints of its own.
    public var endpoint: Endpoint?

    public init(_ code: Code, request: String, reason: String) {
        self.code = code
        self.request = request
        self.reason = reason
    }

    public var description: String { "\(request): \(reason)" }

    /// The headers of an answer that cannot be given because of this error: which upstream is the cause, and where its breaker is open, when it is
    /// tried again. Callers then do not take who answers for the cause, and leave it alone for so long.
    ///
    /// - Parameter upstream: the one that was asked.
    public func propagated(from upstream: String) -> [UpstreamRequest.Header] {
        var headers = [UpstreamRequest.Header(Self.rootHeader, root ?? upstream)]
        if let retryAfter { headers.append(.init("Retry-After", String(max(1, Int((retryAfter / .seconds(1)).rounded(.up)))))) }
        return headers
    }

    /// Whether the same request may have an answer later.
    public var isTransient: Bool {
        switch code {
        case .connection, .deadlineExceeded, .unresolved: true
        case .invalidURL, .responseTooLarge, .redirects, .transportSecurity, .credentials, .circuitOpen, .overloaded, .cancelled: false
        }
    }

    /// Whether the error tells nothing about the upstream.
    var saysNothing: Bool {
        switch code {
        case .invalidURL, .credentials, .circuitOpen, .overloaded, .cancelled: true
        case .connection, .deadlineExceeded, .responseTooLarge, .redirects, .transportSecurity, .unresolved: false
        }
    }

    /// A URL without user and query.
    static func withoutSecrets(_ url: String) -> String {
        guard var parts = URLComponents(string: url) else { return String(url.prefix { $0 != "?" }) }
        parts.user = nil
        parts.password = nil
        parts.query = nil
        return parts.string ?? ""
    }
}
