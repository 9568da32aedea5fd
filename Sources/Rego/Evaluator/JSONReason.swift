import JSON

/// Says why a text is not JSON, in the words of the parser that is the judge of it.
enum JSONReason {
    static func describe(_ bytes: [UInt8], offset: Int) -> String {
        let problem = bytes.withUnsafeBytes { JSONProblem.find(in: $0) }
        if let problem { return problem.description }
        return "unexpected text at byte \(offset)"
    }
}
