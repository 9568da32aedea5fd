import Governance
import Observability
import Rego
import Resilience

/// Is told of every decision, on the thread that makes it: counts it, records its span, and hands it to the log.
final class DecisionObserver: Sendable {
    let metrics: DecisionMetrics
    let log: DecisionLog?

    init(metrics: DecisionMetrics = .init(), log: DecisionLog? = nil) {
        self.metrics = metrics
        self.log = log
    }

    func begin(_ path: DocumentPath, _ caller: DecisionCaller) -> DecisionObservation {
        DecisionObservation(observer: self, caller: caller, question: .document(path.text))
    }

    func begin(_ path: DocumentPath, input: InputSource, _ caller: DecisionCaller) -> DecisionObservation {
        var observation = begin(path, caller)
        if log != nil, case .value(let input) = input { observation.input = .document(input.json(escapesHTML: false)) }
        return observation
    }

    func begin(_ query: AdHocQuery, _ caller: DecisionCaller) -> DecisionObservation {
        var observation = DecisionObservation(observer: self, caller: caller, question: .query(query.text))
        if log != nil, case .value(let input) = query.input { observation.input = .document(input.json(escapesHTML: false)) }
        return observation
    }
}

/// One decision under way, as it is observed.
struct DecisionObservation {
    /// Nil where decisions are not logged.
    let identifier: DecisionIdentifier?
    var input = DecisionRecord.Input.none
    private let observer: DecisionObserver
    private let caller: DecisionCaller
    private let question: DecisionRecord.Question
    private let start = ContinuousClock.now
    /// Nanoseconds since 1970; only where something needs them.
    private let time: Int64

    fileprivate init(observer: DecisionObserver, caller: DecisionCaller, question: DecisionRecord.Question) {
        self.observer = observer
        self.caller = caller
        self.question = question
        identifier = observer.log?.makeIdentifier()
        time = identifier != nil || caller.span != nil ? WallClock.nanoseconds() : 0
    }

    func end(_ decision: Decision, about text: UnsafeRawBufferPointer, as form: Decisions.InputForm) {
        let outcome: DecisionMetrics.Outcome = decision.report.isDefined ? .init(result: decision.output) : .undefined
        finish(
            outcome, decision.report.isDefined ? .result(decision.output) : .undefined, on: decision.generation, about: text, as: form,
            .init(isPrepared: decision.wasPrepared, compilation: decision.preparing, evaluation: decision.evaluating, handling: .now - start),
            nondeterminism: decision.report.nondeterminism, fallback: decision.fallback)
    }

    func fail(_ error: EvaluationError, on generation: Generation, about text: UnsafeRawBufferPointer = .init(start: nil, count: 0), as form: Decisions.InputForm = .document) {
        let duration = ContinuousClock.now - start
        finish(
            .error, .error(Self.document(error)), on: generation, about: text, as: form,
            .init(isPrepared: true, compilation: .zero, evaluation: duration, handling: duration))
    }

    /// Ends the observation of a filter; nil where no row passes it.
    func end(_ filter: Value?, on generation: Generation, evaluation: Duration) {
        finish(
            filter == nil ? .undefined : .other, filter.map { .result(observer.log == nil ? [] : $0.json()) } ?? .undefined, on: generation,
            about: .init(start: nil, count: 0), as: .document,
            .init(isPrepared: false, compilation: .zero, evaluation: evaluation, handling: .now - start))
    }

    /// Ends the observation of a query with all of its solutions.
    func end(_ solutions: [Value], nondeterminism: Value?, on generation: Generation, compilation: Duration, evaluation: Duration) {
        let outcome = DecisionRecord.Outcome.result(observer.log == nil ? [] : Value.array(solutions).json())
        finish(
            .other, solutions.isEmpty ? .undefined : outcome, on: generation, about: .init(start: nil, count: 0), as: .document,
            .init(isPrepared: false, compilation: compilation, evaluation: evaluation, handling: .now - start), nondeterminism: nondeterminism)
    }

    private func finish(
        _ outcome: DecisionMetrics.Outcome, _ result: DecisionRecord.Outcome, on generation: Generation, about text: UnsafeRawBufferPointer,
        as form: Decisions.InputForm, _ measurements: DecisionRecord.Measurements, nondeterminism: Value? = nil, fallback: DecisionFallbacks.Use? = nil
    ) {
        let path = if case .document(let path) = question { path } else { "(query)" }
        observer.metrics.observe(path: path, outcome: outcome, evaluation: measurements.evaluation, by: caller.span?.origin(at: time))
        if let span = caller.span {
            record(span, path, outcome, measurements, generation)
            if let fallback { span.set("verdict.fallback", .text(fallback.source.rawValue)) }
        }
        guard let log = observer.log, let identifier else { return }
        var record = record(identifier, result, measurements, generation, about: text, as: form)
        record.nondeterminism = nondeterminism
        record.fallback = fallback.map { .init(source: $0.source.rawValue, reason: $0.cause.rawValue, age: $0.age) }
        if let span = caller.span { record.trace = .init(span.trace, span.identifier) }
        guard let span = caller.span, span.isRecorded else { return log.append(record) }
        let start = WallClock.nanoseconds()
        log.append(record)
        span.record("log.append", from: start, to: WallClock.nanoseconds())
    }

    /// A decision as the log would have it, whether decisions are logged or not.
    func record(_ decision: Decision, about text: UnsafeRawBufferPointer, as form: Decisions.InputForm) -> DecisionRecord {
        record(
            identifier ?? .random(), decision.report.isDefined ? .result(decision.output) : .undefined,
            .init(isPrepared: decision.wasPrepared, compilation: decision.preparing, evaluation: decision.evaluating, handling: .now - start),
            decision.generation, about: text, as: form)
    }

    private func record(
        _ identifier: DecisionIdentifier, _ result: DecisionRecord.Outcome, _ measurements: DecisionRecord.Measurements, _ generation: Generation,
        about text: UnsafeRawBufferPointer, as form: Decisions.InputForm
    ) -> DecisionRecord {
        var record = DecisionRecord(
            identifier: identifier, time: time, question: question, input: input, outcome: result, measurements: measurements,
            snapshot: generation.snapshot)
        if text.count > 0 { record.input = form == .envelope ? .request(Array(text)) : .document(Array(text)) }
        record.revisions = generation.revisions
        record.requestedBy = caller.address
        record.requestNumber = caller.requestNumber
        record.headers = caller.headers
        record.routing = caller.routing
        return record
    }

    private func record(
        _ span: ActiveSpan, _ path: String, _ outcome: DecisionMetrics.Outcome, _ measurements: DecisionRecord.Measurements, _ generation: Generation
    ) {
        guard span.isRecorded else { return }
        if let identifier { span.set("opa.decision_id", .text(identifier.description)) }
        let end = time + Int64(measurements.evaluation.wholeNanoseconds + measurements.compilation.wholeNanoseconds)
        span.record(
            "decision", from: time, to: end, attributes: [("verdict.path", .text(path)), ("verdict.outcome", .text(outcome.rawValue))],
            links: generation.origin.links)
    }

    private static func document(_ error: EvaluationError) -> Value {
        var members: [(Value, Value)] = [("code", .string(error.code.rawValue)), ("message", .string(error.message))]
        if let location = error.location, location.row > 0 {
            members.append(("location", ["file": .string(location.file), "row": .number(Number(location.row)), "col": .number(Number(location.column))]))
        }
        return .makeObject(members)
    }
}
