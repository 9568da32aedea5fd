import Observability
import Rego

/// A decision in the shape of OPA's decision log, its documents as JSON text.
struct DecisionEvent {
    let record: DecisionRecord
    var input: [UInt8]?
    var result: [UInt8]?
    /// The member `nd_builtin_cache`.
    var nondeterminism: Value?
    var erased: [String] = []
    var masked: [String] = []

    /// - Throws: `EvaluationError` where the input is not JSON.
    init(_ record: DecisionRecord, rewriter: JSONRewriter) throws(EvaluationError) {
        self.record = record
        nondeterminism = record.nondeterminism
        var text: [UInt8] = []
        switch record.input {
        case .none: break
        case .document(let document):
            if !document.isEmpty {
                try rewriter.append(document, to: &text)
                input = text
            }
        case .request(let request):
            if try rewriter.appendInput(ofRequest: request, to: &text) { input = text }
        }
        if case .result(let text) = record.outcome { result = text }
    }

    /// Appends the event as JSON, members in OPA's order.
    ///
    /// - Parameters:
    ///   - labels: JSON text.
    ///   - isForPolicies: leaves out what masking and dropping policies do not see: metrics, the error and the request's context.
    func write(to text: inout [UInt8], labels: [UInt8], isForPolicies: Bool = false) {
        var members = JSONMembers(&text)
        members.add("labels", to: &text) { $0 += labels }
        members.add("decision_id", to: &text) { Self.quote(record.identifier.write, to: &$0) }
        if let trace = record.trace {
            members.add("trace_id", to: &text) { Self.quote(trace.trace.write, to: &$0) }
            members.add("span_id", to: &text) { Self.quote(trace.span.write, to: &$0) }
        }
        if !record.revisions.isEmpty { members.add("bundles", to: &text) { writeRevisions(to: &$0) } }
        switch record.question {
        case .document(let path): members.add("path", path, to: &text)
        case .query(let query): members.add("query", query, to: &text)
        }
        if let input { members.add("input", to: &text) { $0 += input } }
        if let result { members.add("result", to: &text) { $0 += result } }
        if let nondeterminism { members.add("nd_builtin_cache", to: &text) { $0 += nondeterminism.json() } }
        if !erased.isEmpty { members.add("erased", to: &text) { Self.write(erased, to: &$0) } }
        if !masked.isEmpty { members.add("masked", to: &text) { Self.write(masked, to: &$0) } }
        if !isForPolicies, case .error(let error) = record.outcome { members.add("error", to: &text) { $0 += error.json() } }
        if let client = record.requestedBy { members.add("requested_by", client, to: &text) }
        members.add("timestamp", to: &text) { Self.quote({ Timestamp.write(nanoseconds: record.time, to: &$0) }, to: &$0) }
        if !isForPolicies { members.add("metrics", to: &text) { writeMeasurements(to: &$0) } }
        if let number = record.requestNumber { members.add("req_id", to: &text) { $0 += String(number).utf8 } }
        if !isForPolicies, !record.headers.isEmpty { members.add("request_context", to: &text) { writeHeaders(to: &$0) } }
        if !isForPolicies, record.fallback != nil || record.routing != nil { members.add("custom", to: &text) { writeCustom(to: &$0) } }
        text.append(UInt8(ascii: "}"))
    }

    /// What OPA's events have no member for.
    private func writeCustom(to text: inout [UInt8]) {
        var members = JSONMembers(&text)
        if let fallback = record.fallback { members.add("fallback", to: &text) { Self.write(fallback, to: &$0) } }
        if let routing = record.routing { members.add("routing", to: &text) { $0 += routing.json() } }
        text.append(UInt8(ascii: "}"))
    }

    private static func write(_ fallback: DecisionRecord.Fallback, to text: inout [UInt8]) {
        var members = JSONMembers(&text)
        members.add("source", fallback.source, to: &text)
        members.add("reason", fallback.reason, to: &text)
        if let age = fallback.age { members.add("age_ns", to: &text) { $0 += String(age.wholeNanoseconds).utf8 } }
        text.append(UInt8(ascii: "}"))
    }

    /// Between quotation marks, what needs no escapes.
    private static func quote(_ write: (inout [UInt8]) -> Void, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "\""))
        write(&text)
        text.append(UInt8(ascii: "\""))
    }

    private func writeRevisions(to text: inout [UInt8]) {
        var members = JSONMembers(&text)
        for (name, revision) in record.revisions.sorted(by: { $0.key < $1.key }) {
            members.add(name, to: &text) {
                var inner = JSONMembers(&$0)
                inner.add("revision", revision, to: &$0)
                $0.append(UInt8(ascii: "}"))
            }
        }
        text.append(UInt8(ascii: "}"))
    }

    private func writeMeasurements(to text: inout [UInt8]) {
        let measurements = record.measurements
        var members = JSONMembers(&text)
        func add(_ name: String, _ value: Int, to text: inout [UInt8]) { members.add(name, to: &text) { $0 += String(value).utf8 } }
        add("counter_server_query_cache_hit", measurements.isPrepared ? 1 : 0, to: &text)
        if !measurements.isPrepared { add("timer_rego_query_compile_ns", measurements.compilation.wholeNanoseconds, to: &text) }
        add("timer_rego_query_eval_ns", measurements.evaluation.wholeNanoseconds, to: &text)
        add("timer_server_handler_ns", measurements.handling.wholeNanoseconds, to: &text)
        text.append(UInt8(ascii: "}"))
    }

    private func writeHeaders(to text: inout [UInt8]) {
        text += "{\"http\":{\"headers\":".utf8
        var members = JSONMembers(&text)
        for (name, values) in record.headers { members.add(name, to: &text) { Self.write(values, to: &$0) } }
        text += "}}}".utf8
    }

    private static func write(_ texts: [String], to text: inout [UInt8]) {
        text.append(UInt8(ascii: "["))
        for (position, item) in texts.enumerated() {
            if position > 0 { text.append(UInt8(ascii: ",")) }
            JSONRewriter.append(string: item, to: &text)
        }
        text.append(UInt8(ascii: "]"))
    }
}

/// The members of one object that is being written: opens it, and puts commas between them. Whoever uses it closes the object.
struct JSONMembers {
    private var isFirst = true

    init(_ text: inout [UInt8]) { text.append(UInt8(ascii: "{")) }

    mutating func add(_ name: String, to text: inout [UInt8], _ write: (inout [UInt8]) -> Void) {
        if !isFirst { text.append(UInt8(ascii: ",")) }
        isFirst = false
        JSONRewriter.append(string: name, to: &text)
        text.append(UInt8(ascii: ":"))
        write(&text)
    }

    mutating func add(_ name: String, _ value: String, to text: inout [UInt8]) {
        add(name, to: &text) { JSONRewriter.append(string: value, to: &$0) }
    }
}
