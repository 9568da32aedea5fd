import JSON

/// Says why a text is not JSON, in the words of the parser that is the judge of it.
enum JSONReason {
    /// - Parameter nesting: how deep the text may be nested.
    static func describe(_ bytes: [UInt8], offset: Int, nesting: Int = JSONReader.depthLimit) -> String {
        let problem = bytes.withUnsafeBytes { JSONProblem.find(in: $0) }
        if let problem { return problem.description }
        if nesting < JSONReader.depthLimit { return "nested deeper than \(nesting) levels at byte \(offset)" }
        return "unexpected text at byte \(offset)"
    }
}
