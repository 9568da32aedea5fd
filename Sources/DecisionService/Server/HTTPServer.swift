import FaultInjection
import Foundation
import Logging
import NIOCore
import NIOPosix
import Observability
import Resilience
import ServiceLifecycle
import Synchronization

/// Listens on addresses and answers their connections until the service is asked to end.
/// An address whose listener the system closes is listened on again; connections go on meanwhile.
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
        /// Nil where its connections meet no experiments.
        var faults: ConnectionFaults?
    }

    let listeners: [Listener]
    let configuration: ServiceConfiguration
    /// Nil where there is no certificate, and so no TLS.
    let certificates: CertificateWatcher?
    /// Where connections are accepted, apart from where they are answered: a loop that is blocked there keeps nobody from the others.
    let acceptors: any EventLoopGroup
    let group: any EventLoopGroup
    let telemetry: Telemetry
    let access: AccessControl
    let logger: Logger
    private let open = OpenListeners()

    /// What is listened on at the moment, in the order of `listeners`.
    private final class OpenListeners: Sendable {
        let channels = Mutex<[any Channel]>([])
    }

    init(
        listeners: [Listener], configuration: ServiceConfiguration, certificates: CertificateWatcher?, acceptors: any EventLoopGroup,
        group: any EventLoopGroup, telemetry: Telemetry, access: AccessControl, logger: Logger
    ) {
        self.listeners = listeners
        self.configuration = configuration
        self.certificates = certificates
        self.acceptors = acceptors
        self.group = group
        self.telemetry = telemetry
        self.access = access
        self.logger = logger
    }

    func run() async throws {
        let connections = Connections(limit: configuration.limits.connections)
        var channels: [any Channel] = []
        do {
            for listener in listeners { channels.append(try await listen(listener, connections)) }
            telemetry.health.report(HealthBoard.server, .ok, probes: [.ready, .startup])
            open.channels.withLock { $0 = channels }
            let addresses = zip(listeners, channels).map { Self.bound($0.address, $1) }
            var tree = SupervisionTree([.init(name: "server", strategy: .oneForOne, components: ["listener"])])
            while let lost = try await untilShutdown(channels) {
                guard case .restart(_, let delay) = tree.failed("listener", at: ProcessTime.now) else {
                    throw ListenFailure(address: addresses[lost].description, reason: "the system closed the listener again and again")
                }
                try await Task.sleep(for: delay)
                channels[lost] = try await listen(again: Listener(address: addresses[lost], lanes: listeners[lost].lanes, faults: listeners[lost].faults), connections)
                open.channels.withLock { [channels] in $0 = channels }
            }
        } catch {
            for channel in channels { try? await channel.close() }
            connections.closeAll()
            throw error
        }
        try await drain(channels, connections)
    }

    /// Closes a listener as a fault would: for drills.
    func dropListener() async { try? await open.channels.withLock { $0.first }?.close() }

    /// Where the system chose the port, clients know the one that it chose.
    private static func bound(_ address: ListenAddress, _ channel: any Channel) -> ListenAddress {
        guard case .network(let host, 0) = address.place, let port = channel.localAddress?.port else { return address }
        var address = address
        address.place = .network(host: host, port: port)
        return address
    }

    private func listen(again listener: Listener, _ connections: Connections) async throws -> any Channel {
        let start = ProcessTime.now, address = listener.address
        logger.error("The system closed a listener; the address is listened on again.", metadata: ["addr": "\(address.description)"])
        let channel = try await listen(listener, connections)
        telemetry.healing.record(.rebind, of: "listener", cause: "the system closed the listener of \(address.description)", duration: ProcessTime.now - start)
        return channel
    }

    /// Waits until the service shall end, or a listener is closed, whose position is given.
    private func untilShutdown(_ channels: [any Channel]) async throws -> Int? {
        let end = acceptors.next().makePromise(of: Int?.self)
        for (position, channel) in channels.enumerated() { channel.closeFuture.whenComplete { _ in end.succeed(position) } }
        return try await withTaskCancellationHandler {
            try await withGracefulShutdownHandler {
                try await end.futureResult.get()
            } onGracefulShutdown: {
                end.succeed(nil)
            }
        } onCancel: {
            end.fail(CancellationError())
        }
    }

    private func drain(_ channels: [any Channel], _ connections: Connections) async throws {
        telemetry.health.report(HealthBoard.server, .failed, "the service is about to end", probes: [.ready])
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
        let (address, lanes, faults) = (listener.address, listener.lanes, listener.faults)
        let pipeline = HTTPPipeline(
            limits: configuration.limits, lanes: lanes, acceptsHTTP2WithoutTLS: configuration.acceptsHTTP2WithoutTLS, health: telemetry.health, access: access)
        let certificates = address.transport == .plain ? nil : certificates
        if address.transport == .secure, certificates == nil {
            throw ListenFailure(address: address.description, reason: "TLS needs a certificate; give --tls-cert-file and --tls-private-key-file")
        }
        let bootstrap = ServerBootstrap(group: acceptors, childGroup: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                guard case .admitted = connections.admit(channel) else {
                    return channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(ConnectionRefusal(limit: configuration.limits.connections))
                    }
                }
                let setUp = { @Sendable in
                    if let certificates { try pipeline.addSecure(to: channel, certificates.context) } else { try pipeline.addPlain(to: channel) }
                }
                guard let faults else { return channel.eventLoop.makeCompletedFuture(withResultOf: setUp) }
                return faults.welcome(channel, past: certificates == nil ? [.accept] : [.accept, .handshake], at: address, setUp)
            }
        let channel: any Channel
        do {
            switch address.place {
            case .network(let host, let port):
                channel = try await bootstrap.childChannelOption(.tcpOption(.tcp_nodelay), value: 1).bind(host: host, port: port).get()
            case .socket(let path):
                channel = try await bootstrap.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
                chmod(path, mode_t(configuration.socketPermissions))
            }
        } catch {
            throw ListenFailure(address: address.description, reason: "\(error)")
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
