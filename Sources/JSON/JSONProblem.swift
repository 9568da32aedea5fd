import CJansson

/// Why a text is not JSON, in Jansson's words.
public struct JSONProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// 1-based.
    public var line: Int
    public var column: Int
    /// Bytes read before the problem was seen.
    public var position: Int
    public var message: String
    /// The text is JSON, but has a number that Jansson cannot hold.
    public var isRange: Bool

    public var description: String { "\(message) at line \(line), column \(column)" }

    /// What Jansson has to say against a text; nil where it is valid JSON of any kind.
    ///
    /// - Parameter rejectingDuplicates: whether objects with two members of one name are refused too.
    public static func find(in bytes: UnsafeRawBufferPointer, rejectingDuplicates: Bool = false) -> JSONProblem? {
        do throws(JSONProblem) {
            verdict_json_release(try load(bytes, rejectingDuplicates: rejectingDuplicates))
            return nil
        } catch {
            return error.isRange ? nil : error
        }
    }

    /// Jansson's own document, which the caller releases. Integers become integers where they fit into 64 bits, else doubles.
    static func load(_ bytes: UnsafeRawBufferPointer, rejectingDuplicates: Bool = false) throws(JSONProblem) -> UnsafeMutablePointer<json_t> {
        var error = json_error_t()
        let flags = JSON_DECODE_ANY | JSON_ALLOW_NUL | (rejectingDuplicates ? JSON_REJECT_DUPLICATES : 0)
        func read(_ flags: Int32) -> UnsafeMutablePointer<json_t>? {
            bytes.withMemoryRebound(to: CChar.self) { json_loadb($0.baseAddress ?? UnsafePointer(bitPattern: 1), $0.count, Int(flags), &error) }
        }
        if let document = read(flags) { return document }
        // Only now, because with this flag every integer is a double.
        if isRange(error), let document = read(flags | JSON_DECODE_INT_AS_REAL) { return document }
        let text = withUnsafeBytes(of: error.text) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        throw JSONProblem(line: Int(error.line), column: Int(error.column), position: Int(error.position), message: text, isRange: isRange(error))
    }

    /// The last byte of the text tells the kind of error (`json_error_code`).
    private static func isRange(_ error: json_error_t) -> Bool {
        withUnsafeBytes(of: error.text) { $0.last.map(UInt32.init) == json_error_numeric_overflow.rawValue }
    }
}
