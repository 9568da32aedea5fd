/// Writes JSON documents anew in canonical form, without making a `Value` of them: keys in order, no space, HTML escaped as Go's encoder does.
///
/// It reuses its memory from document to document. One thread uses it at a time.
package final class JSONRewriter {
    private let region = Region()

    package init() {}

    /// Appends a document in canonical form.
    ///
    /// - Throws: `EvaluationError` with the code `invalidInput` where the text is not JSON.
    package func append(_ text: [UInt8], to output: inout [UInt8]) throws(EvaluationError) {
        _ = try write(text, to: &output) { document throws(EvaluationError) in document }
    }

    /// Appends the member `input` of a request's envelope in canonical form.
    ///
    /// - Returns: false where there is none, or null, which OPA takes for none.
    package func appendInput(ofRequest text: [UInt8], to output: inout [UInt8]) throws(EvaluationError) -> Bool {
        guard !text.isEmpty else { return false }
        return try write(text, to: &output, PreparedQuery.inputMember)
    }

    /// Datums may point into the text they were read from, so they are written before it goes.
    private func write(_ text: [UInt8], to output: inout [UInt8], _ select: (Datum) throws(EvaluationError) -> Datum) throws(EvaluationError) -> Bool {
        defer { region.reset() }
        let result = text.withUnsafeBytes { bytes in
            Result { () throws(EvaluationError) in
                let part = try select(try read(bytes))
                guard !part.isUndefined else { return false }
                JSONWriter.write(part, to: &output)
                return true
            }
        }
        return try result.get()
    }

    private func read(_ text: UnsafeRawBufferPointer) throws(EvaluationError) -> Datum {
        do throws(JSONReader.JSONRefusal) {
            return try JSONReader.read(text, into: region.arena, symbols: nil)
        } catch {
            throw EvaluationError(.invalidInput, "not valid JSON: \(JSONReason.describe(Array(text), offset: error.offset))")
        }
    }

    /// Appends a text as a JSON string.
    package static func append(string text: String, to output: inout [UInt8]) {
        JSONWriter.write(string: text, to: &output)
    }
}
