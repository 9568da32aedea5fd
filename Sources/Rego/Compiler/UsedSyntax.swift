/// Parts of the language that not every policy uses, and that modules may use as far as their texts tell: where its word is not written, a part is
/// not used. Passes about what no module uses are left out.
struct UsedSyntax: OptionSet, Sendable {
    let rawValue: UInt8

    static let printing = UsedSyntax(rawValue: 1)
    static let with = UsedSyntax(rawValue: 2)
    static let negation = UsedSyntax(rawValue: 4)
    static let templateStrings = UsedSyntax(rawValue: 8)
    static let metadata = UsedSyntax(rawValue: 16)
    static let all = UsedSyntax(rawValue: 31)

    private static let words: [(word: [UInt8], part: UsedSyntax)] = [
        ("print", printing), ("with", with), ("not", negation), ("$\"", templateStrings), ("$`", templateStrings), ("metadata", metadata),
    ].map { (word: Array($0.utf8), part: $1) }
}

extension UsedSyntax {
    init(_ modules: [Module]) {
        // A module that was not read from a text says nothing of what is in it.
        self = modules.reduce([]) { used, module in used == .all || module.text.isEmpty ? .all : used.union(Self.written(in: module.text)) }
    }

    private static func written(in text: String) -> UsedSyntax {
        var text = text
        return text.withUTF8 { bytes in
            var found: UsedSyntax = []
            for (word, part) in words where !found.contains(part) {
                let first = word[0]
                // `startswith` is another word.
                if bytes.indices.contains(where: { bytes[$0] == first && bytes[$0...].starts(with: word) && ($0 == 0 || !isLetter(bytes[$0 - 1])) }) { found.insert(part) }
            }
            return found
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte }
}
