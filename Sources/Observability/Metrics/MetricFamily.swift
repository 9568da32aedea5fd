/// The samples of one metric at one moment, as Prometheus groups them.
public struct MetricFamily: Sendable {
    public enum Kind: String, Sendable {
        case counter, gauge, histogram
    }

    public struct Label: Sendable, Hashable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    public struct Sample: Sendable {
        /// What follows the family's name: `_bucket`, `_sum` and `_count` of histograms.
        public var suffix: String
        public var labels: [Label]
        public var value: Double
        /// One of what was counted; Prometheus' own text has no place for it.
        public var exemplar: Exemplar?

        public init(suffix: String = "", labels: [Label] = [], value: Double, exemplar: Exemplar? = nil) {
            self.suffix = suffix
            self.labels = labels
            self.value = value
            self.exemplar = exemplar
        }
    }

    public var name: String
    public var help: String
    public var kind: Kind
    public var samples: [Sample]

    public init(_ name: String, _ help: String, _ kind: Kind, samples: [Sample]) {
        self.name = name
        self.help = help
        self.kind = kind
        self.samples = samples
    }

    /// A counter without labels.
    public init(_ name: String, _ help: String, counter: Counter) {
        self.init(name, help, .counter, samples: [Sample(value: Double(counter.value))])
    }
}

/// What has metrics to show. It is asked when they are scraped, so that keeping them costs as little as can be.
public protocol MetricSource: Sendable {
    var metricFamilies: [MetricFamily] { get }
}
