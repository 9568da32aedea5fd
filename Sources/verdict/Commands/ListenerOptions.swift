import ArgumentParser
import DecisionService
import Governance

/// The options of `verdict run` that say where and how it listens, and what clients may ask for.
struct ListenerOptions: ParsableArguments {
    @Option(name: [.customShort("a"), .customLong("addr")], help: "An address to listen on: HOST:PORT, http://HOST:PORT or unix:///PATH; port 0 lets the system choose. May be repeated. (default: localhost:8181)")
    private var addr: [String] = []
    @Option(name: .customLong("diagnostic-addr"), help: "An address that answers questions about health only; may be repeated.")
    var diagnosticAddresses: [String] = []
    @Option(name: .customLong("unix-socket-perm"), help: "The mode of Unix sockets, octal.")
    var socketPermissions = "755"
    @Flag(name: .customLong("h2c"), help: "Speak HTTP/2 without TLS with clients that begin so.")
    var h2c = false
    @Option(name: .customLong("tls-cert-file"), help: "A PEM file with the service's certificate and its chain; with --tls-private-key-file it turns TLS on.")
    var certificateFile: String?
    @Option(name: .customLong("tls-private-key-file"), help: "A PEM file with the certificate's private key.")
    var privateKeyFile: String?
    @Option(name: .customLong("tls-ca-cert-file"), help: "A PEM file with the authorities that certificates of clients are checked against.")
    var authorityFile: String?
    @Option(name: .customLong("min-tls-version"), help: "1.0, 1.1, 1.2 or 1.3.")
    var minimumVersion = "1.2"
    @Option(name: .customLong("tls-cert-refresh-period"), help: "Seconds between looks at the certificate's files.")
    var certificateRefreshPeriod = 1.0
    @Option(name: .customLong("shutdown-grace-period"), help: "Seconds that requests under way may take when the service ends.")
    var shutdownGracePeriod = 10
    @Option(name: .customLong("shutdown-wait-period"), help: "Seconds to go on after SIGTERM before the service stops listening.")
    var shutdownWaitPeriod = 0

    @Option(name: .customLong("max-request-size"), help: "Bytes that a request's body may have, compressed or not. (default: server.decoding of the configuration)")
    var requestSize: Int?
    @Option(name: .customLong("max-json-depth"), help: "How deep arrays and objects may lie within each other in what decisions are asked about; at most 2048.")
    var bodyDepth = ServerLimits().bodyDepth
    @Option(name: .customLong("max-header-size"), help: "Bytes that a request line and its header fields may have.")
    var headerSize = ServerLimits().headerSize
    @Option(name: .customLong("max-gzip-ratio"), help: "How many times larger a body may become by decompression.")
    var gzipRatio = ServerLimits().decompressionRatio
    @Option(name: .customLong("max-connections"), help: "Connections that may be open at a time.")
    var connections = ServerLimits().connections
    @Option(name: .customLong("max-pipelined-requests"), help: "Requests of a connection that may wait behind the one that is being answered.")
    var pipelinedRequests = ServerLimits().pipelinedRequests
    @Option(name: .customLong("header-timeout"), help: "Seconds in which a request's header must arrive.")
    var headerTimeout = 30.0
    @Option(name: .customLong("body-timeout"), help: "Seconds in which a request's body must arrive.")
    var bodyTimeout = 60.0
    @Option(name: .customLong("idle-timeout"), help: "Seconds that a connection may be open without a request.")
    var idleTimeout = 120.0

    var addresses: [String] { addr.isEmpty ? ["localhost:8181"] : addr }

    /// What the options say.
    ///
    /// - Parameter server: counts where the options say nothing.
    /// - Throws: `ValidationError` for the first option that makes no sense.
    func configuration(defaultDecision: String, authorizationDecision: String, server: ServerSettings = .init()) throws -> ServiceConfiguration {
        var configuration = ServiceConfiguration(
            addresses: try addresses.map { try Self.address($0, "--addr") }, defaultDecision: defaultDecision, authorizationDecision: authorizationDecision)
        configuration.diagnosticAddresses = try diagnosticAddresses.map { try Self.address($0, "--diagnostic-addr") }
        guard let permissions = UInt32(socketPermissions, radix: 8), permissions <= 0o777 else {
            throw ValidationError("--unix-socket-perm \(socketPermissions): expected an octal number up to 777")
        }
        configuration.socketPermissions = permissions
        configuration.shutdownGracePeriod = .seconds(try Self.atLeast(0, shutdownGracePeriod, "--shutdown-grace-period"))
        configuration.shutdownWaitPeriod = .seconds(try Self.atLeast(0, shutdownWaitPeriod, "--shutdown-wait-period"))
        configuration.limits = try limits(server)
        configuration.acceptsHTTP2WithoutTLS = h2c
        configuration.tls = try tls()
        configuration.certificateRefreshPeriod = .seconds(try Self.atLeast(0.1, certificateRefreshPeriod, "--tls-cert-refresh-period"))
        return configuration
    }

    private func limits(_ server: ServerSettings) throws -> ServerLimits {
        var limits = ServerLimits()
        limits.bodySize = try Self.atLeast(1, requestSize ?? server.maximumRequestLength, "--max-request-size")
        limits.decompressedSize = requestSize ?? server.maximumDecompressedLength
        limits.compressionThreshold = server.gzipMinimumLength
        limits.compressionLevel = server.gzipLevel
        guard (1...2048).contains(bodyDepth) else { throw ValidationError("--max-json-depth \(bodyDepth): expected a number from 1 to 2048") }
        limits.bodyDepth = bodyDepth
        limits.headerSize = try Self.atLeast(256, headerSize, "--max-header-size")
        limits.decompressionRatio = try Self.atLeast(1, gzipRatio, "--max-gzip-ratio")
        limits.connections = try Self.atLeast(1, connections, "--max-connections")
        limits.pipelinedRequests = try Self.atLeast(1, pipelinedRequests, "--max-pipelined-requests")
        limits.headerTimeout = .seconds(try Self.atLeast(0.1, headerTimeout, "--header-timeout"))
        limits.bodyTimeout = .seconds(try Self.atLeast(0.1, bodyTimeout, "--body-timeout"))
        limits.idleTimeout = .seconds(try Self.atLeast(0.1, idleTimeout, "--idle-timeout"))
        return limits
    }

    private func tls() throws -> TLSSettings? {
        guard let version = TLSSettings.Version(rawValue: minimumVersion) else {
            throw ValidationError("--min-tls-version \(minimumVersion): expected \(TLSSettings.Version.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        switch (certificateFile, privateKeyFile) {
        case (nil, nil): return nil
        case (let certificate?, let key?):
            var settings = TLSSettings(certificateFile: certificate, privateKeyFile: key)
            settings.authorityFile = authorityFile
            settings.minimumVersion = version
            return settings
        default: throw ValidationError("--tls-cert-file and --tls-private-key-file are given together or not at all")
        }
    }

    private static func address(_ text: String, _ option: String) throws -> ListenAddress {
        do {
            return try ListenAddress(text)
        } catch {
            throw ValidationError("\(option) \(error)")
        }
    }

    private static func atLeast<Number: Comparable>(_ minimum: Number, _ value: Number, _ option: String) throws -> Number {
        guard value >= minimum else { throw ValidationError("\(option) \(value): expected \(minimum) or more") }
        return value
    }
}
