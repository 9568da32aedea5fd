import Observability
import Rego
import Resilience
import Synchronization

/// What answers requests for a document when it cannot be decided: because a service that the policy asks is away, or because the budget was exhausted.
///
/// Only documents that the configuration names have fallbacks. Of these, every good decision is kept.
final class DecisionFallbacks: MetricSource {
    /// Why there was no decision.
    enum Cause: String {
        case dependency = "a service that the policy asks is away"
        case exhaustion = "the decision's budget was exhausted"
    }

    /// What an answer says of its fallback.
    struct Use: Sendable {
        var source: FallbackPolicy.Source
        /// Of a cached decision.
        var age: Duration?
        var cause: Cause
    }

    private struct Key: Hashable {
        var path: String
        var source: FallbackPolicy.Source
    }

    private let policies: [String: FallbackPolicy]
    private let cache = Mutex(AnswerCache())
    private let uses = Mutex<[Key: Int]>([:])

    /// - Parameter policies: by the path of the document, with slashes.
    init(_ policies: [String: FallbackPolicy]) { self.policies = policies }

    /// The fallback of one request; nil where its document has none.
    ///
    /// - Parameter identity: who asks, where what other servers answer depends on that.
    func begin(_ path: DocumentPath, about text: UnsafeRawBufferPointer, as form: Decisions.InputForm, by identity: Value? = nil) -> Candidate? {
        guard !policies.isEmpty, let policy = policies[path.text] else { return nil }
        var subject = form == .envelope ? path.text : path.text + "#"
        // What was decided for one is not for another.
        if let identity { subject += "#" + String(decoding: identity.json(escapesHTML: false), as: UTF8.self) }
        return Candidate(fallbacks: self, policy: policy, path: path.text, question: .init(subject, policy.caches ? Array(text) : []))
    }

    struct Candidate {
        fileprivate let fallbacks: DecisionFallbacks
        fileprivate let policy: FallbackPolicy
        fileprivate let path: String
        fileprivate let question: AnswerCache.Question

        /// Keeps a good decision for later.
        func keep(_ output: [UInt8], _ generation: Generation) {
            guard policy.caches else { return }
            fallbacks.cache.withLock { $0.keep(.init(output, version: generation.number, at: .now), to: question) }
        }

        /// What stands in for the decision; nil where nothing does.
        func answer(_ cause: Cause, _ generation: Generation) -> (output: [UInt8], use: Use)? {
            let known = fallbacks.cache.withLock { $0[question] }
            let age = known.map { ContinuousClock.now - $0.time }
            guard let source = policy.source(age: age, isCurrent: known?.version == generation.number) else { return nil }
            let output = source == .default ? policy.declared : known?.text
            guard let output else { return nil }
            fallbacks.uses.withLock { $0[Key(path: path, source: source), default: 0] += 1 }
            return (output, Use(source: source, age: source == .default ? nil : age, cause: cause))
        }
    }

    var metricFamilies: [MetricFamily] {
        let uses = uses.withLock { $0 }.sorted { ($0.key.path, $0.key.source.rawValue) < ($1.key.path, $1.key.source.rawValue) }
        let (count, bytes) = cache.withLock { ($0.count, $0.byteCount) }
        return [
            MetricFamily(
                "verdict_fallback_answers_total", "Answers that stood in for decisions which could not be made.", .counter,
                samples: uses.map { .init(labels: [.init("path", $0.key.path), .init("source", $0.key.source.rawValue)], value: Double($0.value)) }),
            MetricFamily("verdict_fallback_cache_entries", "Decisions that are kept for such answers.", .gauge, samples: [.init(value: Double(count))]),
            MetricFamily("verdict_fallback_cache_bytes", "Bytes of them and of what was asked.", .gauge, samples: [.init(value: Double(bytes))]),
        ]
    }
}

extension DecisionFallbacks.Use {
    /// The value of the header `Verdict-Fallback`.
    var header: String { age.map { "\(source.rawValue); age=\($0.components.seconds)" } ?? source.rawValue }
}
