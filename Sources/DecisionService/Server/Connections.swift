import NIOCore
import Synchronization

/// The connections that are open: how many there may be, and how they end when the service does.
final class Connections: Sendable {
    private struct State: Sendable {
        var channels: [ObjectIdentifier: any Channel] = [:]
        var isDraining = false
        var whenEmpty: EventLoopPromise<Void>?
    }

    private let state = Mutex(State())
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    enum Admission {
        case admitted
        /// The limit is reached, or the service is about to end.
        case refused
    }

    /// Counts a connection in; it counts itself out when it closes.
    func admit(_ channel: any Channel) -> Admission {
        let isAdmitted = state.withLock { state in
            guard !state.isDraining, state.channels.count < limit else { return false }
            state.channels[ObjectIdentifier(channel)] = channel
            return true
        }
        guard isAdmitted else { return .refused }
        channel.closeFuture.whenComplete { _ in self.forget(channel) }
        return .admitted
    }

    private func forget(_ channel: any Channel) {
        let promise = state.withLock { state -> EventLoopPromise<Void>? in
            state.channels[ObjectIdentifier(channel)] = nil
            guard state.channels.isEmpty else { return nil }
            return state.whenEmpty.take()
        }
        promise?.succeed()
    }

    var count: Int { state.withLock { $0.channels.count } }

    /// Asks every connection to end after what it is answering; the future completes when the last one has.
    func drain(on eventLoop: any EventLoop) -> EventLoopFuture<Void> {
        let promise = eventLoop.makePromise(of: Void.self)
        let channels = state.withLock { state in
            state.isDraining = true
            if !state.channels.isEmpty { state.whenEmpty = promise }
            return Array(state.channels.values)
        }
        if channels.isEmpty { promise.succeed() }
        for channel in channels { channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
        return promise.futureResult
    }

    /// Closes what is still open.
    func closeAll() {
        for channel in state.withLock({ Array($0.channels.values) }) { channel.close(mode: .all, promise: nil) }
    }
}
