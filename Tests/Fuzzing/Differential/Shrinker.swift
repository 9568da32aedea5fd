import Rego

/// Makes a case that differs as small as it can while it still differs.
///
/// It works on the text: rules, lines, and what stands between brackets and commas are taken out or replaced by something simple, and members of
/// data and input too. What no longer parses is refused by both engines, so it does not differ.
struct Shrinker {
    private let differs: (DifferentialCase) throws -> Bool
    private var triesLeft = 3000

    init(differs: @escaping (DifferentialCase) throws -> Bool) { self.differs = differs }

    mutating func shrink(_ item: DifferentialCase) throws -> DifferentialCase {
        var smallest = item
        while triesLeft > 0, let smaller = try smaller(than: smallest) { smallest = smaller }
        return smallest
    }

    private mutating func smaller(than item: DifferentialCase) throws -> DifferentialCase? {
        for candidate in Self.candidates(item) {
            guard triesLeft > 0 else { return nil }
            triesLeft -= 1
            if try differs(candidate) { return candidate }
        }
        return nil
    }

    // MARK: Candidates, the smallest first

    private static func candidates(_ item: DifferentialCase) -> [DifferentialCase] {
        var result: [DifferentialCase] = []
        func add(_ change: (inout DifferentialCase) -> Void) {
            var candidate = item
            change(&candidate)
            result.append(candidate)
        }
        if item.modules.count > 1 { for position in item.modules.indices { add { $0.modules.remove(at: position) } } }
        for (position, module) in item.modules.enumerated() {
            for smaller in [paragraphs(module), lines(module), brackets(module)].joined() { add { $0.modules[position] = smaller } }
        }
        if item.input != nil { add { $0.input = nil } }
        if let input = item.input { for smaller in values(input) { add { $0.input = smaller } } }
        for smaller in values(item.data) { if case .object = smaller { add { $0.data = smaller } } }
        return result
    }

    private static func paragraphs(_ module: String) -> [String] {
        let parts = module.split(separator: "\n\n").map(String.init)
        guard parts.count > 1 else { return [] }
        return parts.indices.dropFirst().map { dropped in parts.indices.filter { $0 != dropped }.map { parts[$0] }.joined(separator: "\n\n") }
    }

    private static func lines(_ module: String) -> [String] {
        let lines = module.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        return lines.indices.dropFirst().filter { !lines[$0].isEmpty }.map { dropped in lines.indices.filter { $0 != dropped }.map { lines[$0] }.joined(separator: "\n") }
    }

    /// The text with a part between brackets or commas taken out, replaced by a constant, or in place of what has it.
    private static func brackets(_ module: String) -> [String] {
        let text = Array(module)
        var result: [String] = []
        func replacing(_ range: Range<Int>, _ replacement: [Character]) { result.append(String(text[..<range.lowerBound] + replacement + text[range.upperBound...])) }
        for group in groups(text) {
            // A call's name, or the term before a key, belongs to it.
            var start = group.lowerBound - 1
            while start > 0, text[start - 1].isLetter || text[start - 1].isNumber || "._".contains(text[start - 1]) { start -= 1 }
            let whole = start..<(group.upperBound + 1)
            for constant in ["1", "\"a\"", "input"] where whole.count > constant.count { replacing(whole, Array(constant)) }
            let parts = elements(text, group)
            for part in parts {
                replacing(whole, Array(text[part]))
                if part.count > 1 { replacing(part, ["1"]) }
                guard parts.count > 1 else { continue }
                let isLast = part.upperBound == group.upperBound
                replacing(isLast ? (part.lowerBound - 1)..<part.upperBound : part.lowerBound..<(part.upperBound + 1), [])
            }
        }
        return result
    }

    /// What lies within each pair of brackets, the outermost first.
    private static func groups(_ text: [Character]) -> [Range<Int>] {
        var open: [Int] = [], result: [Range<Int>] = []
        forEachPlain(text, 0..<text.count) { position, character in
            if "([{".contains(character) { open.append(position) }
            if ")]}".contains(character), let start = open.popLast() { result.append((start + 1)..<position) }
        }
        return result.sorted { $0.count > $1.count }
    }

    /// Parts between commas, semicolons and bars of a group.
    private static func elements(_ text: [Character], _ group: Range<Int>) -> [Range<Int>] {
        var depth = 0, start = group.lowerBound, result: [Range<Int>] = []
        forEachPlain(text, group) { position, character in
            if "([{".contains(character) { depth += 1 }
            if ")]}".contains(character) { depth -= 1 }
            if depth == 0, ",;|".contains(character) {
                result.append(start..<position)
                start = position + 1
            }
        }
        return result + [start..<group.upperBound]
    }

    /// Visits characters outside strings.
    private static func forEachPlain(_ text: [Character], _ range: Range<Int>, _ visit: (Int, Character) -> Void) {
        var quote: Character?, position = range.lowerBound
        while position < range.upperBound {
            let character = text[position]
            if let open = quote {
                if character == "\\", open == "\"" { position += 1 } else if character == open { quote = nil }
            } else if "\"`".contains(character) {
                quote = character
            } else {
                visit(position, character)
            }
            position += 1
        }
    }

    // MARK: Documents

    private static func values(_ value: Value) -> [Value] {
        switch value {
        case .object(let entries):
            entries.indices.map { dropped in .makeObject(entries.indices.filter { $0 != dropped }.map { (entries[$0].key, entries[$0].value) }) }
                + entries.indices.flatMap { position in
                    values(entries[position].value).map { smaller in .makeObject(entries.enumerated().map { ($1.key, $0 == position ? smaller : $1.value) }) }
                }
        case .array(let elements):
            elements.indices.map { dropped in .array(elements.indices.filter { $0 != dropped }.map { elements[$0] }) }
                + elements.indices.flatMap { position in values(elements[position]).map { smaller in .array(elements.enumerated().map { $0 == position ? smaller : $1 }) } }
        case .string(let text): text.count > 1 ? [.string(String(text.prefix(text.count / 2))), .string(String(text.dropFirst())), .string(String(text.dropLast()))] : []
        default: []
        }
    }
}
