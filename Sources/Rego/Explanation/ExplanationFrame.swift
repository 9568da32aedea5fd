/// What the variables of a body are at one of its literals, and where they have it from.
struct ExplanationFrame: Sendable {
    /// Where a variable has its value from.
    indirect enum Definition: Sendable {
        /// `x := term`
        case term(Term)
        /// `some x in term`, `some key, x in term`
        case element(of: Term, key: Term?)
        /// The argument of a function, in the body that calls it.
        case argument(Term, ExplanationFrame)
    }

    var values: [String: Value] = [:]
    var definitions: [String: Definition] = [:]
    /// What the variables are defined in: the body, behind those around it.
    var body: Body = []

    /// With what the literals of a body define.
    func entering(_ body: Body) -> ExplanationFrame {
        var frame = self
        frame.body += body
        for literal in body where !literal.isNegated && literal.withModifiers.isEmpty {
            switch literal.kind {
            case .someIn(let key, let value, let domain): frame.define(value, .element(of: domain, key: key))
            case .term(let term):
                guard case .call(let call) = term.kind, call.arguments.count == 2, ["assign", "eq"].contains(call.function.joined(separator: ".")) else { continue }
                if !frame.define(call.arguments[0], .term(call.arguments[1])) { frame.define(call.arguments[1], .term(call.arguments[0])) }
            default: break
            }
        }
        return frame
    }

    @discardableResult private mutating func define(_ variable: Term, _ definition: Definition) -> Bool {
        guard case .variable(let name) = variable.kind, VariableCollection.isVariable(name), definitions[name] == nil else { return false }
        definitions[name] = definition
        return true
    }

    func adding(_ solution: [String: Value]) -> ExplanationFrame {
        var frame = self
        frame.values.merge(solution) { $1 }
        return frame
    }

    func definition(of term: Term) -> Definition? {
        guard case .variable(let name) = term.kind else { return nil }
        return definitions[name]
    }
}

extension Term {
    /// The name and operands of a call.
    var called: (name: String, arguments: [Term])? {
        guard case .call(let call) = kind else { return nil }
        return (call.function.joined(separator: "."), call.arguments)
    }
}
