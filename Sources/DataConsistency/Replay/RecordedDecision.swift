import Rego

/// The places of what a replay needs in the text of a recorded decision, which has the form of OPA's decision log.
///
/// Nothing is decoded: the input goes to the engine as it stands there.
struct RecordedDecision {
    var identifier: Range<Int>?
    /// With slashes, as it was written.
    var path: Range<Int>?
    var input: Range<Int>?
    var result: Range<Int>?
    var error: Range<Int>?
    var timestamp: Range<Int>?
    /// What non-deterministic built-ins answered.
    var answers: Range<Int>?
    var isQuery = false
    /// Masking took something out of the input or the result.
    var isMasked = false

    /// Nil where the text is no recorded decision.
    init?(_ text: UnsafeRawBufferPointer) {
        var scanner = JSONMemberScanner(text)
        while let member = scanner.next() {
            // Names are told apart by their lengths first.
            switch member.key.count {
            case 4: if Self.matches(text, member.key, "path") { path = Self.inner(member.value) }
            case 5:
                if Self.matches(text, member.key, "input") {
                    input = member.value
                } else if Self.matches(text, member.key, "error") {
                    error = member.value
                } else if Self.matches(text, member.key, "query") {
                    isQuery = true
                }
            case 6:
                if Self.matches(text, member.key, "result") {
                    result = member.value
                } else if Self.matches(text, member.key, "erased") || Self.matches(text, member.key, "masked") {
                    isMasked = isMasked || Self.names(UnsafeRawBufferPointer(rebasing: text[member.value]))
                }
            case 9: if Self.matches(text, member.key, "timestamp") { timestamp = Self.inner(member.value) }
            case 11: if Self.matches(text, member.key, "decision_id") { identifier = Self.inner(member.value) }
            case 16: if Self.matches(text, member.key, "nd_builtin_cache") { answers = member.value }
            default: break
            }
        }
        guard scanner.isComplete, identifier != nil, path != nil || isQuery else { return nil }
    }

    private static func matches(_ text: UnsafeRawBufferPointer, _ range: Range<Int>, _ name: StaticString) -> Bool {
        var position = range.lowerBound
        return name.withUTF8Buffer { name in
            for byte in name {
                guard text[position] == byte else { return false }
                position += 1
            }
            return true
        }
    }

    /// Without quotation marks.
    private static func inner(_ range: Range<Int>) -> Range<Int>? { range.count >= 2 ? range.lowerBound + 1..<range.upperBound - 1 : nil }

    /// Whether a list of pointers has one into the input or the result.
    private static func names(_ list: UnsafeRawBufferPointer) -> Bool {
        let text = String(decoding: list, as: UTF8.self)
        return text.contains("\"/input") || text.contains("\"/result")
    }

    /// A text that stood between quotation marks.
    static func text(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>?) -> String {
        guard let range else { return "" }
        let part = bytes[range]
        guard part.contains(UInt8(ascii: "\\")) else { return String(decoding: part, as: UTF8.self) }
        let quoted = [UInt8(ascii: "\"")] + part + [UInt8(ascii: "\"")]
        return (try? Value(json: quoted))?.text ?? String(decoding: part, as: UTF8.self)
    }
}
