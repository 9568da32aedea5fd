import NIOSSL

/// The certificate that the service shows, and what it asks of clients.
public struct TLSSettings: Sendable, Hashable {
    public enum Version: String, Sendable, Hashable, CaseIterable {
        case v1_0 = "1.0"
        case v1_1 = "1.1"
        case v1_2 = "1.2"
        case v1_3 = "1.3"
    }

    /// PEM files: the certificate with its chain, and its private key.
    public var certificateFile: String
    public var privateKeyFile: String
    /// A PEM file with the authorities that certificates of clients are checked against; nil for the system's.
    public var authorityFile: String?
    public var minimumVersion = Version.v1_2
    /// Whether clients must show a certificate.
    public var requiresClientCertificate = false

    public init(certificateFile: String, privateKeyFile: String) {
        self.certificateFile = certificateFile
        self.privateKeyFile = privateKeyFile
    }

    /// A file that cannot be used, and why.
    public struct Problem: Error, CustomStringConvertible {
        public var file: String
        public var reason: String
        public var description: String { "TLS: \(file): \(reason)" }
    }

    /// Reads the files.
    func makeContext() throws(Problem) -> NIOSSLContext {
        let certificates = try Self.reading(certificateFile) { try NIOSSLCertificate.fromPEMFile($0) }
        guard !certificates.isEmpty else { throw Problem(file: certificateFile, reason: "has no certificate") }
        let key = try Self.reading(privateKeyFile) { try NIOSSLPrivateKey(file: $0, format: .pem) }
        var configuration = TLSConfiguration.makeServerConfiguration(certificateChain: certificates.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = minimumVersion.library
        configuration.applicationProtocols = ["h2", "http/1.1"]
        if requiresClientCertificate { configuration.certificateVerification = .noHostnameVerification }
        if let authorityFile {
            let authorities = try Self.reading(authorityFile) { try NIOSSLCertificate.fromPEMFile($0) }
            guard !authorities.isEmpty else { throw Problem(file: authorityFile, reason: "has no certificate") }
            configuration.trustRoots = .certificates(authorities)
        }
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw Problem(file: certificateFile, reason: "certificate and key \(privateKeyFile) do not go together: \(error)")
        }
    }

    private static func reading<Content>(_ file: String, _ read: (String) throws -> Content) throws(Problem) -> Content {
        do {
            return try read(file)
        } catch {
            throw Problem(file: file, reason: "cannot be read as PEM: \(error)")
        }
    }
}

extension TLSSettings.Version {
    fileprivate var library: TLSVersion {
        switch self {
        case .v1_0: .tlsv1
        case .v1_1: .tlsv11
        case .v1_2: .tlsv12
        case .v1_3: .tlsv13
        }
    }
}
