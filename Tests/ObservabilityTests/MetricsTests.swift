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

    // MARK: OpenMetrics

    private static let slow = TraceIdentifier(high: 0x4bf9_2f35_77b3_4da6, low: 0xa3ce_929d_0e0e_4736).flatMap { trace in
        SpanIdentifier(0x00f0_67aa_0ba9_02b7).map { Exemplar.Origin(trace: trace, span: $0, time: 1_700_000_000_007_999_999) }
    }

    @Test func theSlowNameTheirTraces() {
        let metrics = RequestMetrics(bounds: [.milliseconds(1), .seconds(1)])
        metrics.observe(.v1Data, method: "POST", status: 200, duration: .microseconds(20))
        metrics.observe(.v1Data, method: "POST", status: 200, duration: .milliseconds(2), by: Self.slow)
        let labels = #"code="200",handler="v1/data",method="post""#
        #expect(OpenMetricsText.write(metrics.metricFamilies) == """
            # TYPE http_request_duration_seconds histogram
            # HELP http_request_duration_seconds A histogram of duration for requests.
            http_request_duration_seconds_bucket{\(labels),le="0.001"} 1
            http_request_duration_seconds_bucket{\(labels),le="1.0"} 2 # {trace_id="4bf92f3577b34da6a3ce929d0e0e4736",span_id="00f067aa0ba902b7"} 0.002 1700000000.007
            http_request_duration_seconds_bucket{\(labels),le="+Inf"} 2
            http_request_duration_seconds_sum{\(labels)} 0.00202
            http_request_duration_seconds_count{\(labels)} 2
            # EOF

            """)
        #expect(!PrometheusText.write(metrics.metricFamilies).contains("4bf92f3577b34da6a3ce929d0e0e4736"))
    }

    @Test func countersHaveTheirSuffixInSamplesOnly() {
        let counted = Counter()
        counted.increment(by: 3)
        let families = [MetricFamily("a_total", "A \"quoted\" one.", counter: counted), MetricFamily("b", "None.", .gauge, samples: []), MetricFamily("c", "Odd.", counter: counted)]
        #expect(OpenMetricsText.write(families) == """
            # TYPE a counter
            # HELP a A \\"quoted\\" one.
            a_total 3
            # TYPE c unknown
            # HELP c Odd.
            c 3
            # EOF

            """)
    }

    @Test(arguments: [
        ("application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=0.0.4;q=0.4,*/*;q=0.1", true),
        ("application/openmetrics-text; version=\"0.0.1\"", true), ("Application/OpenMetrics-Text", true),
        ("application/openmetrics-text;version=2.0.0", false), ("application/openmetrics-text;q=0", false), ("application/openmetrics-text;q=nonsense", false),
        ("application/openmetrics-text;q=0.2,text/plain;q=0.5", false), ("text/plain", false), ("*/*", false), ("", false),
    ])
    func theFormatIsThatWhichIsAskedFor(_ accept: String, _ isOpen: Bool) { #expect(OpenMetricsText.isWanted(by: accept) == isOpen) }

    @Test func labelsAreEscaped() {
        let family = MetricFamily("m", "h\\\n", .gauge, samples: [.init(labels: [.init("l", "a\"b\\c\nd")], value: 1)])
        #expect(PrometheusText.write([family]) == "# HELP m h\\\\\\n\n# TYPE m gauge\nm{l=\"a\\\"b\\\\c\\nd\"} 1\n")
    }
}
