/// Spans as the body of a request to an OTLP receiver.
///
/// Source: OpenTelemetry Protocol 1.x, `opentelemetry/proto/collector/trace/v1` and `trace/v1`; the numbers are the fields'.
struct TraceRequest {
    let resource: [(name: String, value: Span.Attribute)]
    let scope: (name: String, version: String)

    func body(_ spans: [Span]) -> [UInt8] {
        var request = ProtobufWriter()
        request.message(1) { resourceSpans in
            resourceSpans.message(1) { Self.write(resource, field: 1, to: &$0) }
            resourceSpans.message(2) { scopeSpans in
                scopeSpans.message(1) {
                    $0.text(1, scope.name)
                    $0.text(2, scope.version)
                }
                for span in spans { scopeSpans.message(2) { Self.write(span, to: &$0) } }
            }
        }
        return request.bytes
    }

    private static func write(_ span: Span, to message: inout ProtobufWriter) {
        message.data(1, bytes(span.trace.high) + bytes(span.trace.low))
        message.data(2, bytes(span.identifier.value))
        message.text(3, span.state)
        if let parent = span.parent { message.data(4, bytes(parent.value)) }
        message.text(5, span.name)
        message.integer(6, span.kind.rawValue)
        message.fixed64(7, UInt64(clamping: span.start))
        message.fixed64(8, UInt64(clamping: span.end))
        write(span.attributes, field: 9, to: &message)
        for event in span.events {
            message.message(11) {
                $0.fixed64(1, UInt64(clamping: event.time))
                $0.text(2, event.name)
                write(event.attributes, field: 3, to: &$0)
            }
        }
        for link in span.links {
            message.message(13) {
                $0.data(1, bytes(link.trace.high) + bytes(link.trace.low))
                $0.data(2, bytes(link.span.value))
                write(link.attributes, field: 4, to: &$0)
                $0.fixed32(6, link.isSampled ? recordedFlag : 0)
            }
        }
        if let failure = span.failure {
            message.message(15) {
                $0.text(2, failure)
                $0.integer(3, Self.errorCode)
            }
        }
        message.fixed32(16, recordedFlag)
    }

    private static let errorCode = 2
    /// The flag of W3C's level 1.
    private static let recordedFlag: UInt32 = 1

    private static func write(_ attributes: [(name: String, value: Span.Attribute)], field: Int, to message: inout ProtobufWriter) {
        for (name, value) in attributes {
            message.message(field) {
                $0.text(1, name)
                $0.message(2) { any in
                    switch value {
                    case .text(let text): any.data(1, text.utf8)
                    case .boolean(let flag): any.integer(2, flag ? 1 : 0)
                    case .integer(let number): any.integer(3, number)
                    }
                }
            }
        }
    }

    private static func bytes(_ value: UInt64) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: value >> UInt64(56 - $0 * 8)) } }
}
