/// Where the server listens.
///
/// Written as OPA's `--addr` has it: `localhost:8181`, `:8181` for all interfaces, `http://…`, `https://…` or `unix:///run/verdict.sock`.
public struct ListenAddress: Sendable, Hashable {
    public enum Place: Sendable, Hashable {
        /// Port 0 lets the system choose.
        case network(host: String, port: Int)
        /// The path of a Unix socket.
        case socket(path: String)
    }

    /// What the text says about TLS.
    public enum Transport: Sendable, Hashable {
        /// TLS where the server has a certificate.
        case automatic
        case plain
        case secure
    }

    public var place: Place
    public var transport: Transport

    /// A text that is not an address, and why.
    public struct Problem: Error, CustomStringConvertible {
        public var description: String
    }

    public init(_ text: String) throws(Problem) {
        if let path = Self.rest(of: text, after: "unix://") {
            guard !path.hasPrefix("@") else { throw Problem(description: "\(text): abstract Unix sockets are not supported; give a path such as unix:///run/verdict.sock") }
            // What `sockaddr_un` has room for.
            guard (1...107).contains(path.utf8.count) else { throw Problem(description: "\(text): the path of a Unix socket has 1 to 107 bytes") }
            (place, transport) = (.socket(path: path), .plain)
        } else if let rest = Self.rest(of: text, after: "https://") {
            (place, transport) = (try Self.network(rest, text), .secure)
        } else if let rest = Self.rest(of: text, after: "http://") {
            (place, transport) = (try Self.network(rest, text), .plain)
        } else {
            (place, transport) = (try Self.network(text, text), .automatic)
        }
    }

    private static func rest(of text: String, after scheme: String) -> String? {
        text.hasPrefix(scheme) ? String(text.dropFirst(scheme.count)) : nil
    }

    private static func network(_ text: String, _ whole: String) throws(Problem) -> Place {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]), (0...65535).contains(port) else {
            throw Problem(description: "\(whole): expected HOST:PORT, http://HOST:PORT, https://HOST:PORT or unix:///PATH")
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        return .network(host: host.isEmpty ? "0.0.0.0" : String(host), port: port)
    }
}

extension ListenAddress: CustomStringConvertible {
    public var description: String {
        switch place {
        case .network(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .socket(let path): "unix://\(path)"
        }
    }
}
