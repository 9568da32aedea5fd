import Rego

/// A syntax tree as indented lines, one a node.
struct SyntaxOutline {
    private(set) var text = "module\n"

    init(_ module: Value) {
        add("package", module["package"]?["path"], 1)
        for item in Self.elements(module["imports"]) {
            line("import", 1)
            node(item["path"], 2)
            if case .string(let alias)? = item["alias"] { line("as \(alias)", 2) }
        }
        for rule in Self.elements(module["rules"]) { self.rule(rule, 1) }
    }

    private static func elements(_ value: Value?) -> [Value] { if case .array(let elements)? = value { elements } else { [] } }

    private mutating func line(_ title: String, _ depth: Int) { text += String(repeating: " ", count: depth) + title + "\n" }

    /// A title, and the terms of a list as a reference below it.
    private mutating func add(_ title: String, _ terms: Value?, _ depth: Int) {
        line(title, depth)
        line("ref", depth + 1)
        for term in Self.elements(terms) { node(term, depth + 2) }
    }

    private mutating func rule(_ rule: Value, _ depth: Int, title: String = "rule") {
        line(rule["default"] == nil ? title : "default \(title)", depth)
        add("head", rule["head"]?["ref"], depth + 1)
        for argument in Self.elements(rule["head"]?["args"]) { node(argument, depth + 2) }
        for part in ["key", "value"] where rule["head"]?[part] != nil {
            line(part, depth + 2)
            node(rule["head"]?[part], depth + 3)
        }
        body(rule["body"], depth + 1)
        if let branch = rule["else"] { self.rule(branch, depth + 1, title: "else") }
    }

    private mutating func body(_ literals: Value?, _ depth: Int) {
        line("body", depth)
        for literal in Self.elements(literals) {
            line(literal["negated"] == nil ? "expr" : "expr negated", depth + 1)
            terms(literal["terms"], depth + 2)
            for modifier in Self.elements(literal["with"]) {
                line("with", depth + 2)
                node(modifier["target"], depth + 3)
                node(modifier["value"], depth + 3)
            }
        }
    }

    private mutating func terms(_ terms: Value?, _ depth: Int) {
        guard let terms else { return }
        if case .array(let parts) = terms {
            for part in parts { node(part, depth) }
        } else if let symbols = terms["symbols"] {
            line("some", depth)
            for symbol in Self.elements(symbols) { node(symbol, depth + 1) }
        } else if let domain = terms["domain"] {
            line("every", depth)
            if let key = terms["key"], key != .null { node(key, depth + 1) }
            node(terms["value"], depth + 1)
            node(domain, depth + 1)
            body(terms["body"], depth + 1)
        } else {
            node(terms, depth)
        }
    }

    private mutating func node(_ term: Value?, _ depth: Int) {
        guard let term, case .string(let type)? = term["type"], let value = term["value"] else {
            if let inner = term?["terms"] { terms(inner, depth) }
            return
        }
        switch type {
        case "var": if case .string(let name) = value { line(name, depth) }
        case "null": line("null", depth)
        case "boolean", "number", "string": line(String(decoding: value.json(escapesHTML: false), as: UTF8.self), depth)
        case "object":
            line(type, depth)
            for entry in Self.elements(value) { for part in Self.elements(entry) { node(part, depth + 1) } }
        case "templatestring":
            line(type, depth)
            for part in Self.elements(value["parts"]) { node(part, depth + 1) }
        case "arraycomprehension", "setcomprehension", "objectcomprehension":
            line(type, depth)
            for part in ["key", "value", "term"] where value[part] != nil { node(value[part], depth + 1) }
            body(value["body"], depth + 1)
        default:
            line(type, depth)
            for part in Self.elements(value) { node(part, depth + 1) }
        }
    }
}
