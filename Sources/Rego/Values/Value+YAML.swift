import Yams

extension Value {
    /// Reads YAML text; its first document counts.
    public init(yaml text: String) throws {
        self = try Yams.Parser(yaml: text).nextRoot().map { try Value(yaml: $0) } ?? .null
    }

    /// A YAML node as JSON would say it: keys become strings, tags decide between text, numbers and booleans.
    package init(yaml node: Node) throws {
        switch node {
        case .scalar(let scalar): self = try Self.scalar(scalar, tag: node.tag.rawValue)
        case .sequence(let sequence): self = .array(try sequence.map { try Value(yaml: $0) })
        case .mapping(let mapping):
            var merged: [(Value, Value)] = [], own: [(Value, Value)] = []
            for entry in mapping {
                if entry.key.tag.rawValue == Tag.Name.merge.rawValue {
                    merged += try Self.merged(entry.value)
                } else {
                    own.append((try Self.key(entry.key), try Value(yaml: entry.value)))
                }
            }
            self = Value.makeObject(merged + own)
        case .alias: self = .null
        }
    }

    private static func key(_ node: Node) throws -> Value {
        let key = try Value(yaml: node)
        switch key {
        case .string: return key
        case .number, .boolean: return .string(key.regoText)
        default: throw YAMLProblem(message: "yaml: invalid map key: \(key.regoText)")
        }
    }

    /// The entries that `<<` brings in; of several mappings the first that has a key counts.
    private static func merged(_ node: Node) throws -> [(Value, Value)] {
        let sources: [Node] = if case .sequence(let several) = node { several.reversed() } else { [node] }
        return try sources.flatMap { source -> [(Value, Value)] in
            guard case .object(let entries) = try Value(yaml: source) else { throw YAMLProblem(message: "yaml: map merge requires map or sequence of maps as the value") }
            return entries.map { ($0.key, $0.value) }
        }
    }

    private static func scalar(_ scalar: Node.Scalar, tag: String) throws -> Value {
        switch tag {
        case Tag.Name.null.rawValue: return .null
        case Tag.Name.bool.rawValue: return Bool.construct(from: scalar).map { .boolean($0) } ?? .string(scalar.string)
        case Tag.Name.int.rawValue, Tag.Name.float.rawValue:
            // Numbers to the base of sixty are text since YAML 1.2.
            guard !scalar.string.contains(":") else { return .string(scalar.string) }
            if tag == Tag.Name.int.rawValue, let integer = Int.construct(from: scalar) { return .number(Number(integer)) }
            if tag == Tag.Name.int.rawValue, let integer = UInt64(scalar.string), let number = Number(literal: String(integer)) { return .number(number) }
            guard let double = Double.construct(from: scalar) else { return .string(scalar.string) }
            // Text that is a number too large for a double stays text; `.inf` is none.
            if !double.isFinite, scalar.string.contains(where: \.isNumber) { return .string(scalar.string) }
            guard let number = Number(double) else { throw YAMLProblem(message: "json: unsupported value: \(double.isNaN ? "NaN" : (double < 0 ? "-Inf" : "+Inf"))") }
            return .number(number)
        case Tag.Name.binary.rawValue:
            do throws(Base64.Problem) {
                return .string(String(decoding: try Base64.decoded(Array(scalar.string.utf8), urlSafe: false), as: UTF8.self))
            } catch {
                throw YAMLProblem(message: "yaml: !!binary value contains invalid base64 data")
            }
        default: return .string(scalar.string)
        }
    }
}

/// What YAML can say and JSON cannot.
struct YAMLProblem: Error, CustomStringConvertible {
    let message: String
    var description: String { message }
}

extension YamlError {
    /// The problem in the words that Go's YAML reader has for it.
    var goDescription: String {
        switch self {
        case .scanner(let context, let problem, let mark, _): "yaml: \(Self.line(context?.mark, mark, 1))\(problem)"
        case .parser(let context, let problem, let mark, _): "yaml: \(Self.line(context?.mark, mark, 0))\(problem)"
        case .composer(_, _, let mark, let yaml): "yaml: unknown anchor '\(Self.anchor(yaml, at: mark))' referenced"
        case .reader(let problem, _, _, _): "yaml: \(problem)"
        default: "yaml: \(self)"
        }
    }

    /// The name of the alias that stands at a place.
    private static func anchor(_ yaml: String, at mark: Mark) -> String {
        let lines = yaml.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.indices.contains(mark.line - 1) else { return "" }
        return String(lines[mark.line - 1].dropFirst(mark.column).prefix { !$0.isWhitespace && !",]}".contains($0) })
    }

    /// Go counts lines from zero, and names none for the first.
    private static func line(_ context: Mark?, _ mark: Mark, _ added: Int) -> String {
        let line = [context, mark].compactMap { $0 }.first { $0.line > 1 }.map { $0.line - 1 + added }
        return line.map { "line \($0): " } ?? ""
    }
}

