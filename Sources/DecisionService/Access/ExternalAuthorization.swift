import Gatekeeper
import Governance
import HTTPTypes
import Hummingbird
import NIOCore
import Rego
import TokenSecurity

/// Where proxies ask whether requests may pass, and which document says so.
public struct ExternalAuthorizationSettings: Sendable, Hashable {
    /// Begins with a slash and does not end with one.
    public var prefix: String
    /// Keys below `data`.
    public var decision: [String]
    /// Bytes of a body that policies see.
    public var bodyLimit = 64 * 1024
    /// Headers that claim an identity: neither policies nor the service behind see what came from outside.
    public var identityHeaders = IdentityHeaders()

    public init(prefix: String = "/ext_authz", decision: String = "envoy/authz/allow") {
        self.prefix = prefix
        self.decision = decision.split(separator: "/").map(String.init)
    }
}

/// Answers proxies that ask whether a request may pass: any method and path below the prefix stands for the client's own.
///
/// 200 lets it pass, with the headers that the service behind gets; everything else is for the client. A policy that fails is answered with 500, so
/// that a proxy lets nothing pass unless it was told to.
///
/// Source: Envoy's HTTP authorization service (`envoy.extensions.filters.http.ext_authz.v3.AuthorizationRequest`).
struct ExternalAuthorization: RouterMiddleware {
    let settings: ExternalAuthorizationSettings
    let decisions: Decisions

    private var identityHeaders: IdentityHeaders { settings.identityHeaders }

    /// What Envoy takes away from a request before it goes on.
    private static let removedHeaders = HTTPField.Name("x-envoy-auth-headers-to-remove")
    private static let decisionHeader = HTTPField.Name("Verdict-Decision-ID")

    func handle(_ request: Request, context: ServiceContext, next: (Request, ServiceContext) async throws -> Response) async throws -> Response {
        guard let path = Self.path(request.head.path ?? "", below: settings.prefix) else { return try await next(request, context) }
        let asked = try await checkRequest(request, path, context)
        let input: Value
        do { input = try asked.input() } catch { throw ServiceError(.invalidParameter, "\(error)") }
        let text = input.json(escapesHTML: false)
        let decision = try text.withUnsafeBytes {
            try decisions.decide(DocumentPath(keys: settings.decision), about: $0, as: .document, RequestParameters(query: ""), for: context.caller)
        }
        let access: AccessDecision
        do {
            access = try AccessDecision(decision.report.isDefined ? Value(json: decision.output) : nil)
        } catch {
            throw ServiceError(.evaluation, "data.\(settings.decision.joined(separator: ".")): \(error)")
        }
        var response = access.isAllowed ? allowed(access, request) : Self.denied(access)
        if let name = Self.decisionHeader, let identifier = decision.identifier { response.headers[name] = identifier.description }
        return response
    }

    /// The client's own path; nil for a request that is not below the prefix.
    static func path(_ path: String, below prefix: String) -> String? {
        guard path.hasPrefix(prefix) else { return nil }
        let rest = path.dropFirst(prefix.count)
        guard let first = rest.first else { return "/" }
        return first == "/" ? String(rest) : first == "?" ? "/\(rest)" : nil
    }

    private func checkRequest(_ request: Request, _ path: String, _ context: ServiceContext) async throws -> CheckRequest {
        let headers = request.headers.map { (name: $0.name.rawName, value: $0.value) }
        var asked = CheckRequest(method: request.method.rawValue, path: path, headers: headers.filter { !identityHeaders.contains($0.name) })
        func first(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }
        asked.host = first("x-forwarded-host") ?? request.head.authority ?? ""
        asked.scheme = first("x-forwarded-proto") ?? request.head.scheme ?? "http"
        // The proxy knows the client; this connection is the proxy's.
        asked.source = first("x-envoy-external-address").map { "\($0):0" } ?? context.caller.address
        asked.identity = context.caller.identity
        let body = try await context.body(of: request)
        asked.isTruncated = body.readableBytes > settings.bodyLimit || first("x-envoy-auth-partial-body") == "true"
        asked.body = Array(body.readableBytesView.prefix(settings.bodyLimit))
        return asked
    }

    private func allowed(_ access: AccessDecision, _ request: Request) -> Response {
        var response = Response(status: .ok)
        Self.add(access.headers + access.responseHeaders, to: &response)
        let own = Set(access.headers.map { $0.name.lowercased() })
        // What claims an identity and does not come from the decision never reaches the service behind.
        let forged = request.headers.map(\.name.canonicalName).filter { identityHeaders.contains($0) && !own.contains($0) }
        let removed = access.removedHeaders + forged
        if !removed.isEmpty, let name = Self.removedHeaders { response.headers[name] = removed.joined(separator: ",") }
        return response
    }

    private static func denied(_ access: AccessDecision) -> Response {
        var response = Response(status: .init(code: access.status), body: ResponseBody(byteBuffer: ByteBuffer(string: access.body)))
        add(access.headers, to: &response)
        return response
    }

    private static func add(_ headers: [AccessDecision.Header], to response: inout Response) {
        for header in headers { if let name = HTTPField.Name(header.name) { response.headers.append(HTTPField(name: name, value: header.value)) } }
    }
}
