import Foundation

/// One place where an upstream can be asked.
public struct Endpoint: Sendable, Hashable, CustomStringConvertible {
    /// `http` or `https`, host and port: `https://10.0.0.7:8443`. The host is what certificates are checked against.
    public let base: String
    /// The address that the host stands for; nil where the system looks it up.
    public let address: String?
    /// What it shares its fate with, such as a data centre; nil where that is not known.
    public let zone: String?

    public init(base: String, address: String? = nil, zone: String? = nil) {
        self.base = base
        self.address = address
        self.zone = zone
    }

    public var description: String { address.map { "\(base) (\($0))" } ?? base }

    /// What is wrong with a base; nil where it can be asked.
    public static func problem(ofBase base: String) -> String? {
        guard let parts = URLComponents(string: base), parts.scheme == "http" || parts.scheme == "https", parts.host?.isEmpty == false,
            ["", "/"].contains(parts.path), parts.query == nil
        else { return "'\(base)' is not an address such as http://10.0.0.7:8181" }
        return nil
    }

    /// A URL of the upstream, at this endpoint.
    func url(for url: String) -> String {
        guard let start = url.firstRange(of: "://")?.upperBound else { return url }
        let rest = url[start...].firstIndex { "/?#".contains($0) }.map { url[$0...] } ?? ""
        return (base.hasSuffix("/") ? String(base.dropLast()) : base) + rest
    }

    /// The path of a URL, without its query.
    static func path(of url: String) -> Substring {
        guard let start = url.firstRange(of: "://")?.upperBound, let slash = url[start...].firstIndex(of: "/") else { return "/" }
        return url[slash...].prefix { $0 != "?" && $0 != "#" }
    }

    /// Scheme, host and port of a URL: what an upstream without a name is known by.
    static func origin(of url: String) -> String {
        guard let start = url.firstRange(of: "://")?.upperBound else { return url }
        let authority = url[start...].prefix { !"/?#".contains($0) }
        let host = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        return "\(url[..<start])\(host)".lowercased()
    }
}
