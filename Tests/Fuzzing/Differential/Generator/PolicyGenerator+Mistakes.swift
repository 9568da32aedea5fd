extension PolicyGenerator {
    private static let pieces = ["not ", "some x", "{", "}", "(", ")", "[", "]", ":=", "=", "x", "_", "input", "data.t", "1", "\"a\"", ",", "if", "else", "every", "in ", "| ", "with input as 1", "contains", "default", "import data.t", "r1", "count"]

    /// The module with something wrong with it, so that it may not compile.
    mutating func mistaken(_ module: String) -> String {
        var lines = module.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let position = roll(lines.count)
        switch roll(5) {
        case 0: lines.remove(at: position)
        case 1: lines.insert(lines[roll(lines.count)], at: position)
        case 2: lines[position] += " " + pick(Self.pieces)
        default: return replacingAWord(of: module)
        }
        return lines.joined(separator: "\n")
    }

    private mutating func replacingAWord(of module: String) -> String {
        var words = Self.words(of: module)
        guard words.count > 2 else { return module }
        let position = 2 + roll(words.count - 2)
        words[position] = chance(2) ? words[roll(words.count)] : chance(2) ? "" : pick(Self.pieces)
        return words.joined()
    }

    /// Names and numbers, and every other character by itself.
    private static func words(of text: String) -> [String] {
        var words: [String] = [], inName = false
        for character in text {
            let isName = character.isLetter || character.isNumber || character == "_"
            if isName, inName { words[words.count - 1].append(character) } else { words.append(String(character)) }
            inName = isName
        }
        return words
    }
}
