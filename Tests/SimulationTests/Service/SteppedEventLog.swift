import DataConsistency
import FaultInjection

/// The embedded event log without threads: changes of the state are written when they are appended, decisions when they are due by virtual time.
final class SteppedEventLog: EventLog {
    private let log: SQLiteEventLog
    private let time: VirtualTime
    /// Whether an append is acknowledged before it is written: a fault of ours, which simulations must find.
    private let acknowledgesEarly: Bool

    init(_ log: SQLiteEventLog, _ time: VirtualTime, acknowledgesEarly: Bool) {
        self.log = log
        self.time = time
        self.acknowledgesEarly = acknowledgesEarly
    }

    func submit(_ drafts: [EventDraft], expecting: Int?, completion: @escaping @Sendable (Result<[Event], EventLogError>) -> Void) {
        guard let partition = drafts.first?.stream.partition else { return completion(.success([])) }
        guard partition == .state else {
            if acknowledgesEarly { completion(.success([])) }
            log.submit(drafts, expecting: expecting) { [acknowledgesEarly] in if !acknowledgesEarly { completion($0) } }
            return step(partition)
        }
        let isDone = Confined(false)
        log.submit(drafts, expecting: expecting) { result in
            isDone.value = true
            completion(result)
        }
        // Whoever changes the state waits for its event.
        var now = time.elapsed
        while !isDone.value { if case .wait(let duration) = log.step(.state, at: now) { now += duration } }
    }

    private func step(_ partition: EventPartition) {
        while true {
            switch log.step(partition, at: time.elapsed) {
            case .commit: continue
            case .idle: return
            case .wait(let duration): return time.call(after: duration) { [weak self] in self?.step(partition) }
            }
        }
    }

    func read(_ stream: EventStream, from sequence: Int, limit: Int) throws(EventLogError) -> [Event] { try log.read(stream, from: sequence, limit: limit) }
    func read(_ partition: EventPartition, from sequence: Int, limit: Int) throws(EventLogError) -> [Event] { try log.read(partition, from: sequence, limit: limit) }
    func lastSequence(of partition: EventPartition) -> Int { log.lastSequence(of: partition) }
    func onAppend(_ call: @escaping @Sendable (EventPartition) -> Void) -> UInt64 { log.onAppend(call) }
    func removeListener(_ identifier: UInt64) { log.removeListener(identifier) }
    func position(of cursor: EventCursor) throws(EventLogError) -> Int { try log.position(of: cursor) }
    func move(_ cursor: EventCursor, to sequence: Int) throws(EventLogError) { try log.move(cursor, to: sequence) }
}
