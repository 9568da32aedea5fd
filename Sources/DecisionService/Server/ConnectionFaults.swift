import FaultInjection
import NIOCore
import ReliabilityBudget

/// Lets experiments meet clients: connections that are accepted late, dropped or closed. There is none where the configuration allows no faults.
final class ConnectionFaults: Sendable {
    let chaos: Chaos
    private let levels: ServiceLevels?
    /// After so long a connection that was dropped is closed.
    let patience: TimeAmount

    init(_ chaos: Chaos, levels: ServiceLevels?, patience: Duration) {
        self.chaos = chaos
        self.levels = levels
        self.patience = TimeAmount(patience)
    }

    /// Sets up an accepted connection, or what stands in for it.
    ///
    /// - Parameters:
    ///   - points: those that it passes, in order.
    ///   - listener: the address where it was accepted.
    func welcome(
        _ channel: any Channel, past points: [HookPoint], at listener: ListenAddress, _ setUp: @escaping @Sendable () throws -> Void
    ) -> EventLoopFuture<Void> {
        guard chaos.isActive else { return channel.eventLoop.makeCompletedFuture(withResultOf: setUp) }
        var wait = Duration.zero
        for point in points {
            guard let fault = chaos.fault(at: point, ["listener": listener.description]) else { continue }
            guard let delay = fault.delay else {
                chaos.recordHarm()
                let spoiled = SpoiledConnection(fault.fault == .drop ? .drop(for: patience) : point == .accept ? .closeAtOnce : .closeAtFirstBytes)
                return channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(spoiled) }
            }
            wait += delay
        }
        return channel.eventLoop.scheduleTask(in: TimeAmount(wait), setUp).futureResult
    }

    /// A client did not get the answer to its request.
    ///
    /// - Parameter decides: whether it asked for a decision, which objectives are about.
    func recordHarm(decides: Bool) {
        chaos.recordHarm()
        if decides { levels?.countAnswer(status: 503, nanoseconds: 0) }
    }
}

/// A connection that an experiment has spoiled before a request could arrive.
final class SpoiledConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    enum Fault {
        case closeAtOnce
        case closeAtFirstBytes
        /// What the client sends is lost.
        case drop(for: TimeAmount)
    }

    private let fault: Fault
    private var expiry: Scheduled<Void>?

    init(_ fault: Fault) { self.fault = fault }

    func channelActive(context: ChannelHandlerContext) {
        switch fault {
        case .closeAtOnce: context.close(promise: nil)
        case .closeAtFirstBytes: break
        case .drop(let time): expiry = context.eventLoop.assumeIsolated().scheduleTask(in: time) { context.close(promise: nil) }
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .closeAtFirstBytes = fault { context.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) { expiry?.cancel() }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent, ChannelEvent.inputClosed: context.close(promise: nil)
        default: break
        }
    }
}
