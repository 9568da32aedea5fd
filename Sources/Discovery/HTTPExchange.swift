import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix
import NIOSSL

/// One request and its answer, on a connection of the pool.
struct HTTPExchange {
    let call: UpstreamCall
    let request: UpstreamRequest
    /// Where the URL's host is; nil where the system looks it up.
    let address: String?
    let security: TransportSecurity
    /// For all of it, to the last byte of the answer.
    let time: Duration

    private var headTime: Duration { min(request.headDeadline ?? time, time) }

    func run() async throws(UpstreamError) -> UpstreamResponse {
        let outgoing = try prepared()
        let client = HTTPClients.client(followsRedirects: request.followsRedirects, host: outgoing.host, address: outgoing.address)
        let head = headTime, limit = request.maximumResponseSize
        do {
            return try await Self.within(time) {
                let response = try await client.execute(outgoing.request, deadline: .now() + TimeAmount(head))
                let body = try await Self.collect(response.body, upTo: limit)
                return UpstreamResponse(
                    status: Int(response.status.code), reason: response.status.reasonPhrase, version: "HTTP/\(response.version.major).\(response.version.minor)",
                    headers: response.headers.map { UpstreamRequest.Header($0.name, $0.value) }, body: body)
            }
        } catch {
            throw Task.isCancelled ? call.failure(.cancelled, "cancelled") : described(error)
        }
    }

    private struct Outgoing {
        var request: HTTPClientRequest
        var host: String?
        var address: String?
    }

    private func prepared() throws(UpstreamError) -> Outgoing {
        var outgoing = HTTPClientRequest(url: request.url)
        outgoing.method = HTTPMethod(rawValue: request.method)
        for header in request.headers { outgoing.headers.add(name: header.name, value: header.value) }
        if !request.body.isEmpty { outgoing.body = .bytes(ByteBuffer(bytes: request.body)) }
        do { outgoing.tlsConfiguration = try security.configuration() } catch { throw call.failure(.transportSecurity, error.reason) }
        if let named = named(outgoing) { return named }
        guard let address else { return Outgoing(request: outgoing) }
        return Outgoing(request: outgoing, host: URLComponents(string: request.url)?.host, address: address)
    }

    /// The request where the server goes by another name in TLS: that name stands in the URL, for what the URL's host is connected to. The header still
    /// names the host that is asked.
    private func named(_ request: HTTPClientRequest) -> Outgoing? {
        guard let name = security.serverName, var url = URLComponents(string: request.url), url.scheme == "https", let host = url.host else { return nil }
        var outgoing = request
        if !outgoing.headers.contains(name: "Host") { outgoing.headers.add(name: "Host", value: url.port.map { "\(host):\($0)" } ?? host) }
        url.host = name
        guard let text = url.string else { return nil }
        outgoing.url = text
        return Outgoing(request: outgoing, host: name, address: address ?? host)
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

    private func described(_ error: any Error) -> UpstreamError {
        switch error {
        case is TooLarge: call.failure(.responseTooLarge, "the answer has more than \(request.maximumResponseSize) bytes")
        case is Late: call.failure(.deadlineExceeded, "no answer within \(time)")
        case let error as HTTPClientError: described(error)
        case let error as NIOSSLError: call.failure(.transportSecurity, "TLS: \(error)")
        case let error as BoringSSLError: call.failure(.transportSecurity, "TLS: \(error)")
        case let error as NIOSSLExtraError: call.failure(.transportSecurity, "TLS: \(error)")
        case is NIOConnectionError: unsent(.connection, "\(error)")
        case let error as IOError where error.errnoCode == ECONNREFUSED: unsent(.connection, "\(error)")
        default: call.failure(.connection, "\(error)")
        }
    }

    private func described(_ error: HTTPClientError) -> UpstreamError {
        switch error {
        case .invalidURL, .emptyHost, .emptyScheme, .missingSocketPath: call.failure(.invalidURL, "not a URL that can be asked")
        case .connectTimeout, .getConnectionFromPoolTimeout: unsent(.deadlineExceeded, "no connection within \(headTime)")
        case .deadlineExceeded, .readTimeout, .tlsHandshakeTimeout: call.failure(.deadlineExceeded, "no answer within \(headTime)")
        case .redirectLimitReached, .redirectCycleDetected: call.failure(.redirects, "the redirects are too many or lead in a circle")
        default:
            if error.description.contains("unsupportedScheme") {
                call.failure(.invalidURL, "only http, https, http+unix and https+unix can be asked")
            } else {
                call.failure(.connection, error.shortDescription)
            }
        }
    }

    private func unsent(_ code: UpstreamError.Code, _ reason: String) -> UpstreamError {
        var error = call.failure(code, reason)
        error.isUnsent = true
        return error
    }
}
