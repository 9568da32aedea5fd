import HTTPTypes
import Hummingbird
import NIOCore
import Rego

extension Response {
    /// A response of JSON text; a line feed closes it, as OPA's do.
    static func json(_ text: [UInt8], status: HTTPResponse.Status = .ok) -> Response {
        var buffer = ByteBuffer(bytes: text)
        buffer.writeInteger(UInt8(ascii: "\n"))
        return Response(status: status, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: buffer))
    }
}

/// An object written member by member in the order of OPA's envelopes.
struct Envelope {
    private var members: [(name: String, json: [UInt8])] = []

    /// Appends a member whose value is JSON text.
    mutating func append(_ name: String, json: [UInt8]) { members.append((name, json)) }

    mutating func append(_ name: String, _ value: Value) { append(name, json: value.json()) }

    func bytes(pretty: Bool) -> [UInt8] { pretty ? prettyBytes() : compactBytes() }

    private func compactBytes() -> [UInt8] {
        var text: [UInt8] = [UInt8(ascii: "{")]
        for member in members {
            if text.count > 1 { text.append(UInt8(ascii: ",")) }
            text += Array("\"\(member.name)\":".utf8)
            text += member.json
        }
        text.append(UInt8(ascii: "}"))
        return text
    }

    private func prettyBytes() -> [UInt8] {
        guard !members.isEmpty else { return Array("{}".utf8) }
        let lines = members.map { member in
            let value = (try? Value(json: member.json))?.prettyJSON() ?? String(decoding: member.json, as: UTF8.self)
            return "  \"\(member.name)\": " + value.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n  ")
        }
        return Array("{\n\(lines.joined(separator: ",\n"))\n}".utf8)
    }
}
