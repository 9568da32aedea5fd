import Foundation

/// How a request says who asks. Client certificates belong to `TransportSecurity`.
public enum Credentials: Sendable {
    case none
    case bearer(BearerToken)
    case oauth2(OAuth2ClientCredentials)
}

/// A token sent as `Authorization: <scheme> <token>` (RFC 6750).
public struct BearerToken: Sendable, Hashable {
    public enum Source: Sendable, Hashable {
        case token(String)
        /// A file that is read for every request, because tokens of workloads are renewed in place.
        case file(String)
    }

    public var source: Source
    public var scheme: String

    public init(_ source: Source, scheme: String = "Bearer") {
        self.source = source
        self.scheme = scheme
    }

    struct Failure: Error {
        var reason: String
    }

    func headerValue() throws(Failure) -> String {
        switch source {
        case .token(let token): return "\(scheme) \(token)"
        case .file(let path):
            guard let data = FileManager.default.contents(atPath: path) else { throw Failure(reason: "\(path): the token's file cannot be read") }
            let token = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            guard !token.isEmpty else { throw Failure(reason: "\(path): the token's file is empty") }
            return "\(scheme) \(token)"
        }
    }
}
