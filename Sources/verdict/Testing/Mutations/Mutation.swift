import Rego

/// A small change of a policy that should make a test fail.
struct Mutation: Sendable {
    /// What kind of mistake the change is like.
    enum Kind: String, Sendable, CaseIterable {
        /// A comparison is turned into its opposite.
        case comparison
        /// A condition always holds.
        case condition
        /// A `not` is gone.
        case negation
        /// A boolean is the other one.
        case boolean
        /// A number is one more.
        case number
        /// One of several definitions of a rule is gone.
        case rule
    }

    let kind: Kind
    /// What is replaced.
    let location: SourceLocation
    let replacement: String

    /// The policy with the change.
    func applied(to text: String) -> String {
        let bytes = Array(text.utf8), range = location.offset..<location.offset + location.length
        return String(decoding: bytes[..<range.lowerBound] + Array(replacement.utf8) + bytes[range.upperBound...], as: UTF8.self)
    }

    /// `== becomes !=`, with the text that is replaced.
    func description(in text: String) -> String {
        let replaced = String(decoding: Array(text.utf8)[location.offset..<location.offset + location.length], as: UTF8.self)
        let line = replaced.split(separator: "\n").first.map(String.init) ?? ""
        let shown = line == replaced ? "`\(line)`" : "`\(line)` …"
        return replacement.isEmpty ? "\(shown) is left out" : "\(shown) becomes `\(replacement)`"
    }
}
