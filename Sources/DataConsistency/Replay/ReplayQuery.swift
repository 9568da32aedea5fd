import Rego

/// Asks for the document that a recorded path names, as the Data API does: a key that looks like an integer is an index first, and a key where that
/// finds nothing.
struct ReplayQuery: Sendable {
    private let queries: [PreparedQuery]
    /// Why the last of them cannot be asked.
    private let problem: DiagnosticList?

    /// - Parameter path: keys with slashes between them.
    init(_ path: String, _ snapshot: PolicySnapshot) {
        let keys = path.split(separator: "/").map(String.init)
        var texts = [Self.reference(keys.map { .string($0) })]
        if keys.contains(where: { Int($0) != nil }) { texts.insert(Self.reference(keys.map { key in Int(key).map { .number(Number($0)) } ?? .string(key) }), at: 0) }
        var queries: [PreparedQuery] = []
        var problem: DiagnosticList?
        for text in texts {
            // What has no member by an index may have one by a key.
            do throws(DiagnosticList) { queries.append(try snapshot.prepare(text)) } catch { problem = text == texts.last ? error : nil }
        }
        self.queries = queries
        self.problem = problem
    }

    private static func reference(_ keys: [Value]) -> String {
        "data" + keys.map { "[\(String(decoding: $0.json(escapesHTML: false), as: UTF8.self))]" }.joined()
    }

    /// Appends the document as JSON; false where it is undefined.
    ///
    /// - Throws: `EvaluationError`; `DiagnosticList` where the document cannot be asked for.
    func decide(_ input: UnsafeRawBufferPointer, _ options: EvaluationOptions, appendingTo output: inout [UInt8]) throws -> Bool {
        for query in queries where try query.decide(inputJSON: input, options: options, appendingTo: &output).isDefined { return true }
        if let problem { throw problem }
        return false
    }
}
