import Rego

/// Questions that many rules ask about terms.
extension Term {
    var variableName: String? { if case .variable(let name) = kind { name } else { nil } }
    /// A variable that is not `input` or `data`, and has a name.
    var localName: String? { variableName.flatMap { $0.hasPrefix("$") || $0 == "input" || $0 == "data" ? nil : $0 } }
    var isWildcard: Bool { variableName?.hasPrefix("$") == true }
    var stringValue: String? { if case .string(let text) = kind { text } else { nil } }
    var ref: Ref? { if case .ref(let ref) = kind { ref } else { nil } }
    var call: Call? { if case .call(let call) = kind { call } else { nil } }
    var isBoolean: Bool { if case .boolean = kind { true } else { false } }
    func isBoolean(_ value: Bool) -> Bool { if case .boolean(value) = kind { true } else { false } }
    /// A number, string, boolean, or null.
    var isScalar: Bool {
        switch kind {
        case .null, .boolean, .number, .string: true
        default: false
        }
    }
    /// A literal in which no variable, reference or call is.
    var isConstant: Bool { constant != nil }
    var isClosure: Bool {
        switch kind {
        case .arrayComprehension, .setComprehension, .objectComprehension: true
        default: false
        }
    }

    /// `[]`, `{}` or `set()`.
    var isEmptyCollection: Bool {
        switch kind {
        case .array(let terms), .set(let terms): terms.isEmpty
        case .object(let entries): entries.isEmpty
        default: false
        }
    }
    var isObject: Bool { if case .object = kind { true } else { false } }

    /// `input.a.b` as text where every key is a text; `input.a[_].b` has none.
    var fixedPath: String? { constantReference?.joined(separator: ".") }

    /// The variable that a reference begins with, or that the term is.
    var rootName: String? { localName ?? ref?.head.localName }

    /// Calls `visit` for the term and everything in it, closures included.
    func visit(_ visit: (Term) -> Void) {
        visit(self)
        switch kind {
        case .null, .boolean, .number, .string, .variable: break
        case .ref(let ref):
            ref.head.visit(visit)
            for part in ref.path { part.visit(visit) }
        case .array(let terms), .set(let terms): for term in terms { term.visit(visit) }
        case .object(let entries):
            for entry in entries {
                entry.key.visit(visit)
                entry.value.visit(visit)
            }
        case .arrayComprehension(let head, let body), .setComprehension(let head, let body):
            head.visit(visit)
            body.visit(visit)
        case .objectComprehension(let key, let value, let body):
            key.visit(visit)
            value.visit(visit)
            body.visit(visit)
        case .call(let call): for argument in call.arguments { argument.visit(visit) }
        case .templateString(let template): for case .term(let term) in template.parts { term.visit(visit) }
        }
    }

    /// Names of all variables in the term; wildcards and root documents left out.
    var variableNames: Set<String> {
        var names: Set<String> = []
        visit { if let name = $0.localName { names.insert(name) } }
        return names
    }
}

extension Expression {
    /// Calls `visit` for every term of the literal, nested bodies included.
    func visit(_ visit: (Term) -> Void) {
        switch kind {
        case .term(let term): term.visit(visit)
        case .some(let names): for name in names { name.visit(visit) }
        case .someIn(let key, let value, let domain):
            key?.visit(visit)
            value.visit(visit)
            domain.visit(visit)
        case .every(let every):
            every.key?.visit(visit)
            every.value.visit(visit)
            every.domain.visit(visit)
            every.body.visit(visit)
        }
        for modifier in withModifiers {
            modifier.target.visit(visit)
            modifier.value.visit(visit)
        }
    }

    var variableNames: Set<String> {
        var names: Set<String> = []
        visit { if let name = $0.localName { names.insert(name) } }
        return names
    }

    /// The two sides of a literal that compares, assigns or unifies.
    func sides(of operators: String...) -> (left: Term, right: Term, name: String)? {
        guard case .term(let term) = kind, let call = term.call, call.isInfix, call.arguments.count == 2, operators.contains(call.function[0]) else { return nil }
        return (call.arguments[0], call.arguments[1], call.function[0])
    }
}

extension [Expression] {
    func visit(_ visit: (Term) -> Void) { for expression in self { expression.visit(visit) } }
}

extension Rule {
    /// The body was not written.
    var hasNoBody: Bool { body.allSatisfy(\.isGenerated) }
    /// `a.b.c` of the head; keys that are not text end it.
    var dottedName: String {
        var name = head.name
        for part in head.path {
            guard let text = part.stringValue else { break }
            name += "." + text
        }
        return name
    }
    /// The head's value where it is written, else `true`.
    var valueText: String { head.key?.description ?? head.value?.description ?? "true" }
    var isTest: Bool { head.name.hasPrefix("test_") }
    var elseBranch: Rule? { elseRule.first }
}
