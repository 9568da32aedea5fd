import Synchronization

/// Decisions by document and outcome, and how long evaluating them took.
public final class DecisionMetrics: MetricSource {
    public enum Outcome: String, Sendable, CaseIterable {
        /// The document is true, false, of another type, or undefined.
        case allow, deny, other, undefined
        /// Evaluation failed.
        case error

        /// The outcome of a decision whose result is JSON text.
        public init(result: [UInt8]) {
            switch result.count {
            case 4 where result.elementsEqual("true".utf8): self = .allow
            case 5 where result.elementsEqual("false".utf8): self = .deny
            default: self = .other
            }
        }
    }

    private final class Document: Sendable {
        let outcomes = Outcome.allCases.map { _ in Counter() }
        let evaluation = Histogram()
    }

    /// Clients choose paths, so the number of documents that are told apart has a limit; the others count as one.
    private static let limit = 200
    private static let others = "(other)"
    private let documents = Mutex<[String: Document]>([:])

    public init() {}

    /// Counts a decision. Safe on an event loop.
    ///
    /// - Parameters:
    ///   - path: the document's path with slashes, as in the request.
    ///   - origin: the request that asked for it, where its trace is recorded.
    public func observe(path: String, outcome: Outcome, evaluation: Duration, by origin: Exemplar.Origin? = nil) {
        let document = documents.withLock { known in
            if let document = known[path] { return document }
            // An undefined document may not be there at all: it takes no place.
            let name = known.count < Self.limit && outcome != .undefined ? path : Self.others
            if let document = known[name] { return document }
            let document = Document()
            known[name] = document
            return document
        }
        for (position, candidate) in Outcome.allCases.enumerated() where candidate == outcome { document.outcomes[position].increment() }
        document.evaluation.observe(evaluation, by: origin)
    }

    public var metricFamilies: [MetricFamily] {
        let documents = documents.withLock { $0 }.sorted { $0.key < $1.key }
        let outcomes = documents.flatMap { path, document in
            zip(Outcome.allCases, document.outcomes).filter { $1.value > 0 }.map { outcome, counter in
                MetricFamily.Sample(labels: [.init("outcome", outcome.rawValue), .init("path", path)], value: Double(counter.value))
            }
        }
        return [
            MetricFamily("verdict_decisions_total", "Decisions by the document's path and outcome.", .counter, samples: outcomes),
            MetricFamily(
                "verdict_decision_evaluation_seconds", "Time that evaluation took, by the document's path.", .histogram,
                samples: documents.flatMap { $1.evaluation.samples(labels: [.init("path", $0)]) }),
        ]
    }
}
