import Dispatch
import Foundation
import Rego
import Synchronization

/// Decides recorded decisions again with a candidate policy, and reports those that come out otherwise.
///
/// Every decision is made by itself, with the time that it was recorded with as `time.now_ns`, and with the answers that non-deterministic built-ins gave
/// then; so the flips are those that
/// deciding one after the other gives, whatever the number of threads.
public struct DecisionReplay: Sendable {
    /// Gives the policies of the moment at which a decision was made, in nanoseconds since 1970; nil where they are not known.
    public typealias Baseline = @Sendable (_ time: Int64) -> PolicySnapshot?

    public struct Options: Sendable {
        /// Flips that the report holds; all are counted.
        public var limit = 100
        /// Only decisions about documents at or below this path, keys with slashes; empty for all.
        public var path = ""
        public var threadCount = ProcessInfo.processInfo.activeProcessorCount
        /// Loop iterations and calls that one decision may take.
        public var stepBudget: UInt64 = 500_000_000

        public init() {}
    }

    private let candidate: PolicySnapshot
    private let baseline: Baseline?
    private let options: Options

    public init(_ candidate: PolicySnapshot, baseline: Baseline? = nil, options: Options = .init()) {
        self.candidate = candidate
        self.baseline = baseline
        self.options = options
    }

    /// - Throws: what reading the source throws; `DiagnosticList` where the candidate cannot be explained.
    public func run(_ source: some DecisionSource) throws -> ReplayReport {
        let start = ContinuousClock.now
        let explanations = try ReplayExplanations(candidate, baseline: baseline)
        let next = Atomic<Int>(0)
        let report = Mutex(ReplayReport())
        let failure = Mutex<(any Error)?>(nil)
        DispatchQueue.concurrentPerform(iterations: max(1, min(options.threadCount, source.pieceCount))) { _ in
            var worker = ReplayWorker(candidate, options, explanations, mayBeSealed: source.mayBeSealed)
            do {
                while true {
                    let piece = next.wrappingAdd(1, ordering: .relaxed).oldValue
                    guard piece < source.pieceCount else { break }
                    worker.begin(piece)
                    try source.forEach(inPiece: piece) { worker.replay($0) }
                }
            } catch {
                failure.withLock { $0 = error }
            }
            let part = worker.report
            report.withLock { $0.add(part, limit: options.limit) }
        }
        if let error = failure.withLock({ $0 }) { throw error }
        var result = report.withLock { $0 }
        result.duration = .now - start
        return result
    }
}

/// Explanations of both sides; those of the old side are kept for the last few policies.
final class ReplayExplanations: Sendable {
    let candidate: ReplayExplanation
    private let baseline: DecisionReplay.Baseline?
    private let known = Mutex<[(snapshot: PolicySnapshot, explanation: ReplayExplanation?)]>([])
    private static let kept = 8

    init(_ candidate: PolicySnapshot, baseline: DecisionReplay.Baseline?) throws(DiagnosticList) {
        self.candidate = try ReplayExplanation(candidate)
        self.baseline = baseline
    }

    /// Nil where the policies of the time are not known.
    func old(at time: Int64) -> ReplayExplanation? {
        guard let snapshot = baseline?(time) else { return nil }
        return known.withLock { known in
            if let entry = known.first(where: { $0.snapshot === snapshot }) { return entry.explanation }
            let made = try? ReplayExplanation(snapshot)
            known.append((snapshot, made))
            if known.count > Self.kept { known.removeFirst() }
            return made
        }
    }
}

/// One thread's part of a replay.
private struct ReplayWorker {
    private let candidate: PolicySnapshot
    private let settings: DecisionReplay.Options
    private let explanations: ReplayExplanations
    private let mayBeSealed: Bool
    private let wanted: [UInt8]
    private var options = EvaluationOptions()
    private var queries: [[UInt8]: ReplayQuery] = [:]
    /// Most decisions ask for the same document as the one before.
    private var lastPath: [UInt8] = []
    private var lastQuery: ReplayQuery?
    private var output: [UInt8] = []
    private var piece = 0
    private var number = 0
    private(set) var report = ReplayReport()

    init(_ candidate: PolicySnapshot, _ settings: DecisionReplay.Options, _ explanations: ReplayExplanations, mayBeSealed: Bool) {
        self.candidate = candidate
        self.settings = settings
        self.explanations = explanations
        self.mayBeSealed = mayBeSealed
        wanted = Array(settings.path.utf8)
        options.stepBudget = settings.stepBudget
    }

    mutating func begin(_ piece: Int) {
        self.piece = piece
        number = 0
    }

