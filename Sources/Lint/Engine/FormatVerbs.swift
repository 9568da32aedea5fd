/// What a `sprintf` format asks for.
enum FormatVerbs {
    /// How many values it takes; nil where it names them by position or takes widths from them.
    static func count(in format: String) -> Int? {
        var count = 0
        var isInVerb = false
        for character in format {
            guard isInVerb else {
                isInVerb = character == "%"
                continue
            }
            switch character {
            case "%":
                isInVerb = false
            case "[", "*": return nil
            case "0"..."9", ".", "+", "-", "#", " ": break
            default:
                count += 1
                isInVerb = false
            }
        }
        return count
    }
}
