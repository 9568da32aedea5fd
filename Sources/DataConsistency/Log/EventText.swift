import Rego

/// Events as lines of JSON: what is exported and imported, and what `GET /v1/events` answers with.
///
/// The payload stands there byte by byte, so that digests hold after an import.
public enum EventText {
    /// Appends an event as one JSON object, without a line feed.
    public static func write(_ event: Event, to text: inout [UInt8]) {
        text += "{\"id\":\"\(event.id)\",\"stream\":\"\(event.stream.rawValue)\",\"sequence\":\(event.sequence),\"time\":\(event.time),\"type\":".utf8
        JSONRewriter.append(string: event.type, to: &text)
        text += ",\"version\":\(event.version)".utf8
        if let causation = event.causation { text += ",\"causation\":\"\(causation)\"".utf8 }
        if let correlation = event.correlation {
            text += ",\"correlation\":".utf8
            JSONRewriter.append(string: correlation, to: &text)
        }
        text += ",\"previous\":\"\(event.previous)\",\"digest\":\"\(event.digest)\",\"payload\":".utf8
        text += event.payload
        text.append(UInt8(ascii: "}"))
    }

    /// Reads one.
    ///
    /// - Throws: `EventLogError` with the code `invalid` for what is no event.
    public static func read(_ line: [UInt8]) throws(EventLogError) -> Event {
        let members: [String: Value]
        var payload: [UInt8] = []
        do throws(EvaluationError) {
            var scanned: [String: Value] = [:]
            for member in try JSONMemberScanner.members(of: line) {
                if member.name == "payload" { payload = Array(line[member.value]) } else { scanned[member.name] = try Value(json: Array(line[member.value])) }
            }
            members = scanned
        } catch {
            throw EventLogError(.invalid, "not an event: \(error.message)")
        }
        guard let id = members["id"]?.text.flatMap({ EventIdentifier($0) }), let stream = members["stream"]?.text.flatMap(EventStream.init),
            let sequence = members["sequence"]?.integer, let time = members["time"]?.integer, let type = members["type"]?.text,
            let version = members["version"]?.integer, let previous = members["previous"]?.text.flatMap({ EventDigest($0) }),
            let digest = members["digest"]?.text.flatMap({ EventDigest($0) }), !payload.isEmpty
        else { throw EventLogError(.invalid, "not an event: expected id, stream, sequence, time, type, version, previous, digest and payload") }
        return Event(
            id: id, stream: stream, sequence: sequence, time: Int64(time), type: type, version: version, causation: members["causation"]?.text.flatMap { EventIdentifier($0) },
            correlation: members["correlation"]?.text, payload: payload, previous: previous, digest: digest)
    }
}

extension Value {
    /// Nil where this is no text.
    var text: String? { if case .string(let text) = self { text } else { nil } }

    /// Nil where this is no whole number that a machine word holds.
    var integer: Int? { if case .number(let number) = self { Int(number.text) } else { nil } }
}