    mutating func replay(_ text: UnsafeRawBufferPointer) {
        number += 1
        guard let record = RecordedDecision(text) else { return omit(.unreadable) }
        guard let path = record.path else { return omit(.query) }
        guard isWanted(text[path]) else { return }
        guard !record.isMasked else { return omit(.masked) }
        if mayBeSealed, text.containsText(PersonalData.memberText) { return omit(.forgotten) }
        options.now = record.timestamp.flatMap { RFC3339.nanoseconds(text[$0]) }
        options.knownAnswers = record.answers.flatMap { try? Value(json: Array(text[$0])) }.map { KnownAnswers($0) } ?? KnownAnswers()
        guard let new = decide(text, record, path) else { return omit(.unrecorded) }
        report.replayed += 1
        guard !isSame(new, text, record) else { return }
        report.flipCount += 1
        take(new, text, record, path)
    }

    private mutating func omit(_ omission: ReplayReport.Omission) { report.omitted[omission, default: 0] += 1 }

    private func isWanted(_ path: Slice<UnsafeRawBufferPointer>) -> Bool {
        guard !wanted.isEmpty else { return true }
        guard path.starts(with: wanted) else { return false }
        return path.count == wanted.count || path[path.startIndex + wanted.count] == UInt8(ascii: "/")
    }

    private enum Decided {
        /// What is in `output`.
        case result
        case undefined
        case error(String)
    }

    /// Nil where it depends on answers that are not known.
    private mutating func decide(_ text: UnsafeRawBufferPointer, _ record: RecordedDecision, _ path: Range<Int>) -> Decided? {
        do {
            let query = query(text, path)
            output.removeAll(keepingCapacity: true)
            let input = record.input.map { UnsafeRawBufferPointer(rebasing: text[$0]) } ?? UnsafeRawBufferPointer(start: nil, count: 0)
            return try query.decide(input, options, appendingTo: &output) ? .result : .undefined
        } catch let error as EvaluationError where error.code == .unknownAnswer {
            return nil
        } catch {
            return .error((error as? EvaluationError)?.code.rawValue ?? "rego_compile_error")
        }
    }

    private mutating func query(_ text: UnsafeRawBufferPointer, _ path: Range<Int>) -> ReplayQuery {
        if let lastQuery, lastPath.count == path.count, text[path].elementsEqual(lastPath) { return lastQuery }
        let key = Array(text[path])
        let query = queries[key] ?? ReplayQuery(RecordedDecision.text(text, path), candidate)
        queries[key] = query
        lastPath = key
        lastQuery = query
        return query
    }

    private func isSame(_ new: Decided, _ text: UnsafeRawBufferPointer, _ record: RecordedDecision) -> Bool {
        switch new {
        case .error: return record.error != nil
        case .undefined: return record.error == nil && record.result == nil
        case .result:
            guard let result = record.result, record.error == nil else { return false }
            if result.count == output.count, text[result].elementsEqual(output) { return true }
            // The same value may be written otherwise.
            guard let old = try? Value(json: Array(text[result])), let new = try? Value(json: output) else { return false }
            return old == new
        }
    }

    /// Explains a flip, counts it by rule, and keeps it where there is room.
    private mutating func take(_ new: Decided, _ text: UnsafeRawBufferPointer, _ record: RecordedDecision, _ path: Range<Int>) {
        let name = RecordedDecision.text(text, path)
        let input = record.input.map { Array(text[$0]) } ?? []
        let old: Flip.Outcome
        if let error = record.error {
            old = .error((try? Value(json: Array(text[error])))?["code"]?.text ?? "error")
        } else {
            old = record.result.map { .result(Array(text[$0])) } ?? .undefined
        }
        let made: Flip.Outcome
        switch new {
        case .result: made = .result(output)
        case .undefined: made = .undefined
        case .error(let code): made = .error(code)
        }
        var flip = Flip(
            piece: piece, number: number, identifier: RecordedDecision.text(text, record.identifier), path: name, input: input, old: old, new: made,
            newReasons: explanations.candidate.explain(name, input: input, options).reasons)
        if let then = explanations.old(at: options.now ?? 0) {
            var (outcome, reasons) = then.explain(name, input: input, options)
            reasons.isReproduced = Self.isAlike(outcome, old)
            flip.oldReasons = reasons
        }
        for place in flip.responsible { report.byRule[place, default: 0] += 1 }
        if report.flips.count < settings.limit { report.flips.append(flip) }
    }

    private static func isAlike(_ a: Flip.Outcome, _ b: Flip.Outcome) -> Bool {
        guard case .result(let left) = a, case .result(let right) = b, left != right else { return a == b }
        return (try? Value(json: left)) == (try? Value(json: right))
    }
}
