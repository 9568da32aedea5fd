import Rego

/// `--set a.b=c,d[0]=x,e={1,2}`: values from the command line that override the file's, in the syntax that Helm made known.
struct ConfigurationOverride {
    private enum Step {
        case key(String)
        case index(Int)
    }

    private static let maximumIndex = 1000

    private var text: Substring
    private let whole: String

    /// Applies a `--set` to a configuration.
    static func set(_ text: String, in root: ConfigurationNode) throws(ConfigurationError) -> ConfigurationNode {
        var parser = ConfigurationOverride(text: text[...], whole: text)
        var root = root
        while !parser.text.isEmpty {
            let path = try parser.path()
            let value = try parser.value()
            root = try parser.placing(value, at: path[...], in: root)
            if parser.text.first == "," { parser.text.removeFirst() }
        }
        return root
    }

    /// Applies a `--set-file key=content`: the content is text as it is.
    static func setFile(_ key: String, content: String, in root: ConfigurationNode) throws(ConfigurationError) -> ConfigurationNode {
        var parser = ConfigurationOverride(text: "\(key)="[...], whole: key)
        let path = try parser.path()
        return try parser.placing(ConfigurationNode(.scalar(.string(content))), at: path[...], in: root)
    }

    private func failure(_ reason: String) -> ConfigurationError {
        ConfigurationError([ConfigurationProblem(key: "", reason: "'\(whole)': \(reason)")])
    }

    /// Reads up to one of the characters, which is left; a backslash takes its character as it is.
    private mutating func word(until stops: Set<Character>) -> String {
        var word = ""
        while let character = text.first, !stops.contains(character) {
            text.removeFirst()
            if character == "\\", let escaped = text.popFirst() { word.append(escaped) } else { word.append(character) }
        }
        return word
    }

    private mutating func path() throws(ConfigurationError) -> [Step] {
        var steps: [Step] = []
        while true {
            let key = word(until: [".", "[", "=", ","])
            if !key.isEmpty { steps.append(.key(key)) }
            switch text.popFirst() {
            case ".": continue
            case "=":
                guard !steps.isEmpty else { throw failure("a key is missing before '='") }
                return steps
            case "[":
                let digits = word(until: ["]"])
                guard text.popFirst() == "]", let index = Int(digits), (0...Self.maximumIndex).contains(index), !steps.isEmpty else {
                    throw failure("expected an index from 0 to \(Self.maximumIndex) in '[]'")
                }
                steps.append(.index(index))
            default: throw failure("expected KEY=VALUE")
            }
        }
    }

    private mutating func value() throws(ConfigurationError) -> ConfigurationNode {
        guard text.first == "{" else { return Self.typed(word(until: [","])) }
        text.removeFirst()
        var elements: [ConfigurationNode] = []
        while true {
            let element = word(until: [",", "}"])
            guard let end = text.popFirst() else { throw failure("a list lacks its '}'") }
            if end == "," || !element.isEmpty { elements.append(Self.typed(element)) }
            if end == "}" { return ConfigurationNode(.list(elements)) }
        }
    }

    private static func typed(_ word: String) -> ConfigurationNode {
        switch word {
        case "true": return ConfigurationNode(.scalar(true))
        case "false": return ConfigurationNode(.scalar(false))
        case "null": return ConfigurationNode(.map([]))
        case "0": return ConfigurationNode(.scalar(0))
        default:
            if !word.hasPrefix("0"), !word.hasPrefix("+"), let number = Int(word) { return ConfigurationNode(.scalar(.number(Number(number)))) }
            return ConfigurationNode(.scalar(.string(word)))
        }
    }

    private func placing(_ value: ConfigurationNode, at path: ArraySlice<Step>, in node: ConfigurationNode?) throws(ConfigurationError) -> ConfigurationNode {
        guard let step = path.first else { return value }
        switch step {
        case .key(let key):
            var entries: [(key: String, node: ConfigurationNode)] = []
            if case .map(let known)? = node?.content { entries = known }
            let position = entries.firstIndex { $0.key == key }
            let placed = try placing(value, at: path.dropFirst(), in: position.map { entries[$0].node })
            if let position { entries[position].node = placed } else { entries.append((key, placed)) }
            return ConfigurationNode(.map(entries), line: node?.line)
        case .index(let index):
            var elements: [ConfigurationNode] = []
            if case .list(let known)? = node?.content { elements = known }
            while elements.count <= index { elements.append(ConfigurationNode(.scalar(.null))) }
            elements[index] = try placing(value, at: path.dropFirst(), in: elements[index])
            return ConfigurationNode(.list(elements), line: node?.line)
        }
    }
}
