import Discovery
import Foundation
import Rego

/// Says which services may learn who asks, and in which form: nobody else ever receives anything of a caller's token.
public struct TokenPropagation: Sendable {
    public enum Form: String, Sendable, CaseIterable {
        /// The caller's token as it is.
        case original
        /// One that the issuer gave for it (RFC 8693).
        case exchanged
        /// One that this service signs.
        case signed
    }

    /// A service that may learn who asks.
    public struct Destination: Sendable {
        /// A name of `services`.
        public var service: String
        /// Where it is; what is asked below is asked of it.
        public var url: String
        public var upstream: Upstream
        public var form: Form
        public var audience: String
        /// Scopes that may be passed on; nil for all that the caller has.
        public var scopes: TokenScopes?

        public init(service: String, url: String, upstream: Upstream, form: Form, audience: String, scopes: TokenScopes? = nil) {
            self.service = service
            self.url = url
            self.upstream = upstream
            self.form = form
            self.audience = audience
            self.scopes = scopes
        }
    }

    public let destinations: [Destination]
    public let signer: IdentitySigner?
    public let exchange: TokenExchange?

    /// - Parameters:
    ///   - signer: needed for the form `signed`.
    ///   - exchange: needed for the form `exchanged`.
    public init(_ destinations: [Destination], signer: IdentitySigner? = nil, exchange: TokenExchange? = nil) {
        // The longest first: it is the most particular one.
        self.destinations = destinations.sorted { $0.url.utf8.count > $1.url.utf8.count }
        self.signer = signer
        self.exchange = exchange
    }

    /// The destination that a URL leads to; nil for any other server.
    public func destination(of url: String) -> Destination? { destinations.first { ServiceAddress($0.url)?.contains(url) ?? false } }

    public func destination(service: String) -> Destination? { destinations.first { $0.service == service } }

    /// The value of `Authorization` for a destination.
    ///
    /// - Parameter now: seconds since 1970.
    /// - Throws: why nothing may be sent.
    public func authorization(for destination: Destination, about caller: CallerToken, now: Double) async throws(PropagationError) -> Secret {
        let token: Secret
        switch (destination.form, signer, exchange) {
        case (.original, _, _): token = try original(caller, destination, now)
        case (.signed, let signer?, _): token = try signer.token(about: caller, audience: destination.audience, scopes: destination.scopes, now: now)
        case (.exchanged, _, let exchange?):
            token = try await exchange.token(about: caller, audience: destination.audience, scopes: destination.scopes, now: now)
        case (.signed, nil, _), (.exchanged, _, nil): throw PropagationError(.token, "the form \(destination.form.rawValue) is not set up")
        }
        return Secret("Bearer \(token.reveal())")
    }

    /// The caller's own token, which must be meant for the destination and may say no more than is to be passed on.
    private func original(_ caller: CallerToken, _ destination: Destination, _ now: Double) throws(PropagationError) -> Secret {
        guard now < caller.expiry else { throw PropagationError(.token, "the caller's token has expired") }
        guard !caller.isBound else { throw PropagationError(.token, "the caller's token is bound to its holder; exchange it, or sign an identity") }
        let isMeant = switch caller.claims["aud"] {
        case .string(let text)?: text.utf8.elementsEqual(destination.audience.utf8)
        case .array(let audiences)?: audiences.contains(.string(destination.audience))
        default: false
        }
        guard isMeant else { throw PropagationError(.token, "the caller's token is not meant for the audience \(destination.audience)") }
        if let allowed = destination.scopes, let own = TokenScopes(claims: caller.claims), !own.isWithin(allowed) {
            throw PropagationError(.scopes, "the caller's token has scopes that may not be passed on; exchange it, or sign an identity")
        }
        return caller.token
    }
}

/// Where a service is, to tell what is asked of it from what only looks like it.
struct ServiceAddress {
    private let scheme: String
    private let host: String
    private let port: Int?
    private let path: String

    init?(_ url: String) {
        guard let parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased(), let host = parts.percentEncodedHost?.lowercased(), !host.isEmpty,
            parts.user == nil, parts.password == nil
        else { return nil }
        self.scheme = scheme
        self.host = host
        port = parts.port ?? (scheme == "https" ? 443 : scheme == "http" ? 80 : nil)
        path = parts.percentEncodedPath.hasSuffix("/") ? String(parts.percentEncodedPath.dropLast()) : parts.percentEncodedPath
    }

    /// Whether a URL has the same scheme, host and port, and lies at or below the path.
    func contains(_ url: String) -> Bool {
        guard let other = ServiceAddress(url), other.scheme == scheme, other.host == host, other.port == port else { return false }
        // A server may resolve `..`, also in disguise, to what lies beside the path.
        let segments = other.path.lowercased().replacing("%2e", with: ".").replacing("%2f", with: "/").replacing("%5c", with: "/").replacing("\\", with: "/").split(separator: "/")
        guard !segments.contains("..") else { return false }
        return other.path == path || other.path.hasPrefix(path + "/")
    }
}
