import Foundation
import Logging
import Observability
import Rego
import Support
import Testing

@testable import Governance

/// What events look like, and what masking and dropping do to them.
struct EventCase: Decodable, CustomTestStringConvertible {
    var note: String
    /// Rules of the package `system.log`.
    var policy: String?
    /// The body of the request.
    var request: String
    /// JSON text; undefined where there is none.
    var result: String?
    var error: JSON?
    /// Members that the event has.
    var event: [String: JSON]?
    var absent: [String]?
    var dropped: Bool?
    /// A part of why the event is not logged.
    var failed: String?

    var testDescription: String { note }
}

@Suite struct EventTests {
    static let cases = Result { try CaseFiles.load(EventCase.self, beside: #filePath) }

    @Test func casesAreThere() throws { #expect(try Self.cases.get().count > 20) }

    @Test(arguments: (try? cases.get()) ?? [])
    func event(_ item: EventCase) throws {
        let policy = PolicySource(file: "log.rego", text: "package system.log\n\n\(item.policy ?? "")\n")
        var record = try DecisionRecord.sample(snapshot: PolicySnapshot(policies: [policy]), request: item.request)
        record.outcome = try item.error.map { .error(try Value(json: JSONEncoder().encode($0).map { $0 })) } ?? item.result.map { .result(Array($0.utf8)) } ?? .undefined
        let counters = DecisionLogCounters()
        let log = RecordedLog()
        let writer = EventWriter(.init(), labels: Array(#"{"id":"x"}"#.utf8), counters: counters, logger: log.logger)
        let events = writer.events(of: [record])
        #expect(counters.failed.value == (item.failed == nil ? 0 : 1))
        #expect(counters.droppedByPolicy.value == (item.dropped == true ? 1 : 0))
        if let reason = item.failed { #expect(log.text.contains(reason), "\(log.text)") }
        guard item.failed == nil, item.dropped != true else {
            #expect(events.isEmpty)
            return
        }
        let event = try JSONDecoder().decode([String: JSON].self, from: Data(try #require(events.first)))
        for (name, value) in item.event ?? [:] { #expect(event[name] == value, "\(name)") }
        for name in item.absent ?? [] { #expect(event[name] == nil, "\(name)") }
    }

    @Test func membersHaveTheOrderOfOPA() throws {
        let record = try DecisionRecord.sample(snapshot: PolicySnapshot(policies: []), request: #"{"input": 1}"#)
        var text: [UInt8] = []
        try DecisionEvent(record, rewriter: JSONRewriter()).write(to: &text, labels: Array("{}".utf8))
        let names = ["labels", "decision_id", "trace_id", "span_id", "bundles", "path", "input", "result", "requested_by", "timestamp", "metrics", "req_id", "request_context"]
        let places = names.map { name in String(decoding: text, as: UTF8.self).range(of: "\"\(name)\":")?.lowerBound }
        #expect(!places.contains(nil))
        #expect(places.compactMap { $0 } == places.compactMap { $0 }.sorted())
    }
}

extension DecisionRecord {
    static func sample(snapshot: PolicySnapshot, request: String) -> DecisionRecord {
        var record = DecisionRecord(
            identifier: DecisionIdentifier(high: 0, low: 0), time: 1_609_459_200_500_000_000, question: .document("app/allow"), input: .request(Array(request.utf8)),
            outcome: .result(Array("true".utf8)),
            measurements: .init(isPrepared: false, compilation: .microseconds(1), evaluation: .microseconds(2), handling: .microseconds(3)), snapshot: snapshot)
        record.requestedBy = "127.0.0.1:9"
        record.requestNumber = 7
        record.revisions = ["main": "r1"]
        if let trace = TraceIdentifier(high: 0x4bf9_2f35_77b3_4da6, low: 0xa3ce_929d_0e0e_4736), let span = SpanIdentifier(0x00f0_67aa_0ba9_02b7) {
            record.trace = .init(trace, span)
        }
        record.headers = [("X-Id", ["1", "2"])]
        return record
    }
}