extension Value {
    /// YAML text in block style, keys in Go's order.
    func yaml() throws -> String {
        guard !hasControlCharacter else { throw YAMLProblem(message: "yaml: control characters are not allowed") }
        let text = try Yams.serialize(node: yamlNode, allowUnicode: true, sortKeys: false)
        // The mark of the end that follows kept line breaks says nothing here.
        return text.hasSuffix("\n...\n") ? String(text.dropLast(4)) : text
    }

    /// Whether a text within has a character that YAML cannot hold, and that JSON has no escape for.
    private var hasControlCharacter: Bool {
        switch self {
        case .string(let text): text.unicodeScalars.contains { (0x7f...0x9f).contains($0.value) && $0.value != 0x85 || (0xfffe...0xffff).contains($0.value) }
        case .array(let elements), .set(let elements): elements.contains(where: \.hasControlCharacter)
        case .object(let entries): entries.contains { $0.key.hasControlCharacter || $0.value.hasControlCharacter }
        default: false
        }
    }

    private var yamlNode: Node {
        switch self {
        case .null: return Node("null", Tag(.null))
        case .boolean(let boolean): return Node(boolean ? "true" : "false", Tag(.bool))
        case .number(let number):
            let text = UInt64(number.text).map { String($0) } ?? (number.text.hasPrefix("-") && number.double == 0 ? "-0" : number.integer.map { String($0) } ?? Formatter.goFloat(number.double, "g", nil))
            return Node(text, Tag(text.contains { ".e".contains($0) } ? .float : .int))
        case .string(let text): return Self.yamlNode(text)
        case .array(let elements), .set(let elements): return Node(elements.map(\.yamlNode), Tag(.seq), elements.isEmpty ? .flow : .block)
        case .object(let entries):
            let named = entries.map { entry -> (String, Value) in
                if case .string(let key) = entry.key { (key, entry.value) } else { (String(decoding: entry.key.json(), as: UTF8.self), entry.value) }
            }
            let nodes = named.sorted { Self.precedesInYAML($0.0, $1.0) }.map { (Self.yamlNode($0.0), $0.1.yamlNode) }
            return Node(nodes, Tag(.map), entries.isEmpty ? .flow : .block)
        }
    }

    /// Text that YAML would read as something else is quoted; text of several lines keeps them.
    private static func yamlNode(_ text: String) -> Node {
        if text.contains("\n") { return Node(text, Tag(.str), .literal) }
        if text == "=" || text == "<<" { return Node(text, Tag(.str), .plain) }
        let needsQuotes = text.isEmpty || Resolver.default.resolveTag(of: Node(text)) != .str || YAMLText.isReadOtherwise(text)
        return Node(text, Tag(.str), needsQuotes ? .doubleQuoted : .any)
    }

    /// Keys with numbers in them are in the order of the numbers.
    private static func precedesInYAML(_ a: String, _ b: String) -> Bool {
        let a = Array(a.unicodeScalars), b = Array(b.unicodeScalars)
        func isDigit(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.generalCategory == .decimalNumber }
        func isLetter(_ scalar: Unicode.Scalar) -> Bool { Character(scalar).isLetter }
        func number(_ text: [Unicode.Scalar], _ start: Int, _ first: Int) -> (value: Int, end: Int) {
            var value = first, end = start
            while end < text.count, isDigit(text[end]) {
                value = value &* 10 &+ Int(text[end].value) &- 0x30
                end += 1
            }
            return (value, end)
        }
        for position in 0..<min(a.count, b.count) {
            let x = a[position], y = b[position]
            if x == y { continue }
            if isLetter(x) && isLetter(y) { return x < y }
            if isLetter(x) || isLetter(y) { return isLetter(y) }
            var first = 0
            if x == "0" || y == "0" {
                let digits = a[..<position].reversed().prefix { isDigit($0) }
                if digits.contains(where: { $0 != "0" }) { first = 1 }
            }
            let left = number(a, position, first), right = number(b, position, first)
            if left.value != right.value { return left.value < right.value }
            if left.end != right.end { return left.end < right.end }
            return x < y
        }
        return a.count < b.count
    }
}

/// What readers of older YAML take for something else than text.
private enum YAMLText {
    private static let booleans: Set<String> = ["y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "n", "N", "no", "No", "NO", "off", "Off", "OFF"]

    static func isReadOtherwise(_ text: String) -> Bool { booleans.contains(text) || isBaseSixty(text) || isDay(text) }

    /// Days such as `2001-1-1`.
    private static func isDay(_ text: String) -> Bool { TimeLayout("2006-1-2").parse(text) != nil }

    /// Numbers such as `1:30`.
    private static func isBaseSixty(_ text: String) -> Bool {
        guard text.contains(":"), let first = text.utf8.first, first == UInt8(ascii: "+") || first == UInt8(ascii: "-") || (0x30...0x39).contains(first) else { return false }
        let parts = text.drop { $0 == "+" || $0 == "-" }.split(separator: ":", omittingEmptySubsequences: false)
        return parts.allSatisfy { part in !part.isEmpty && part.allSatisfy { $0.isASCII && ($0.isNumber || $0 == "_" || $0 == ".") } }
    }
}
