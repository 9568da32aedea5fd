import CJansson

/// Why a text is not JSON, in Jansson's words.
public struct JSONProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// 1-based.
    public var line: Int
    public var column: Int
    /// Bytes read before the problem was seen.
    public var position: Int
    public var message: String

    public var description: String { "\(message) at line \(line), column \(column)" }

    /// What Jansson has to say against a text; nil where it is valid JSON of any kind.
    ///
    /// Numbers beyond Jansson's range are no problem of the text: the caller reads them exactly.
    public static func find(in bytes: UnsafeRawBufferPointer) -> JSONProblem? {
        var error = json_error_t()
        let flags = JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL
        let document = bytes.withMemoryRebound(to: CChar.self) { json_loadb($0.baseAddress, $0.count, Int(flags), &error) }
        if let document {
            verdict_json_release(document)
            return nil
        }
        let text = withUnsafeBytes(of: error.text) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        return JSONProblem(line: Int(error.line), column: Int(error.column), position: Int(error.position), message: text)
    }
}
