/// A regular expression that tests for a fixed text.
struct PlainPattern {
    enum Kind { case prefix, suffix, part, whole }
    let kind: Kind
    let text: String

    /// Nil for patterns that need a regular expression.
    init?(_ pattern: String) {
        var rest = Substring(pattern)
        let isAnchored = rest.hasPrefix("^"), isClosed = rest.hasSuffix("$") && !rest.hasSuffix("\\$")
        if isAnchored { rest.removeFirst() }
        if isClosed { rest.removeLast() }
        // `^a.*` is `^a`, which is a prefix too.
        if isAnchored, !isClosed, rest.hasSuffix(".*") { rest.removeLast(2) }
        guard !rest.isEmpty, let text = Self.literal(rest) else { return nil }
        self.text = text
        kind = isAnchored ? (isClosed ? .whole : .prefix) : (isClosed ? .suffix : .part)
    }

    /// The text without escapes; nil where anything in it means more than itself.
    private static func literal(_ pattern: Substring) -> String? {
        var text = "", isEscaped = false
        for character in pattern {
            if isEscaped {
                // `\d` is a class, `\.` a point.
                guard !character.isLetter, !character.isNumber else { return nil }
                text.append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if "^$.|?*+()[]{}".contains(character) {
                return nil
            } else {
                text.append(character)
            }
        }
        return isEscaped ? nil : text
    }
}

extension String {
    /// As a string of Rego.
    var quoted: String {
        let escaped = map { character in
            switch character {
            case "\"": "\\\""
            case "\\": "\\\\"
            case "\n": "\\n"
            case "\t": "\\t"
            default: String(character)
            }
        }
        return "\"\(escaped.joined())\""
    }
}
