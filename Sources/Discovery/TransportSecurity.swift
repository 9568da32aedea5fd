import Foundation
import NIOSSL
import Synchronization

/// How TLS is spoken with an upstream: who is trusted, and the client's own certificate.
///
/// Files are read again when their bytes change, so that certificates can be renewed while the process runs.
public struct TransportSecurity: Sendable, Hashable {
    /// Certificates or a key in PEM.
    public enum Source: Sendable, Hashable {
        case text(String)
        case file(String)
    }

    /// Authorities that are trusted; where there are none, the system's are.
    public var authorities: [Source]
    /// Whether the system's authorities are trusted beside `authorities`.
    public var trustsSystem: Bool
    public var certificate: Source?
    public var privateKey: Source?
    public var passphrase: String?
    /// Accepts any certificate. Only for tests.
    public var skipsVerification: Bool
    public var minimumVersion: Version
    /// The name that the server is asked for, and that its certificate must have; the URL's host where nil.
    public var serverName: String?

    public enum Version: String, Sendable, Hashable {
        case tls12 = "1.2"
        case tls13 = "1.3"
    }

    public init(
        authorities: [Source] = [], trustsSystem: Bool = false, certificate: Source? = nil, privateKey: Source? = nil, passphrase: String? = nil,
        skipsVerification: Bool = false, minimumVersion: Version = .tls12, serverName: String? = nil
    ) {
        self.authorities = authorities
        self.trustsSystem = trustsSystem
        self.certificate = certificate
        self.privateKey = privateKey
        self.passphrase = passphrase
        self.skipsVerification = skipsVerification
        self.minimumVersion = minimumVersion
        self.serverName = serverName
    }

    /// Why the settings cannot be used: the place, and the reason.
    struct Failure: Error {
        var reason: String
    }

    /// What the settings mean now; nil where they say nothing that the client would not do by itself.
    func configuration() throws(Failure) -> TLSConfiguration? {
        guard self != TransportSecurity() else { return nil }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = minimumVersion == .tls13 ? .tlsv13 : .tlsv12
        if skipsVerification { configuration.certificateVerification = .none }
        var trusted: [NIOSSLCertificate] = []
        for authority in authorities { trusted += try Self.certificates(authority) }
        if !trusted.isEmpty {
            if trustsSystem {
                configuration.additionalTrustRoots = [.certificates(trusted)]
            } else {
                configuration.trustRoots = .certificates(trusted)
            }
        }
        try addIdentity(to: &configuration)
        return configuration
    }

    private func addIdentity(to configuration: inout TLSConfiguration) throws(Failure) {
        switch (certificate, privateKey) {
        case (nil, nil): return
        case (let certificate?, let privateKey?):
            configuration.certificateChain = try Self.certificates(certificate).map { .certificate($0) }
            configuration.privateKey = .privateKey(try key(privateKey))
        default: throw Failure(reason: "a client certificate and its private key are needed together")
        }
    }

    private func key(_ source: Source) throws(Failure) -> NIOSSLPrivateKey {
        let bytes = try Self.bytes(source)
        do {
            guard let passphrase else { return try NIOSSLPrivateKey(bytes: bytes, format: .pem) }
            return try NIOSSLPrivateKey(bytes: bytes, format: .pem) { $0(passphrase.utf8) }
        } catch {
            throw Failure(reason: "\(Self.name(source)): not a private key in PEM, or the passphrase does not fit")
        }
    }

    private static func certificates(_ source: Source) throws(Failure) -> [NIOSSLCertificate] {
        let bytes = try bytes(source)
        guard let certificates = try? NIOSSLCertificate.fromPEMBytes(bytes), !certificates.isEmpty else {
            throw Failure(reason: "\(name(source)): not a certificate in PEM")
        }
        return certificates
    }

    private static func bytes(_ source: Source) throws(Failure) -> [UInt8] {
        switch source {
        case .text(let text): return Array(text.utf8)
        case .file(let path):
            guard let data = FileManager.default.contents(atPath: path) else { throw Failure(reason: "\(path): no such file, or it cannot be read") }
            return Array(data)
        }
    }

    private static func name(_ source: Source) -> String {
        switch source {
        case .text: "the text given"
        case .file(let path): path
        }
    }
}
