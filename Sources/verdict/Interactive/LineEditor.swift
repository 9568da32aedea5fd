/// A line that is being typed: a value that keys change. It knows nothing of a terminal; who does draws it after each key.
struct LineEditor {
    /// What a key asks for beside a changed line.
    enum Outcome: Equatable {
        case none
        case accepted(String)
        /// What the word could become, to be shown.
        case choices([String])
        case clear
        /// The line is given up.
        case interrupted
        case ended
    }

    /// What a word before the cursor may become.
    struct Completion: Equatable {
        /// Where the word begins, as a number of characters.
        var start: Int
        var candidates: [String]
    }

    private(set) var text: [Character] = []
    /// Characters before the cursor.
    private(set) var cursor = 0
    /// What is searched for in the history; nil where nothing is.
    private(set) var searched: String?
    private var entries: [String]
    /// The entry that is shown; the number of entries for the line that is new.
    private var position: Int
    private var unfinished: [Character] = []
    private let complete: (String, Int) -> Completion

    /// - Parameters:
    ///   - history: earlier lines, oldest first.
    ///   - complete: given a line and the characters before the cursor.
    init(history: [String] = [], complete: @escaping (String, Int) -> Completion = { _, cursor in Completion(start: cursor, candidates: []) }) {
        entries = history
        position = history.count
        self.complete = complete
    }

    var line: String { String(text) }

    mutating func press(_ key: Key) -> Outcome {
        if searched != nil, let outcome = search(key) { return outcome }
        switch key {
        case .character(let character):
            text.insert(character, at: cursor)
            cursor += 1
        case .enter: return .accepted(line)
        case .tab: return completed()
        case .backspace: if cursor > 0 { erase(cursor - 1..<cursor) }
        case .delete: if cursor < text.count { erase(cursor..<cursor + 1) }
        case .left: cursor = max(0, cursor - 1)
        case .right: cursor = min(text.count, cursor + 1)
        case .wordLeft: cursor = wordStart
        case .wordRight: cursor = wordEnd
        case .home: cursor = 0
        case .end: cursor = text.count
        case .eraseToEnd: erase(cursor..<text.count)
        case .eraseToStart: erase(0..<cursor)
        case .eraseWord: erase(wordStart..<cursor)
        case .up: if position > 0 { show(position - 1) }
        case .down: if position < entries.count { show(position + 1) }
        case .search: searched = ""
        case .clear: return .clear
        case .interrupt: return .interrupted
        case .endOfInput:
            if text.isEmpty { return .ended }
            if cursor < text.count { erase(cursor..<cursor + 1) }
        }
        return .none
    }

    private mutating func erase(_ range: Range<Int>) {
        text.removeSubrange(range)
        cursor = range.lowerBound
    }

    private mutating func replace(with line: some Collection<Character>) {
        text = Array(line)
        cursor = text.count
    }

    private static func isWord(_ character: Character) -> Bool { character.isLetter || character.isNumber || character == "_" }

    private var wordStart: Int {
        var start = cursor
        while start > 0, !Self.isWord(text[start - 1]) { start -= 1 }
        while start > 0, Self.isWord(text[start - 1]) { start -= 1 }
        return start
    }

    private var wordEnd: Int {
        var end = cursor
        while end < text.count, !Self.isWord(text[end]) { end += 1 }
        while end < text.count, Self.isWord(text[end]) { end += 1 }
        return end
    }

    // MARK: History

    private mutating func show(_ entry: Int) {
        if position == entries.count { unfinished = text }
        position = entry
        if entry == entries.count { replace(with: unfinished) } else { replace(with: entries[entry]) }
    }

    /// A key while the history is searched; nil where the search has ended, and the key is for the line.
    private mutating func search(_ key: Key) -> Outcome? {
        switch key {
        case .character(let character): find((searched ?? "") + String(character), before: entries.count)
        case .backspace: find(String((searched ?? "").dropLast()), before: entries.count)
        case .search: find(searched ?? "", before: position)
        case .interrupt:
            searched = nil
            replace(with: [])
        default:
            searched = nil
            return nil
        }
        return Outcome.none
    }

    private mutating func find(_ text: String, before limit: Int) {
        searched = text
        guard !text.isEmpty, let found = entries[..<limit].lastIndex(where: { $0.contains(text) }) else { return }
        position = found
        replace(with: entries[found])
    }

    // MARK: Completion

    private mutating func completed() -> Outcome {
        let completion = complete(line, cursor)
        guard let first = completion.candidates.first, completion.start <= cursor else { return .none }
        let common = completion.candidates.dropFirst().reduce(first) { $0.commonPrefix(with: $1) }
        let typed = String(text[completion.start..<cursor])
        guard common.count > typed.count else { return completion.candidates.count > 1 ? .choices(completion.candidates) : .none }
        text.replaceSubrange(completion.start..<cursor, with: common)
        cursor = completion.start + common.count
        return .none
    }
}

extension String {
    fileprivate func commonPrefix(with other: String) -> String { String(zip(self, other).prefix { $0 == $1 }.map(\.0)) }
}
