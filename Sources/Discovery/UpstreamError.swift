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
        /// The caller was cancelled.
        case cancelled
    }

    public var code: Code
    /// The method and the URL without its query and user, which may be secret.
    public var request: String
    public var reason: String

    public init(_ code: Code, request: String, reason: String) {
        self.code = code
        self.request = request
        self.reason = reason
    }

    public var description: String { "\(request): \(reason)" }

    /// Whether the same request may have an answer later.
    public var isTransient: Bool {
        switch code {
        case .connection, .deadlineExceeded: true
        case .invalidURL, .responseTooLarge, .redirects, .transportSecurity, .credentials, .cancelled: false
        }
    }
}
