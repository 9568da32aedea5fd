/// Rego's total order: null < boolean < number < string < array < object < set.
extension Value: Comparable {
    private var rank: Int {
        switch self {
        case .null: 0
        case .boolean: 1
        case .number: 2
        case .string: 3
        case .array: 4
        case .object: 5
        case .set: 6
        }
    }

    public static func < (a: Value, b: Value) -> Bool { order(a, b) < 0 }

    /// Strings are equal where their bytes are: `é` as one code point or as two are different strings in Rego.
    public static func == (a: Value, b: Value) -> Bool { order(a, b) == 0 }

    static func order(_ a: Value, _ b: Value) -> Int {
        if a.rank != b.rank { return a.rank - b.rank }
        switch (a, b) {
        case (.boolean(let x), .boolean(let y)): return x == y ? 0 : (x ? 1 : -1)
        case (.number(let x), .number(let y)): return x < y ? -1 : (x == y ? 0 : 1)
        case (.string(let x), .string(let y)): return order(x, y)
        case (.array(let x), .array(let y)), (.set(let x), .set(let y)): return order(x, y)
        case (.object(let x), .object(let y)):
            for (left, right) in zip(x, y) {
                let keys = order(left.key, right.key)
                if keys != 0 { return keys }
                let values = order(left.value, right.value)
                if values != 0 { return values }
            }
            return x.count - y.count
        default: return 0
        }
    }

    private static func order(_ x: [Value], _ y: [Value]) -> Int {
        for (left, right) in zip(x, y) {
            let elements = order(left, right)
            if elements != 0 { return elements }
        }
        return x.count - y.count
    }

    /// By bytes, as Go compares strings; Swift's own order is by canonical equivalence.
    static func order(_ x: String, _ y: String) -> Int {
        if x.utf8.elementsEqual(y.utf8) { return 0 }
        return x.utf8.lexicographicallyPrecedes(y.utf8) ? -1 : 1
    }

    /// A set of these members: sorted, without duplicates.
    public static func makeSet(_ members: [Value]) -> Value {
        var unique: [Value] = []
        for member in members.sorted() where unique.last.map({ order($0, member) != 0 }) ?? true { unique.append(member) }
        return .set(unique)
    }

    /// An object of these entries, sorted by key; of equal keys the last one counts.
    public static func makeObject(_ pairs: [(Value, Value)]) -> Value {
        var entries: [ObjectEntry] = []
        for (_, pair) in pairs.enumerated().sorted(by: { a, b in
            let keys = order(a.element.0, b.element.0)
            return keys == 0 ? a.offset < b.offset : keys < 0
        }) {
            if let last = entries.last, order(last.key, pair.0) == 0 {
                entries[entries.count - 1].value = pair.1
            } else {
                entries.append(ObjectEntry(key: pair.0, value: pair.1))
            }
        }
        return .object(entries)
    }

    /// The value of a string key of an object.
    public subscript(key: String) -> Value? {
        guard case .object(let entries) = self else { return nil }
        return entries.first { $0.key == .string(key) }?.value
    }

    /// The value as Rego writes it: `{1, 2}`, `set()`, `{"a": [true]}`.
    public var regoText: String {
        switch self {
        case .null: return "null"
        case .boolean(let boolean): return boolean ? "true" : "false"
        case .number(let number): return number.text
        case .string(let text): return text.quotedForRego
        case .array(let elements): return "[\(elements.map(\.regoText).joined(separator: ", "))]"
        case .set(let members): return members.isEmpty ? "set()" : "{\(members.map(\.regoText).joined(separator: ", "))}"
        case .object(let entries): return "{\(entries.map { "\($0.key.regoText): \($0.value.regoText)" }.joined(separator: ", "))}"
        }
    }
}

extension String {
    /// In double quotes, escaped as Go's `strconv.Quote` does.
    var quotedForRego: String {
        var result = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{07}": result += "\\a"
            case "\u{08}": result += "\\b"
            case "\u{0c}": result += "\\f"
            case "\u{0b}": result += "\\v"
            case _ where !scalar.isPrintableInGo: result += scalar.goEscape
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

extension Unicode.Scalar {
    /// Letters, marks, numbers, punctuation, symbols, and the space of ASCII: what Go's quoting leaves as it is.
    var isPrintableInGo: Bool {
        if isASCII { return value >= 0x20 && value < 0x7f }
        return switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator, .spaceSeparator: false
        default: true
        }
    }

    /// As Go escapes what cannot be printed.
    var goEscape: String {
        let digits = String(value, radix: 16)
        let (mark, width) = value < 0x80 ? ("\\x", 2) : (value < 0x10000 ? ("\\u", 4) : ("\\U", 8))
        return mark + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
