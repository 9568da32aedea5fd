/// The lines that two texts differ in, as `diff -u` shows them: three lines around each change, `-` before what goes and `+` before what comes.
struct UnifiedDifference {
    private enum Line {
        case same(String), removed(String), added(String)

        var isSame: Bool { if case .same = self { true } else { false } }

        var color: TextColor? {
            switch self {
            case .same: nil
            case .removed: .red
            case .added: .green
            }
        }

        var text: String {
            switch self {
            case .same(let line): " " + line
            case .removed(let line): "-" + line
            case .added(let line): "+" + line
            }
        }
    }

    private static let context = 3
    private let name: String
    private let lines: [Line]

    init(of name: String, from old: String, to new: String) {
        self.name = name
        let before = Self.lines(old), after = Self.lines(new)
        let difference = after.difference(from: before)
        var removed = Set<Int>(), added = Set<Int>()
        for change in difference {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): added.insert(offset)
            }
        }
        var lines: [Line] = [], position = 0
        for (offset, line) in before.enumerated() {
            if removed.contains(offset) {
                lines.append(.removed(line))
                continue
            }
            while added.contains(position) {
                lines.append(.added(after[position]))
                position += 1
            }
            lines.append(.same(line))
            position += 1
        }
        lines += after[position...].map { .added($0) }
        self.lines = lines
    }

    private static func lines(_ text: String) -> [String] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        return lines
    }

    /// Empty where nothing differs.
    func text(hasColors: Bool) -> String {
        var text = ""
        for hunk in hunks {
            if text.isEmpty { text = "--- \(name)\n+++ \(name)\n" }
            let before = lines[..<hunk.lowerBound], inside = lines[hunk]
            text += "@@ -\(Self.range(before, inside, skips: { if case .added = $0 { true } else { false } }))"
            text += " +\(Self.range(before, inside, skips: { if case .removed = $0 { true } else { false } })) @@\n"
            for line in inside { text += (line.color?.applied(to: line.text, if: hasColors) ?? line.text) + "\n" }
        }
        return text
    }

    /// Changes with the lines around them; those that touch are one.
    private var hunks: [Range<Int>] {
        var hunks: [Range<Int>] = []
        for (position, line) in lines.enumerated() where !line.isSame {
            let range = max(0, position - Self.context)..<min(lines.count, position + Self.context + 1)
            if let last = hunks.last, last.upperBound >= range.lowerBound {
                hunks[hunks.count - 1] = last.lowerBound..<range.upperBound
            } else {
                hunks.append(range)
            }
        }
        return hunks
    }

    private static func range(_ before: ArraySlice<Line>, _ inside: ArraySlice<Line>, skips: (Line) -> Bool) -> String {
        let start = before.count { !skips($0) }, count = inside.count { !skips($0) }
        return "\(count == 0 ? start : start + 1),\(count)"
    }
}
