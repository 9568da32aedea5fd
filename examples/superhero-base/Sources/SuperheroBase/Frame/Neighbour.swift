import Discovery
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Rego
import Resilience
import TokenSecurity

/// The next service of the base, asked in the name of who asks this one.
///
/// The caller's token is not passed on: the issuer gives one for it that is meant for the neighbour alone and says no more than the neighbour needs.
struct Neighbour: Sendable {
    let name: String
    let upstream: Upstream
    private let propagation: TokenPropagation
    /// For a request that brings no deadline of its own.
    private static let patience: Duration = .seconds(4)

    init(_ name: String, scopes: Set<String>, upstream: Upstream, exchange: TokenExchange) {
        self.name = name
        self.upstream = upstream
        propagation = TokenPropagation(
            [.init(service: name, url: "http://\(name)", upstream: upstream, form: .exchanged, audience: name, scopes: TokenScopes(scopes))], exchange: exchange)
    }

    /// - Parameter key: what the neighbour knows a repetition by; nil where a request may not be sent twice.
    /// - Throws: `Unavailable`, which is answered with 503 and says who is the cause.
    func ask(_ method: String, _ path: String, body: [UInt8] = [], as caller: CallerToken, _ call: CallContext = .init(), key: String? = nil) async throws -> UpstreamResponse {
        var request = UpstreamRequest(method, "http://\(name)\(path)", headers: [.init("Content-Type", "application/json")], body: body, deadline: Self.patience)
        request.context = call
        if call.deadline == nil { request.callDeadline = Self.patience }
        if let key { request.headers.append(.init(Idempotency.keyHeader, key)) }
        request.headers.append(.init("Authorization", try await authorization(for: caller).reveal()))
        let response: UpstreamResponse
        do throws(UpstreamError) { response = try await upstream.send(request) } catch {
            throw Unavailable(reason: "\(name) does not answer", headers: error.propagated(from: name))
        }
        guard response.status < 500 else {
            // Where it names nobody else, it is the cause itself.
            let root = UpstreamRequest.Header(UpstreamError.rootHeader, response.header(UpstreamError.rootHeader) ?? name)
            let passed = [root] + (response.header("Retry-After").map { [.init("Retry-After", $0)] } ?? [])
            throw Unavailable(reason: String(decoding: response.body, as: UTF8.self).trimmingCharacters(in: .newlines), headers: passed)
        }
        return response
    }

    private func authorization(for caller: CallerToken) async throws -> Secret {
        guard let destination = propagation.destination(service: name) else { throw HTTPError(.internalServerError) }
        do {
            return try await propagation.authorization(for: destination, about: caller, now: Date().timeIntervalSince1970)
        } catch {
            guard error.code == .unavailable else { throw HTTPError(.forbidden, message: "\(error)") }
            throw Unavailable(reason: "the issuer does not answer", headers: [.init(UpstreamError.rootHeader, "issuer"), .init("Retry-After", "1")])
        }
    }
}

/// An answer that cannot be given for now, because of somebody else.
struct Unavailable: Error, HTTPResponseError {
    var reason: String
    /// Who is the cause, and when it makes sense to ask again.
    var headers: [UpstreamRequest.Header]

    var status: HTTPResponse.Status { .serviceUnavailable }

    func response(from request: Request, context: some RequestContext) throws -> Response {
        var response = Response(status: status, body: .init(byteBuffer: ByteBuffer(string: reason + "\n")))
        for header in headers { if let name = HTTPField.Name(header.name) { response.headers[name] = header.value } }
        return response
    }
}
