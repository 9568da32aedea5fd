/// Terms as OPA's messages write them.
extension Term: CustomStringConvertible {
    public var description: String {
        switch kind {
        case .null: return "null"
        case .boolean(let boolean): return boolean ? "true" : "false"
        case .number(let text): return text
        case .string(let text): return text.quotedForRego
        case .variable(let name): return name.hasPrefix("$") ? "_" : name
        case .ref(let ref): return ref.description
        case .array(let terms): return "[\(terms.map(\.description).joined(separator: ", "))]"
        case .object(let entries): return "{\(entries.map { "\($0.key): \($0.value)" }.joined(separator: ", "))}"
        case .set(let terms): return terms.isEmpty ? "set()" : "{\(terms.map(\.description).joined(separator: ", "))}"
        case .arrayComprehension(let head, let body): return "[\(head) | \(body.regoText)]"
        case .setComprehension(let head, let body): return "{\(head) | \(body.regoText)}"
        case .objectComprehension(let key, let value, let body): return "{\(key): \(value) | \(body.regoText)}"
        case .call(let call): return call.description
        case .templateString(let template):
            return "$\"" + template.parts.map { part in
                switch part {
                case .text(let text): String(text.quotedForRego.unicodeScalars.dropFirst().dropLast())
                case .term(let term): "{\(term)}"
                }
            }.joined() + "\""
        }
    }
}

extension Ref: CustomStringConvertible {
    public var description: String {
        var text = head.description
        for key in path {
            if case .string(let name) = key.kind, Ref.isPlainName(name) { text += "." + name } else { text += "[\(key)]" }
        }
        return text
    }

    /// Whether a segment is written behind a point. A keyword could be, but OPA writes it in brackets.
    static func isPlainName(_ name: String) -> Bool {
        guard Token.Keyword(rawValue: name) == nil, let first = name.utf8.first, first == 0x5f || (first | 0x20 >= 0x61 && first | 0x20 <= 0x7a) else { return false }
        return name.utf8.allSatisfy { $0 == 0x5f || ($0 >= 0x30 && $0 <= 0x39) || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7a) }
    }
}

extension Call: CustomStringConvertible {
    /// The name as written with dots, and brackets where a segment is not a plain name.
    public var name: String {
        var text = ""
        for segment in function {
            if text.isEmpty { text = segment.hasPrefix("$") ? "_" : segment } else if Ref.isPlainName(segment) { text += "." + segment } else { text += "[\(segment.quotedForRego)]" }
        }
        return text
    }

    public var description: String { "\(name)(\(arguments.map(\.description).joined(separator: ", ")))" }
}

extension Expression: CustomStringConvertible {
    /// Built-ins that are written between their operands, and how.
    static let infixSymbols = [
        "assign": ":=", "eq": "=", "equal": "==", "neq": "!=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">=", "plus": "+", "minus": "-", "mul": "*",
        "div": "/", "rem": "%", "and": "&", "or": "|",
    ]

    public var description: String {
        var text: String
        switch kind {
        case .term(let term):
            if case .call(let call) = term.kind, call.arguments.count == 2, call.function.count == 1, let symbol = Self.infixSymbols[call.function[0]] {
                text = "\(call.arguments[0]) \(symbol) \(call.arguments[1])"
            } else {
                text = term.description
            }
        case .some(let names): text = "some " + names.map(\.description).joined(separator: ", ")
        case .someIn(let key, let value, let domain): text = "some \(key.map { "\($0), " } ?? "")\(value) in \(domain)"
        case .every(let every): text = "every \(every.key.map { "\($0), " } ?? "")\(every.value) in \(every.domain) { \(every.body.regoText) }"
        }
        if isNegated { text = "not " + text }
        for modifier in withModifiers { text += " with \(modifier.target) as \(modifier.value)" }
        return text
    }
}

extension [Expression] {
    /// The literals in one line.
    public var regoText: String { map(\.description).joined(separator: "; ") }
}
