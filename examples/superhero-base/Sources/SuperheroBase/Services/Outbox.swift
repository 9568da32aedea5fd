import Discovery
import Foundation
import Observability
import Rego
import Resilience
import ServiceLifecycle
import Synchronization
import TokenSecurity

/// What the auditors are to write down. What they cannot take now waits, in order, and is given to them as soon as they are back.
final class Outbox: Service {
    private struct Waiting {
        var entry: Entry
        var caller: CallerToken
        /// The request that the entry is about.
        var origin: TraceContext?
    }

    /// Nothing more may be done that is to be audited.
    struct Full: Error {}

    private let frame: ServiceFrame
    private let audit: Neighbour
    private let waiting = Mutex<[Waiting]>([])
    private static let limit = 1000
    private static let period: Duration = .milliseconds(100)
    private static let patience = RetryPolicy(maximumAttempts: nil, baseDelay: period, maximumDelay: .seconds(2))

    init(_ frame: ServiceFrame, audit: Neighbour) {
        self.frame = frame
        self.audit = audit
    }

    /// Has an entry written down, or keeps it for later.
    ///
    /// - Throws: `Full` where it can do neither.
    func record(_ entry: Entry, for caller: CallerToken, _ call: CallContext) async throws {
        if waiting.withLock({ $0.isEmpty }), await send(entry, for: caller, call) { return }
        try waiting.withLock { waiting in
            guard waiting.count < Self.limit else { throw Full() }
            waiting.append(Waiting(entry: entry, caller: caller, origin: ActiveSpan.current?.context))
        }
    }

    /// The auditors know entries by their keys, so that one may be sent twice.
    private func send(_ entry: Entry, for caller: CallerToken, _ call: CallContext) async -> Bool {
        guard let body = try? JSONEncoder().encode(entry) else { return false }
        return (try? await audit.ask("POST", "/entries", body: Array(body), as: caller, call, key: entry.key))?.status == 204
    }

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            var tries = Retry(Self.patience)
            while true {
                guard let next = self.waiting.withLock({ $0.first }) else {
                    try await Task.sleep(for: Self.period)
                    continue
                }
                if await self.deliver(next) {
                    self.waiting.withLock { _ = $0.removeFirst() }
                    tries.recordSuccess()
                } else if case .wait(let wait) = tries.recordFailure() {
                    try await Task.sleep(for: wait)
                }
            }
        }
    }

    /// A trace of its own, which points back to the request that it belongs to.
    private func deliver(_ next: Waiting) async -> Bool {
        let span = frame.beginSpan("outbox.deliver")
        if let origin = next.origin { span.add(Span.Link(to: origin)) }
        defer { span.end(at: WallClock.nanoseconds()) }
        return await ActiveSpan.$current.withValue(span) { await send(next.entry, for: next.caller, .init()) }
    }
}
