import Foundation
import NIOCore
import Rego
import Routing

/// Lets two revisions decide about one request, one after the other on the same thread, and compares what they say and how long they take.
///
/// Nothing of it reaches the client, the decision log, or another server.
struct ShadowComparison: Sendable {
    let routing: DecisionRouting
    let stable: DecisionResponder
    let plan: RoutingPlan.Comparison
    let request: DecisionRequest

    private struct Answer {
        /// JSON; nil where the document is undefined.
        var result: [UInt8]?
        var duration: Duration
    }

    func run() {
        let now = Int64(Date().timeIntervalSince1970 * 1e9)
        do {
            let (text, form) = try stable.input(of: request)
            let stable = try answer(about: text, form, on: plan.stable, now: now)
            let candidate: Answer
            do { candidate = try answer(about: text, form, on: plan.candidate, now: now) } catch let error as EvaluationError where error.code != .cancel {
                note(.failed, stable, nil)
                routing.record(.failed, plan, own: stable.duration, other: stable.duration)
                return
            }
            let isSame = stable.result == candidate.result
            note(isSame ? .same : .different, stable, candidate)
            routing.record(isSame ? .same : .different, plan, own: candidate.duration, other: stable.duration)
        } catch {
            // The active policies fail too, or would wait for others: nothing to compare.
            routing.comparisons.count(.skipped, of: plan.revision)
        }
    }

    private func answer(about text: ByteBuffer, _ form: Decisions.InputForm, on generation: Generation, now: Int64) throws -> Answer {
        let path = request.target.path
        var options = stable.decisions.options(within: Decisions.Budget(steps: stable.decisions.configuration.stepBudget, isProvisional: true))
        options.now = now
        options.seed = 0
        var output: [UInt8] = []
        for query in path.queries {
            let prepared = try generation.query(query).query
            let start = ContinuousClock.now
            let report = try text.withUnsafeReadableBytes { bytes in
                switch form {
                case .envelope: try prepared.decide(requestJSON: bytes, options: options, appendingTo: &output)
                case .document: try prepared.decide(inputJSON: bytes, options: options, appendingTo: &output)
                }
            }
            if report.isDefined || query == path.queries.last { return Answer(result: report.isDefined ? output : nil, duration: .now - start) }
        }
        return Answer(result: nil, duration: .zero)
    }

    private func note(_ outcome: ComparisonLog.Outcome, _ stable: Answer, _ candidate: Answer?) {
        routing.comparisons.count(outcome, of: plan.revision)
        guard outcome != .same else { return }
        routing.comparisons.keep(ComparisonLog.Sample(
            revision: plan.revision, path: request.target.path.text, stable: Self.text(stable.result), candidate: candidate.map { Self.text($0.result) ?? "undefined" }, time: Date().timeIntervalSince1970))
    }

    private static func text(_ result: [UInt8]?) -> String? { result.map { String(decoding: $0.prefix(ComparisonLog.resultLimit), as: UTF8.self) } }
}
