import Rego

/// JSON whose objects keep their members in the order in which OPA writes them; the members of a `Value` are sorted.
indirect enum Envelope {
    case value(Value)
    /// JSON text, such as a decision's result.
    case text([UInt8])
    case array([Envelope])
    case object([(name: String, value: Envelope)])

    func compactText() -> [UInt8] {
        var text: [UInt8] = []
        write(to: &text)
        return text
    }

    private func write(to text: inout [UInt8]) {
        switch self {
        case .value(let value): text += value.json()
        case .text(let bytes): text += bytes
        case .array(let elements):
            text.append(UInt8(ascii: "["))
            for (position, element) in elements.enumerated() {
                if position > 0 { text.append(UInt8(ascii: ",")) }
                element.write(to: &text)
            }
            text.append(UInt8(ascii: "]"))
        case .object(let members):
            text.append(UInt8(ascii: "{"))
            for (position, member) in members.enumerated() {
                text += Array("\(position > 0 ? "," : "")\"\(member.name)\":".utf8)
                member.value.write(to: &text)
            }
            text.append(UInt8(ascii: "}"))
        }
    }

    func prettyText() -> [UInt8] { Array(lines().utf8) }

    private func lines() -> String {
        switch self {
        case .value(let value): return value.prettyJSON()
        case .text(let bytes): return (try? Value(json: bytes))?.prettyJSON() ?? String(decoding: bytes, as: UTF8.self)
        case .array(let elements):
            return elements.isEmpty ? "[]" : "[\n" + elements.map { Self.indented($0.lines()) }.joined(separator: ",\n") + "\n]"
        case .object(let members):
            return members.isEmpty ? "{}" : "{\n" + members.map { Self.indented("\"\($0.name)\": \($0.value.lines())") }.joined(separator: ",\n") + "\n}"
        }
    }

    private static func indented(_ lines: String) -> String {
        "  " + lines.replacing("\n", with: "\n  ")
    }
}
