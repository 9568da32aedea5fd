import Foundation
import Logging
import Support
import Synchronization
import Testing

@testable import Observability

struct TraceparentCase: Decodable, CustomTestStringConvertible {
    var note: String
    var traceparent: String?
    var tracestate: String?
    var baggage: String?
    /// Nil where a new trace must begin.
    var sampled: Bool?
    var state: String?
    var passed: String?

    var testDescription: String { note }
}

@Suite struct TracingTests {
    static let cases = Result { try CaseFiles.load(TraceparentCase.self, beside: #filePath) }

    @Test func casesAreThere() throws { #expect(try Self.cases.get().count > 15) }

    @Test(arguments: (try? cases.get()) ?? [])
    func traceparent(_ item: TraceparentCase) {
        let context = TraceContext(traceparent: item.traceparent, tracestate: item.tracestate, baggage: item.baggage)
        #expect(context?.isSampled == item.sampled)
        if item.sampled != nil { #expect(context?.trace.description == "4bf92f3577b34da6a3ce929d0e0e4736") }
        if let state = item.state { #expect(context?.state == state) }
        if let passed = item.passed { #expect(context?.baggage == passed) }
    }

    private static let parent = TraceContext(traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", tracestate: "a=1", baggage: "user=ada")

    private static func exporter(_ options: SpanExporter.Options = .init(), _ send: @escaping SpanExporter.Send) -> SpanExporter {
        SpanExporter(options, resource: [("service.name", .text("verdict"))], version: "1", logger: RecordedLog().logger, send: send)
    }

    @Test func theContextGoesOn() throws {
        let tracer = Tracer(sampler: Sampler(share: 0), exporter: Self.exporter { _ in })
        let span = tracer.begin("v1/data", parent: Self.parent, at: 0)
        let headers = Dictionary(uniqueKeysWithValues: span.context.headers.map { ($0.name, $0.value) })
        #expect(headers["traceparent"] == "00-4bf92f3577b34da6a3ce929d0e0e4736-\(span.identifier)-01")
        #expect(headers["tracestate"] == "a=1")
        #expect(headers["baggage"] == "user=ada")
        #expect(span.trace == Self.parent?.trace)
        #expect(!tracer.begin("x", parent: nil, at: 0).isRecorded)
    }

    @Test func aShareOfNewTracesIsSampled() {
        let sampler = Sampler(share: 0.25)
        let count = (0..<10_000).count { _ in sampler.samples(nil, .random()) }
        #expect(count > 2000 && count < 3000)
        #expect((0..<100).allSatisfy { _ in Sampler(share: 1).samples(nil, .random()) })
        #expect((0..<100).allSatisfy { _ in !Sampler(share: 0).samples(nil, .random()) })
    }

    @Test func spansAreSentInBatchesAndCounted() async throws {
        var options = SpanExporter.Options()
        options.queueSize = 10
        options.batchSize = 4
        let sizes = Mutex(0)
        let exporter = Self.exporter(options) { _ in sizes.withLock { $0 += 1 } }
        let tracer = Tracer(sampler: Sampler(share: 1), exporter: exporter)
        for number in 0..<13 {
            let span = tracer.begin("s", parent: nil, at: Int64(number))
            span.end(at: Int64(number) + 1)
        }
        #expect(exporter.dropped.value == 3)
        let running = Task { try await exporter.run() }
        running.cancel()
        try await running.value
        #expect(exporter.exported.value == 10)
        #expect(sizes.withLock { $0 } == 3)
    }

    @Test func whatCannotBeSentIsCounted() async throws {
        struct Refused: Error {}
        let exporter = Self.exporter { _ in throw Refused() }
        let span = Tracer(sampler: Sampler(share: 1), exporter: exporter).begin("s", parent: nil, at: 0)
        span.end(at: 1)
        let running = Task { try await exporter.run() }
        running.cancel()
        try await running.value
        #expect(exporter.exported.value == 0)
        #expect(exporter.dropped.value == 1)
    }
}

/// The bytes that a receiver gets.
@Suite struct TraceRequestTests {
    @Test func aRequestIsWrittenAsTheProtocolHasIt() throws {
        let trace = try #require(TraceIdentifier(high: 0x4bf9_2f35_77b3_4da6, low: 0xa3ce_929d_0e0e_4736))
        let identifier = try #require(SpanIdentifier(0x00f0_67aa_0ba9_02b7))
        var span = Span(trace: trace, identifier: identifier, parent: SpanIdentifier(1), name: "v1/data", kind: .server, start: 1_700_000_000_000_000_001, end: 1_700_000_000_000_000_300)
        span.state = "a=1"
        span.attributes = [("opa.decision_id", .text("d")), ("steps", .integer(300)), ("defined", .boolean(true))]
        span.failure = "eval_conflict_error"
        var activation = TraceContext(trace: trace, parent: identifier, isSampled: true)
        activation.trace = try #require(TraceIdentifier(high: 1, low: 2))
        span.links = [Span.Link(to: activation, attributes: [("verdict.activation", .text("bundle"))])]
        let body = TraceRequest(resource: [("service.name", .text("verdict"))], scope: ("verdict", "1")).body([span])
        let read = try #require(ReceivedSpan.read(body)?.first)
        #expect(read.service == "verdict" && read.name == "v1/data" && read.kind == 2 && read.parent == "0000000000000001" && read.hasFailed)
        #expect(read.attributes == ["opa.decision_id": "d", "steps": "300", "defined": "true"])
        #expect(read.links.map(\.trace) == ["00000000000000010000000000000002"] && read.links[0].attributes == ["verdict.activation": "bundle"])
        #expect(body.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() == Self.expected)
    }

    /// Read back by OpenTelemetry's own message classes, all of it and nothing unknown.
    private static let expected =
        "0a90020a1b0a190a0c736572766963652e6e616d6512090a077665726469637412f0010a0c0a077665726469637412013112df010a104bf92f3577b3"
        + "4da6a3ce929d0e0e4736120800f067aa0ba902b71a03613d31220800000000000000012a0776312f6461746130023901002a36fe9c9717412c012a36"
        + "fe9c97174a160a0f6f70612e6465636973696f6e5f696412030a01644a0c0a057374657073120318ac024a0d0a07646566696e6564120210016a410a"
        + "1000000000000000010000000000000002120800f067aa0ba902b7221e0a12766572646963742e61637469766174696f6e12080a0662756e646c6535"
        + "010000007a1712136576616c5f636f6e666c6963745f6572726f721802850101000000"
}
