import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOSSL
import Resilience

/// The only way out of the process: sends a request to another server, with its TLS settings, its credentials and its retries.
///
/// A value; copies share connections with all others, and the token of an `OAuth2ClientCredentials`.
///
///     let upstream = Upstream(credentials: .bearer(.init(.file("/run/token"))), retry: RetryPolicy(maximumAttempts: 3))
///     let response = try await upstream.send(UpstreamRequest("GET", "https://example.com/bundle.tar.gz"))
public struct Upstream: Sendable {
    public var security: TransportSecurity
    public var credentials: Credentials
    /// What happens after transient failures and the answers 429, 502, 503 and 504.
    public var retry: RetryPolicy

    public init(security: TransportSecurity = .init(), credentials: Credentials = .none, retry: RetryPolicy = .never) {
        self.security = security
        self.credentials = credentials
        self.retry = retry
    }

    /// Sends a request, again where `retry` says so.
    ///
    /// - Returns: the answer, whatever its status; after the last try also 429, 502, 503 and 504.
    /// - Throws: why there is no answer.
    public func send(_ request: UpstreamRequest) async throws(UpstreamError) -> UpstreamResponse {
        var tries = Retry(retry)
        while true {
            let result = await attempt(request)
            guard Self.isWorthRetrying(result) else { return try result.get() }
            let asked = (try? result.get()).flatMap { $0.header("Retry-After") }.flatMap { RetryAfter.parse($0) }
            guard case .wait(let duration) = tries.recordFailure(retryAfter: asked) else { return try result.get() }
            do { try await Task.sleep(for: duration) } catch { throw failure(request, .cancelled, "cancelled") }
        }
    }

    private static func isWorthRetrying(_ result: Result<UpstreamResponse, UpstreamError>) -> Bool {
        switch result {
        case .success(let response): [429, 502, 503, 504].contains(response.status)
        case .failure(let error): error.isTransient
        }
    }

    private func attempt(_ request: UpstreamRequest) async -> Result<UpstreamResponse, UpstreamError> {
        do throws(UpstreamError) {
            let response = try await exchange(request)
            if response.status == 401, case .oauth2(let client) = credentials { await client.forget() }
            return .success(response)
        } catch {
            return .failure(error)
        }
    }

    // MARK: One exchange

    private static let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration(.disallow))
    private static let redirectingClient = HTTPClient(
        eventLoopGroupProvider: .singleton, configuration: configuration(.follow(max: 10, allowCycles: false)))

    private static func configuration(_ redirects: HTTPClient.Configuration.RedirectConfiguration) -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(redirectConfiguration: redirects)
        // The size of what comes out is counted while it is collected.
        configuration.decompression = .enabled(limit: .none)
        // A connection that fails is the answer; `retry` says whether to try again.
        configuration.connectionPool.retryConnectionEstablishment = false
        return configuration
    }

    private func exchange(_ request: UpstreamRequest) async throws(UpstreamError) -> UpstreamResponse {
        let outgoing = try await prepared(request)
        let client = request.followsRedirects ? Self.redirectingClient : Self.client
        let head = min(request.headDeadline ?? request.deadline, request.deadline)
        do {
            return try await Self.within(request.deadline) {
                let response = try await client.execute(outgoing, deadline: .now() + TimeAmount(head))
                let body = try await Self.collect(response.body, upTo: request.maximumResponseSize)
                return UpstreamResponse(
                    status: Int(response.status.code), reason: response.status.reasonPhrase, version: "HTTP/\(response.version.major).\(response.version.minor)",
                    headers: response.headers.map { UpstreamRequest.Header($0.name, $0.value) }, body: body)
            }
        } catch {
            throw Task.isCancelled ? failure(request, .cancelled, "cancelled") : described(error, request)
        }
    }

    private func prepared(_ request: UpstreamRequest) async throws(UpstreamError) -> HTTPClientRequest {
        var outgoing = HTTPClientRequest(url: request.url)
        outgoing.method = HTTPMethod(rawValue: request.method)
        for header in request.headers { outgoing.headers.add(name: header.name, value: header.value) }
        if let authorization = try await authorization(for: request) { outgoing.headers.replaceOrAdd(name: "Authorization", value: authorization) }
        if !request.body.isEmpty { outgoing.body = .bytes(ByteBuffer(bytes: request.body)) }
        do { outgoing.tlsConfiguration = try security.configuration() } catch { throw failure(request, .transportSecurity, error.reason) }
        return outgoing
    }

    private func authorization(for request: UpstreamRequest) async throws(UpstreamError) -> String? {
        switch credentials {
        case .none: return nil
        case .bearer(let token):
            do { return try token.headerValue() } catch { throw failure(request, .credentials, error.reason) }
        case .oauth2(let client):
            do { return try await client.headerValue() } catch { throw failure(request, .credentials, error.reason) }
        }
    }

    private struct TooLarge: Error {}
    private struct Late: Error {}

    /// The client's own deadline ends with the head of the answer, so a body that trickles in needs this one.
    private static func within<Success: Sendable>(_ deadline: Duration, _ work: @escaping @Sendable () async throws -> Success) async throws -> Success {
        try await withThrowingTaskGroup(of: Success.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await Task.sleep(for: deadline)
                throw Late()
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }

    private static func collect(_ body: HTTPClientResponse.Body, upTo limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await part in body {
            guard bytes.count + part.readableBytes <= limit else { throw TooLarge() }
            bytes.append(contentsOf: part.readableBytesView)
        }
        return bytes
    }

    // MARK: Failures

    private func failure(_ request: UpstreamRequest, _ code: UpstreamError.Code, _ reason: String) -> UpstreamError {
        UpstreamError(code, request: "\(request.method) \(Self.withoutSecrets(request.url))", reason: reason)
    }

    /// Without user and query.
    private static func withoutSecrets(_ url: String) -> String {
        guard var parts = URLComponents(string: url) else { return String(url.prefix { $0 != "?" }) }
        parts.user = nil
        parts.password = nil
        parts.query = nil
        return parts.string ?? ""
    }

    private func described(_ error: any Error, _ request: UpstreamRequest) -> UpstreamError {
        switch error {
        case is TooLarge: failure(request, .responseTooLarge, "the answer has more than \(request.maximumResponseSize) bytes")
        case is Late: failure(request, .deadlineExceeded, "no answer within \(request.deadline)")
        case let error as HTTPClientError: described(error, request)
        case let error as NIOSSLError: failure(request, .transportSecurity, "TLS: \(error)")
        case let error as BoringSSLError: failure(request, .transportSecurity, "TLS: \(error)")
        case let error as NIOSSLExtraError: failure(request, .transportSecurity, "TLS: \(error)")
        default: failure(request, .connection, "\(error)")
        }
    }

    private func described(_ error: HTTPClientError, _ request: UpstreamRequest) -> UpstreamError {
        switch error {
        case .invalidURL, .emptyHost, .emptyScheme, .missingSocketPath: failure(request, .invalidURL, "not a URL that can be asked")
        case .deadlineExceeded, .readTimeout, .connectTimeout, .getConnectionFromPoolTimeout, .tlsHandshakeTimeout:
            failure(request, .deadlineExceeded, "no answer within \(min(request.headDeadline ?? request.deadline, request.deadline))")
        case .redirectLimitReached, .redirectCycleDetected: failure(request, .redirects, "the redirects are too many or lead in a circle")
        default:
            if error.description.contains("unsupportedScheme") {
                failure(request, .invalidURL, "only http, https, http+unix and https+unix can be asked")
            } else {
                failure(request, .connection, error.shortDescription)
            }
        }
    }
}
