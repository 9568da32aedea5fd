/// A span as a receiver of OTLP gets it.
///
/// Source: `opentelemetry/proto/trace/v1`; the numbers are the fields'.
package struct ReceivedSpan: Sendable, Codable {
    package struct Link: Sendable, Codable {
        package var trace = "", span = ""
        package var attributes: [String: String] = [:]
    }

    /// The resource's `service.name`.
    package var service = ""
    package var trace = "", identifier = ""
    /// Empty for the first of a trace.
    package var parent = ""
    package var name = ""
    package var kind = 0
    /// Nanoseconds since 1970.
    package var start: UInt64 = 0, end: UInt64 = 0
    package var attributes: [String: String] = [:]
    package var links: [Link] = []
    package var hasFailed = false

    /// The spans of an export request's body; nil where it is not one.
    package static func read(_ body: [UInt8]) -> [ReceivedSpan]? {
        var spans: [ReceivedSpan] = []
        for resourceSpans in ProtobufFields(body[...])?.messages(1) ?? [] {
            guard let fields = ProtobufFields(resourceSpans) else { return nil }
            let service = fields.messages(1).first.flatMap { ProtobufFields($0) }.map { attributes($0.messages(1))["service.name"] ?? "" } ?? ""
            for scopeSpans in fields.messages(2) {
                guard let scope = ProtobufFields(scopeSpans) else { return nil }
                for bytes in scope.messages(2) {
                    guard let span = ReceivedSpan(bytes, service: service) else { return nil }
                    spans.append(span)
                }
            }
        }
        return spans
    }

    private init?(_ bytes: ArraySlice<UInt8>, service: String) {
        guard let fields = ProtobufFields(bytes) else { return nil }
        self.service = service
        trace = fields.hexadecimal(1)
        identifier = fields.hexadecimal(2)
        parent = fields.hexadecimal(4)
        name = fields.text(5)
        kind = Int(fields.number(6))
        start = fields.number(7)
        end = fields.number(8)
        attributes = Self.attributes(fields.messages(9))
        for bytes in fields.messages(13) {
            guard let link = ProtobufFields(bytes) else { return nil }
            links.append(Link(trace: link.hexadecimal(1), span: link.hexadecimal(2), attributes: Self.attributes(link.messages(4))))
        }
        hasFailed = fields.messages(15).first.flatMap { ProtobufFields($0) }?.number(3) == 2
    }

    private static func attributes(_ entries: [ArraySlice<UInt8>]) -> [String: String] {
        var attributes: [String: String] = [:]
        for entry in entries.compactMap({ ProtobufFields($0) }) {
            guard let value = entry.messages(2).first.flatMap({ ProtobufFields($0) }) else { continue }
            attributes[entry.text(1)] = value.has(1) ? value.text(1) : value.has(2) ? (value.number(2) == 1 ? "true" : "false") : String(value.number(3))
        }
        return attributes
    }
}

/// The fields of one message of Protocol Buffers, by number.
private struct ProtobufFields {
    private var numbers: [UInt64: UInt64] = [:]
    private var contents: [UInt64: [ArraySlice<UInt8>]] = [:]

    /// Nil where the bytes are no message.
    init?(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        while !rest.isEmpty {
            guard let tag = Self.varint(&rest) else { return nil }
            switch tag & 7 {
            case 0:
                guard let value = Self.varint(&rest) else { return nil }
                numbers[tag >> 3] = value
            case 1:
                guard let value = Self.fixed(8, &rest) else { return nil }
                numbers[tag >> 3] = value
            case 2:
                guard let count = Self.varint(&rest), count <= rest.count else { return nil }
                contents[tag >> 3, default: []].append(rest.prefix(Int(count)))
                rest = rest.dropFirst(Int(count))
            case 5:
                guard let value = Self.fixed(4, &rest) else { return nil }
                numbers[tag >> 3] = value
            default: return nil
            }
        }
    }

    private static func varint(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard let byte = rest.popFirst() else { return nil }
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
        }
        return nil
    }

    private static func fixed(_ count: Int, _ rest: inout ArraySlice<UInt8>) -> UInt64? {
        guard rest.count >= count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    func has(_ field: UInt64) -> Bool { contents[field] != nil || numbers[field] != nil }
    func messages(_ field: UInt64) -> [ArraySlice<UInt8>] { contents[field] ?? [] }
    func number(_ field: UInt64) -> UInt64 { numbers[field] ?? 0 }
    func text(_ field: UInt64) -> String { String(decoding: contents[field]?.last ?? [], as: UTF8.self) }
    func hexadecimal(_ field: UInt64) -> String { (contents[field]?.last ?? []).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
}
