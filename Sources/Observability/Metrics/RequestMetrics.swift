import Synchronization

/// `http_request_duration_seconds`: how long requests took, by status, handler and method, as OPA counts them.
public final class RequestMetrics: MetricSource {
    /// A route as OPA's label `handler` names it.
    public enum Handler: String, Sendable, CaseIterable {
        case v0Data = "v0/data", v1Data = "v1/data", v1Query = "v1/query", v1Policies = "v1/policies", v1Compile = "v1/compile"
        case v1Config = "v1/config", v1Status = "v1/status", index, catchall, health, authorization = "authz"

        /// The handler that answers a path; nil for paths that OPA does not count, such as `/metrics`.
        public init?(path: some StringProtocol) {
            let path = path.utf8
            func isBelow(_ root: StaticString) -> Bool {
                path.count >= root.utf8CodeUnitCount && path.starts(with: UnsafeBufferPointer(start: root.utf8Start, count: root.utf8CodeUnitCount))
                    && (path.count == root.utf8CodeUnitCount || path.dropFirst(root.utf8CodeUnitCount).first == UInt8(ascii: "/"))
            }
            if isBelow("/v1/data") {
                self = .v1Data
            } else if isBelow("/v0/data") {
                self = .v0Data
            } else if path.count == 1 {
                self = .index
            } else if isBelow("/metrics") {
                return nil
            } else if isBelow("/health") {
                self = .health
            } else if isBelow("/v1/policies") {
                self = .v1Policies
            } else if isBelow("/v1/query") {
                self = .v1Query
            } else if isBelow("/v1/compile") {
                self = .v1Compile
            } else if isBelow("/v1/config") {
                self = .v1Config
            } else if isBelow("/v1/status") {
                self = .v1Status
            } else {
                self = .catchall
            }
        }
    }

    /// The methods that are told apart; clients choose what they send.
    private static let methods = ["POST", "GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]

    private struct Key: Hashable {
        var handler: Handler
        var method: Int
        var status: Int
    }

    private let bounds: [Duration]
    private let histograms = Mutex<[Key: Histogram]>([:])

    public init(bounds: [Duration] = Histogram.requestBounds) { self.bounds = bounds }

    /// Counts a request. Safe on an event loop: a look-up and three additions.
    ///
    /// - Parameters:
    ///   - method: in capitals.
    ///   - origin: the request, where its trace is recorded.
    public func observe(_ handler: Handler, method: String, status: Int, duration: Duration, by origin: Exemplar.Origin? = nil) {
        let method = Self.methods.firstIndex(of: method) ?? Self.methods.count
        let key = Key(handler: handler, method: method, status: status)
        let histogram = histograms.withLock { known in
            if let histogram = known[key] { return histogram }
            let histogram = Histogram(bounds: bounds)
            known[key] = histogram
            return histogram
        }
        histogram.observe(duration, by: origin)
    }

    public var metricFamilies: [MetricFamily] {
        let entries = histograms.withLock { $0 }.map { key, histogram in
            let method = key.method < Self.methods.count ? Self.methods[key.method].lowercased() : "other"
            return (labels: [MetricFamily.Label("code", String(key.status)), .init("handler", key.handler.rawValue), .init("method", method)], histogram)
        }
        let sorted = entries.sorted { first, second in first.labels.map(\.value).joined(separator: "\u{0}") < second.labels.map(\.value).joined(separator: "\u{0}") }
        return [
            MetricFamily(
                "http_request_duration_seconds", "A histogram of duration for requests.", .histogram,
                samples: sorted.flatMap { $0.1.samples(labels: $0.labels) })
        ]
    }
}
