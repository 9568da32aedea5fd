import Discovery
import Foundation
import Rego
import Resilience

/// The network as the process has it, for policies: `http.send` leaves through `Upstream`, `net.lookup_ip_addr` asks the system.
///
/// Both wait on the thread that evaluates, so never evaluate on an event loop with `EvaluationOptions.mayWait`.
public struct ProcessNetwork: PolicyNetwork {
    private let userAgent: String
    private let upstream: Upstream?

    /// - Parameters:
    ///   - userAgent: what requests say of who sends them, where the policy says nothing (RFC 9110, 10.1.5).
    ///   - upstream: the way that all requests take, with its own TLS; nil where each goes to the server of its URL, secured as the policy says.
    public init(userAgent: String = "Verdict", upstream: Upstream? = nil) {
        self.userAgent = userAgent
        self.upstream = upstream
    }

    public func addresses(of host: String) throws(NetworkProblem) -> [String] { try SystemResolver.addresses(of: host) }

    public func send(_ request: OutgoingRequest) throws(NetworkProblem) -> IncomingResponse {
        var outgoing = UpstreamRequest(request)
        // Who asks for repetition says that the request may be repeated, whatever its method.
        if request.retries > 0 { outgoing.isIdempotent = true }
        if outgoing.header("User-Agent") == nil { outgoing.headers.append(.init("User-Agent", userAgent)) }
        let retry = RetryPolicy(maximumAttempts: request.retries + 1)
        var upstream = self.upstream ?? Upstream(security: TransportSecurity(request.security), retry: retry)
        if request.retries > 0 { upstream.retry = retry }
        if let name = request.security.serverName { upstream.security.serverName = name }
        let way = upstream
        let result = WaitingThreads.wait { [outgoing] in
            do throws(UpstreamError) {
                return Result<UpstreamResponse, UpstreamError>.success(try await way.send(outgoing))
            } catch {
                return .failure(error)
            }
        }
        switch result {
        case .success(let response): return IncomingResponse(response)
        case .failure(let error): throw NetworkProblem(error, request)
        }
    }
}

// MARK: Conversions

extension UpstreamRequest {
    fileprivate init(_ request: OutgoingRequest) {
        self.init(
            request.method, Self.url(request.url), headers: request.headers.map { .init($0.name, $0.value) }, body: request.body,
            deadline: request.timeout > 0 ? .nanoseconds(request.timeout) : Self.noDeadline, followsRedirects: request.followsRedirects)
    }

    /// Policies that set no limit mean none; a day is none to a decision.
    private static let noDeadline = Duration.seconds(24 * 60 * 60)

    /// `unix://localhost/path?socket=%2Frun%2Fa.sock`, as OPA has it, names a socket and what is asked there.
    private static func url(_ text: String) -> String {
        guard text.hasPrefix("unix:"), var parts = URLComponents(string: text), let items = parts.queryItems,
            let socket = items.first(where: { $0.name == "socket" })?.value?.addingPercentEncoding(withAllowedCharacters: .alphanumerics)
        else { return text }
        parts.queryItems = items.count > 1 ? items.filter { $0.name != "socket" } : nil
        let query = parts.percentEncodedQuery.map { "?\($0)" } ?? ""
        return "http+unix://\(socket)\(parts.percentEncodedPath)\(query)"
    }
}

extension TransportSecurity {
    fileprivate init(_ security: OutgoingRequest.Security) {
        self.init(
            authorities: security.authorities.map { [.text($0)] } ?? [], trustsSystem: security.trustsSystem && security.authorities != nil,
            certificate: security.certificate.map { .text($0) }, privateKey: security.privateKey.map { .text($0) },
            skipsVerification: security.skipsVerification, serverName: security.serverName)
    }
}

extension IncomingResponse {
    fileprivate init(_ response: UpstreamResponse) {
        self.init(status: response.status, reason: response.reason, headers: response.headers.map { .init(name: $0.name, value: $0.value) }, body: response.body)
    }
}

extension NetworkProblem {
    /// In the words of Go's client, which OPA passes on.
    fileprivate init(_ error: UpstreamError, _ request: OutgoingRequest) {
        let method = request.method.prefix(1) + request.method.dropFirst().lowercased()
        let isTimeout = error.code == .deadlineExceeded
        self.init("\(method) \"\(request.url)\": \(isTimeout ? "request timed out" : error.reason)", isTimeout: isTimeout, root: error.root)
    }
}
