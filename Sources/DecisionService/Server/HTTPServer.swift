import Foundation
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// Listens on addresses and answers their connections until the service is asked to end.
///
/// Then it goes on for the wait period, in which load balancers learn of it, stops listening, answers what is under way, and closes what
/// remains after the grace period.
struct HTTPServer: Service {
    /// An address that could not be listened on.
    struct ListenFailure: Error, CustomStringConvertible {
        var address: String
        var reason: String
        var description: String { "listen on \(address): \(reason)" }
    }

    /// An address, and what answers the requests that arrive there.
    struct Listener: Sendable {
        let address: ListenAddress
        let lanes: any RequestLanes
    }

    let listeners: [Listener]
    let configuration: ServiceConfiguration
    /// Nil where there is no certificate, and so no TLS.
    let certificates: CertificateWatcher?
    let group: any EventLoopGroup
    let logger: Logger

    func run() async throws {
        let connections = Connections(limit: configuration.limits.connections)
        var channels: [any Channel] = []
        do {
            for listener in listeners { channels.append(try await listen(listener, connections)) }
            try await untilShutdown(channels)
        } catch {
            for channel in channels { try? await channel.close() }
            connections.closeAll()
            throw error
        }
        try await drain(channels, connections)
    }

    /// Returns when the service shall end; throws where a listener fails before.
    private func untilShutdown(_ channels: [any Channel]) async throws {
        let end = group.next().makePromise(of: Void.self)
        for channel in channels {
            channel.closeFuture.whenComplete { _ in end.fail(ListenFailure(address: name(of: channel), reason: "the system closed the listener")) }
        }
        try await withTaskCancellationHandler {
            try await withGracefulShutdownHandler {
                try await end.futureResult.get()
            } onGracefulShutdown: {
                end.succeed()
            }
        } onCancel: {
            end.fail(CancellationError())
        }
    }

    private func drain(_ channels: [any Channel], _ connections: Connections) async throws {
        if configuration.shutdownWaitPeriod > .zero {
            logger.info("Shutting down after the wait period.", metadata: ["wait": "\(configuration.shutdownWaitPeriod)"])
            try await Task.sleep(for: configuration.shutdownWaitPeriod)
        }
        for channel in channels { try? await channel.close() }
        let drained = connections.drain(on: group.next())
        let expiry = group.next().scheduleTask(in: TimeAmount(configuration.shutdownGracePeriod)) {
            logger.warning("The grace period is over; closing connections.", metadata: ["connections": "\(connections.count)"])
            connections.closeAll()
        }
        try await drained.get()
        expiry.cancel()
    }

    // MARK: Listening

    private func listen(_ listener: Listener, _ connections: Connections) async throws -> any Channel {
        let pipeline = HTTPPipeline(limits: configuration.limits, lanes: listener.lanes, acceptsHTTP2WithoutTLS: configuration.acceptsHTTP2WithoutTLS)
        let certificates = listener.address.transport == .plain ? nil : certificates
        if listener.address.transport == .secure, certificates == nil {
            throw ListenFailure(address: listener.address.description, reason: "TLS needs a certificate; give --tls-cert-file and --tls-private-key-file")
        }
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    switch connections.admit(channel) {
                    case .admitted:
                        if let certificates { try pipeline.addSecure(to: channel, certificates.context) } else { try pipeline.addPlain(to: channel) }
                    case .refused: try channel.pipeline.syncOperations.addHandler(ConnectionRefusal(limit: configuration.limits.connections))
                    }
                }
            }
        let channel: any Channel
        do {
            switch listener.address.place {
            case .network(let host, let port):
                channel = try await bootstrap.childChannelOption(.tcpOption(.tcp_nodelay), value: 1).bind(host: host, port: port).get()
            case .socket(let path):
                channel = try await bootstrap.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
                chmod(path, mode_t(configuration.socketPermissions))
            }
        } catch {
            throw ListenFailure(address: listener.address.description, reason: "\(error)")
        }
        logger.info("Server started.", metadata: ["addr": "\(name(of: channel))"])
        return channel
    }

    private func name(of channel: any Channel) -> String {
        guard let address = channel.localAddress else { return "unknown" }
        if let path = address.pathname, address.port == nil { return "unix://\(path)" }
        return address.text ?? "unknown"
    }
}
