import Foundation
import JSON

/// The client credentials grant of OAuth 2 (RFC 6749, section 4.4): a token had from an endpoint and kept until it is about to end.
///
/// A reference: whoever shares it shares the token.
public actor OAuth2ClientCredentials {
    /// How the client proves who it is.
    public enum Proof: Sendable, Hashable {
        /// Sent as HTTP Basic (RFC 6749, section 2.3.1).
        case secret(String)
        /// A signed assertion (RFC 7523, section 2.2).
        case assertion(String)
        /// A file with the assertion, read whenever a token is asked for.
        case assertionFile(String)
    }

    public struct Settings: Sendable {
        public var tokenURL: String
        public var clientID: String
        public var proof: Proof
        public var assertionType: String
        public var scopes: [String]
        /// More fields of the form.
        public var parameters: [String: String]
        public var headers: [String: String]

        public init(
            tokenURL: String, clientID: String, proof: Proof, assertionType: String = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            scopes: [String] = [], parameters: [String: String] = [:], headers: [String: String] = [:]
        ) {
            self.tokenURL = tokenURL
            self.clientID = clientID
            self.proof = proof
            self.assertionType = assertionType
            self.scopes = scopes
            self.parameters = parameters
            self.headers = headers
        }
    }

    struct Failure: Error {
        var reason: String
    }

    /// A token is not used when it ends within this time.
    private static let margin: Duration = .seconds(10)

    private let settings: Settings
    private let endpoint: Upstream
    private var token: (text: String, ends: ContinuousClock.Instant)?
    /// The request under way, so that callers at once make one request.
    private var pending: Task<String, any Error>?

    public init(_ settings: Settings, security: TransportSecurity = .init()) {
        self.settings = settings
        endpoint = Upstream(security: security)
    }

    /// The value of the `Authorization` header.
    func headerValue() async throws(Failure) -> String {
        if let token, ContinuousClock.now + Self.margin < token.ends { return "Bearer \(token.text)" }
        let task = pending ?? Task { try await fetch() }
        pending = task
        let result = await task.result
        pending = nil
        switch result {
        case .success(let text): return "Bearer \(text)"
        case .failure(let error as Failure): throw error
        case .failure(let error): throw Failure(reason: "\(error)")
        }
    }

    /// Forgets the token: the server no longer takes it.
    func forget() { token = nil }

    private func fetch() async throws -> String {
        let response = try await endpoint.send(try tokenRequest())
        guard response.status == 200 else {
            throw Failure(reason: "\(settings.tokenURL): the token endpoint answered \(response.status) \(response.reason)")
        }
        guard case .object(let members)? = try? response.body.withUnsafeBytes({ try JSONValue(parsing: $0) }),
            case .string(let text)? = members[Array("access_token".utf8)], !text.isEmpty
        else { throw Failure(reason: "\(settings.tokenURL): the token endpoint's answer has no access_token") }
        if case .string(let type)? = members[Array("token_type".utf8)], type.lowercased() != "bearer" {
            throw Failure(reason: "\(settings.tokenURL): the token is of type \(type), and only bearer tokens can be sent")
        }
        // Without a lifetime the token is asked for each time.
        if case .integer(let seconds)? = members[Array("expires_in".utf8)] { token = (text, .now + .seconds(max(0, min(seconds, 1 << 31)))) }
        return text
    }

    private func tokenRequest() throws(Failure) -> UpstreamRequest {
        var form = settings.parameters.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        form.append(("grant_type", "client_credentials"))
        if !settings.scopes.isEmpty { form.append(("scope", settings.scopes.joined(separator: " "))) }
        var headers = settings.headers.map { UpstreamRequest.Header($0.key, $0.value) }
        switch settings.proof {
        case .secret(let secret):
            let pair = Data("\(Self.encoded(settings.clientID)):\(Self.encoded(secret))".utf8).base64EncodedString()
            headers.append(.init("Authorization", "Basic \(pair)"))
        case .assertion(let assertion): form += assertionFields(assertion)
        case .assertionFile(let path):
            guard let data = FileManager.default.contents(atPath: path) else { throw Failure(reason: "\(path): the assertion's file cannot be read") }
            form += assertionFields(String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
        }
        headers.append(.init("Content-Type", "application/x-www-form-urlencoded"))
        let body = form.map { "\(Self.encoded($0.0))=\(Self.encoded($0.1))" }.joined(separator: "&")
        return UpstreamRequest("POST", settings.tokenURL, headers: headers, body: Array(body.utf8), deadline: .seconds(10), maximumResponseSize: 1 << 20)
    }

    private func assertionFields(_ assertion: String) -> [(String, String)] {
        var fields = [("client_assertion_type", settings.assertionType), ("client_assertion", assertion)]
        if !settings.clientID.isEmpty { fields.append(("client_id", settings.clientID)) }
        return fields
    }

    private static func encoded(_ text: String) -> String {
        var allowed = CharacterSet.alphanumerics
        allowed.formIntersection(CharacterSet(charactersIn: "\u{0}"..."\u{7f}"))
        allowed.insert(charactersIn: "-._~")
        return text.addingPercentEncoding(withAllowedCharacters: allowed) ?? text
    }
}
