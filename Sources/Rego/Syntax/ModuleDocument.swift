import Foundation

extension Module {
    /// The syntax tree as OPA writes it in JSON.
    public var document: Value {
        var fields: [(Value, Value)] = [("package", ["path": .array(package.terms.map(\.document))])]
        if !imports.isEmpty { fields.append(("imports", .array(imports.map(\.document)))) }
        if !rules.isEmpty { fields.append(("rules", .array(rules.map(\.document)))) }
        if !comments.isEmpty { fields.append(("comments", .array(comments.map(\.document)))) }
        return .makeObject(fields)
    }
}

extension Package {
    fileprivate var terms: [Term] { [Term(.variable("data"))] + path.map { Term(.string($0)) } }
}

extension Comment {
    /// The text is in base64, as Go writes bytes.
    fileprivate var document: Value {
        ["Text": .string(Data(text.utf8).base64EncodedString()), "Location": ["file": .string(location.file), "row": .number(Number(location.row)), "col": .number(Number(location.column))]]
    }
}

extension Import {
    fileprivate var document: Value {
        let terms = [Term(.variable(path[0]))] + path.dropFirst().map { Term(.string($0)) }
        var fields: [(Value, Value)] = [("path", ["type": "ref", "value": .array(terms.map(\.document))])]
        if let alias { fields.append(("alias", .string(alias))) }
        return .makeObject(fields)
    }
}

extension Rule {
    var document: Value {
        let always = [Expression(.term(Term(.boolean(true))))]
        var fields: [(Value, Value)] = [("head", head.document), ("body", (body.isEmpty ? always : body).document)]
        if isDefault { fields.append(("default", true)) }
        if let branch = elseRule.first { fields.append(("else", branch.document)) }
        return .makeObject(fields)
    }
}

extension Head {
    fileprivate var document: Value {
        let ref = [Term(.variable(name))] + path
        var fields: [(Value, Value)] = [("ref", .array(ref.map(\.document)))]
        if let arguments { fields.append(("args", .array(arguments.map(\.document)))) }
        if path.isEmpty || (path.count == 1 && key == nil && value != nil) { fields.append(("name", .string(name))) }
        if let key { fields.append(("key", key.document)) } else if path.count == 1 { fields.append(("key", path[0].document)) }
        if let value { fields.append(("value", value.document)) } else if key == nil { fields.append(("value", Term(.boolean(true)).document)) }
        if isAssignment { fields.append(("assign", true)) }
        return .makeObject(fields)
    }
}

extension [Expression] {
    var document: Value {
        .array(enumerated().map { position, expression in expression.document(position) })
    }
}

extension Expression {
    func document(_ position: Int) -> Value {
        var fields: [(Value, Value)] = [("index", .number(Number(position))), ("terms", terms(kind))]
        if isNegated { fields.append(("negated", true)) }
        if !withModifiers.isEmpty { fields.append(("with", .array(withModifiers.map { ["target": $0.target.reference, "value": $0.value.document] as Value }))) }
        return .makeObject(fields)
    }

    private func terms(_ kind: Kind) -> Value {
        switch kind {
        case .term(let term):
            if case .call(let call) = term.kind { return call.document }
            return term.document
        case .some(let names): return ["symbols": .array(names.map(\.document))]
        case .someIn(let key, let value, let domain):
            let operands = [key, value, domain].compactMap(\.self)
            let call = Call(function: ["internal", operands.count == 3 ? "member_3" : "member_2"], arguments: operands)
            return ["symbols": [Term(.call(call)).document]]
        case .every(let every):
            return ["key": every.key?.document ?? .null, "value": every.value.document, "domain": every.domain.document, "body": every.body.document]
        }
    }
}

extension Call {
    /// The operator, then the operands.
    fileprivate var document: Value {
        let names = function.first == "internal.member_2" || function.first == "internal.member_3" ? function[0].split(separator: ".").map(String.init) : function
        let parts = operatorParts ?? []
        let terms = operatorTerm.isEmpty || parts.isEmpty ? [Term(.variable(names[0]))] + names.dropFirst().map { Term(.string($0)) } : parts
        return .array([["type": "ref", "value": .array(terms.map(\.document))]] + arguments.map(\.document))
    }
}

extension Term {
    /// `{"type", "value"}`.
    var document: Value {
        let (type, value) = parts
        return ["type": .string(type), "value": value]
    }

    private var parts: (type: String, value: Value) {
        switch kind {
        case .null: return ("null", [:])
        case .boolean(let flag): return ("boolean", .boolean(flag))
        case .number(let text): return ("number", Number(literal: text).map { .number($0) } ?? .string(text))
        case .string(let text): return ("string", .string(text))
        case .variable(let name): return ("var", .string(name))
        case .ref(let ref): return ("ref", .array(([ref.head] + ref.path).map(\.document)))
        case .array(let terms): return ("array", .array(terms.map(\.document)))
        case .set(let terms): return ("set", .array(terms.sorted(by: Self.precedes).map(\.document)))
        case .object(let entries):
            return ("object", .array(entries.sorted { Self.precedes($0.key, $1.key) }.map { .array([$0.key.document, $0.value.document]) }))
        case .arrayComprehension(let head, let body): return ("arraycomprehension", ["term": head.document, "body": body.document])
        case .setComprehension(let head, let body): return ("setcomprehension", ["term": head.document, "body": body.document])
        case .objectComprehension(let key, let value, let body): return ("objectcomprehension", ["key": key.document, "value": value.document, "body": body.document])
        case .call(let call): return ("call", call.document)
        case .templateString(let template):
            let parts = template.parts.map { part in
                switch part {
                case .text(let text): Term(.string(text)).document
                case .term(let term): Expression(.term(term)).document(0)
                }
            }
            return ("templatestring", ["multi_line": .boolean(template.isRaw), "parts": .array(parts)])
        }
    }

    /// A variable as a reference of one part.
    fileprivate var reference: Value {
        if case .variable = kind { return ["type": "ref", "value": [document]] }
        return document
    }

    /// OPA's order of terms: by kind, then by value.
    private static func precedes(_ a: Term, _ b: Term) -> Bool {
        let left = a.parts, right = b.parts
        let order = ["null", "boolean", "number", "string", "var", "ref", "array", "object", "set", "arraycomprehension", "objectcomprehension", "setcomprehension", "call"]
        let ranks = (order.firstIndex(of: left.type) ?? order.count, order.firstIndex(of: right.type) ?? order.count)
        return ranks.0 == ranks.1 ? left.value < right.value : ranks.0 < ranks.1
    }
}
