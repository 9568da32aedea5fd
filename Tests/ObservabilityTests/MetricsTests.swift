import Foundation
import Support
import Testing

@testable import Observability

@Suite struct MetricsTests {
    @Test(arguments: [
        (0.000001, "1e-06"), (0.000005, "5e-06"), (0.00005, "5e-05"), (0.0001, "0.0001"), (0.01, "0.01"), (1, "1"), (0, "0"),
        (1234567, "1234567"), (0.0000015, "1.5e-06"), (.infinity, "+Inf"), (.nan, "NaN"), (1e300, "1e+300"),
    ])
    func numbers(_ value: Double, _ text: String) { #expect(PrometheusText.number(value) == text) }

    @Test func requestsAreCountedAsByOPA() {
        let metrics = RequestMetrics()
        metrics.observe(.v1Data, method: "POST", status: 200, duration: .microseconds(20))
        metrics.observe(.v1Data, method: "POST", status: 200, duration: .seconds(2))
        let text = PrometheusText.write(metrics.metricFamilies)
        #expect(text.contains(#"http_request_duration_seconds_bucket{code="200",handler="v1/data",method="post",le="1e-05"} 0"# + "\n"))
        #expect(text.contains(#"http_request_duration_seconds_bucket{code="200",handler="v1/data",method="post",le="5e-05"} 1"# + "\n"))
        #expect(text.contains(#"http_request_duration_seconds_bucket{code="200",handler="v1/data",method="post",le="+Inf"} 2"# + "\n"))
        #expect(text.contains(#"http_request_duration_seconds_sum{code="200",handler="v1/data",method="post"} 2.00002"# + "\n"))
        #expect(text.contains(#"http_request_duration_seconds_count{code="200",handler="v1/data",method="post"} 2"# + "\n"))
    }

    @Test(arguments: [
        ("/", RequestMetrics.Handler.index), ("/v1/data", .v1Data), ("/v1/data/a/b", .v1Data), ("/v0/data/a", .v0Data), ("/v1/policies/x", .v1Policies),
        ("/v1/query", .v1Query), ("/health/live", .health), ("/nope", .catchall), ("/v1/none", .catchall), ("/metrics", nil),
    ])
    func handlers(_ path: String, _ handler: RequestMetrics.Handler?) { #expect(RequestMetrics.Handler(path: path) == handler) }

    @Test func pathsThatClientsInventTakeNoPlace() {
        let metrics = DecisionMetrics()
        for number in 0..<1000 { metrics.observe(path: "none/\(number)", outcome: .undefined, evaluation: .zero) }
        for number in 0..<1000 { metrics.observe(path: "some/\(number)", outcome: .allow, evaluation: .zero) }
        metrics.observe(path: "a\"b\\c\nd", outcome: .error, evaluation: .zero)
        let outcomes = metrics.metricFamilies[0].samples
        #expect(outcomes.count <= 202)
        #expect(outcomes.reduce(0) { $0 + $1.value } == 2001)
    }

    @Test func labelsAreEscaped() {
        let family = MetricFamily("m", "h\\\n", .gauge, samples: [.init(labels: [.init("l", "a\"b\\c\nd")], value: 1)])
        #expect(PrometheusText.write([family]) == "# HELP m h\\\\\\n\n# TYPE m gauge\nm{l=\"a\\\"b\\\\c\\nd\"} 1\n")
    }
}
