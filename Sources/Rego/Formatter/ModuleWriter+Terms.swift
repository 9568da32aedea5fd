/// Terms: values, references, calls and comprehensions.
extension ModuleWriter {
    mutating func write(_ term: Term) {
        switch term.kind {
        case .null, .boolean, .number, .variable: write(term.description)
        case .string(let text): write(string(text, term.location))
        case .templateString: write(text(of: term.location))
        case .ref(let ref):
            writeOperand(ref.head)
            for key in ref.path { writeKey(key) }
        case .array(let terms): writeCollection("[", "]", terms, term.location) { $0.writeElement($1) }
        case .set(let terms) where terms.isEmpty: write("set()")
        case .set(let terms): writeCollection("{", "}", terms, term.location) { $0.writeElement($1) }
        case .object(let entries):
            writeCollection("{", "}", entries, term.location) { writer, entry in
                writer.writeElement(entry.key)
                writer.write(": ")
                writer.writeElement(entry.value)
            }
        case .arrayComprehension(let head, let body): writeComprehension("[", "]", [head], body, term.location)
        case .setComprehension(let head, let body): writeComprehension("{", "}", [head], body, term.location)
        case .objectComprehension(let key, let value, let body): writeComprehension("{", "}", [key, value], body, term.location)
        case .call(let call): write(call, term.location)
        }
        mark(term.location)
    }

    /// As it was written; OPA's own form where it was not written as a string, such as a name behind a point.
    private func string(_ text: String, _ location: SourceLocation) -> String {
        let written = self.text(of: location)
        guard written.utf8.count > 1, let first = written.utf8.first, first == written.utf8.last, first == UInt8(ascii: "\"") || first == UInt8(ascii: "`") else { return text.quotedForRego }
        return written
    }

    // MARK: References

    /// What follows in a reference: a name behind a point where it can be one, anything else in brackets.
    mutating func writeKey(_ key: Term) {
        if case .string(let name) = key.kind, Ref.isPlainName(name) || Token.Keyword(rawValue: name) != nil && text(of: key.location) == name {
            write("." + name)
            return mark(key.location)
        }
        write("[")
        write(key)
        write("]")
    }

    // MARK: Collections

    private mutating func writeCollection<Element: Located>(
        _ open: String, _ close: String, _ elements: [Element], _ location: SourceLocation, _ write: (inout ModuleWriter, Element) -> Void
    ) {
        self.write(open)
        mark(end: location.offset + 1)
        writeElements(elements, in: location, write)
        self.write(close)
    }

    /// Elements in lines as they were in lines; where there are several, a comma behind the last.
    mutating func writeElements<Element: Located>(_ elements: [Element], in location: SourceLocation, _ write: (inout ModuleWriter, Element) -> Void) {
        guard let first = elements.first else { return }
        let rows = elements.map { row(of: $0.location.offset) }
        let isMultiline = row(of: first.location.offset) > row(of: written) || zip(rows, rows.dropFirst()).contains { $0 < $1 }
        guard isMultiline else {
            for (position, element) in elements.enumerated() {
                if position > 0 { self.write(", ") }
                write(&self, element)
            }
            return
        }
        endLine()
        indented { writer in
            for (position, element) in elements.enumerated() {
                let begins = position == 0 || rows[position] > rows[position - 1]
                if begins { writer.writeComments(before: element.location.offset) } else { writer.write(" ") }
                write(&writer, element)
                writer.write(",")
                if position + 1 == elements.count || rows[position + 1] > rows[position] { writer.endLine() }
            }
            writer.writeComments(before: location.offset + location.length - 1)
        }
    }

    /// An element of a collection, where `|` would begin a body.
    private mutating func writeElement(_ term: Term) {
        if case .call(let call) = term.kind, call.infixSymbol == "|" { writeInParentheses(term) } else { write(term) }
    }

    private mutating func writeComprehension(_ open: String, _ close: String, _ heads: [Term], _ body: Body, _ location: SourceLocation) {
        write(open)
        mark(end: location.offset + 1)
        let headRow = row(of: heads[0].location.offset)
        if headRow > row(of: location.offset) {
            endLine()
            writeComments(before: heads[0].location.offset)
        }
        for (position, head) in heads.enumerated() {
            if position > 0 { write(": ") }
            writeOperand(head)
        }
        write(" |")
        if let bar = next(UInt8(ascii: "|")) { mark(end: bar + 1) }
        let rows = body.map { row(of: $0.location.offset) }
        if rows.contains(where: { $0 > headRow }) {
            endLine()
            indented { writer in
                writer.writeLiterals(body)
                writer.writeComments(before: location.offset + location.length - 1)
            }
        } else {
            write(" ")
            writeInLine(body)
        }
        write(close)
    }

    // MARK: Calls

    /// A term as a literal: its operator needs no parentheses, nor do stronger ones in it, except where a body `{a | b}` would be a comprehension.
    mutating func writeStatement(_ term: Term) {
        guard case .call(let call) = term.kind else { return write(term) }
        if let members = call.members { return writeMembership(members.elements, members.domain) }
        guard let symbol = call.infixSymbol, call.negated == nil else { return write(term) }
        guard symbol != "|" else { return writeInParentheses(term) }
        for (position, argument) in call.arguments.enumerated() {
            if position > 0 { write(" \(symbol) ") }
            if case .call(let inner) = argument.kind, inner.isOperation, inner.strength <= call.strength || inner.infixSymbol == "|" { writeInParentheses(argument) } else { write(argument) }
        }
        mark(term.location)
    }

    private mutating func write(_ call: Call, _ location: SourceLocation) {
        if let members = call.members {
            // In a list, `k, v in xs` would be two elements.
            if members.elements.count > 1 { write("(") }
            writeMembership(members.elements, members.domain)
            if members.elements.count > 1 { write(")") }
        } else if let negated = call.negated {
            write("-")
            writeOperand(negated)
        } else if let symbol = call.infixSymbol {
            writeOperand(call.arguments[0])
            write(" \(symbol) ")
            writeOperand(call.arguments[1])
        } else {
            writeFunction(of: call)
            write("(")
            mark(call.functionLocation)
            if let open = next(UInt8(ascii: "(")) { mark(end: open + 1) }
            writeElements(call.arguments, in: location) { $0.write($1) }
            write(")")
        }
    }

    private mutating func writeFunction(of call: Call) {
        if let term = call.operatorTerm.first { return write(term) }
        write(call.function[0].hasPrefix("$") ? "_" : call.function[0])
        for name in call.function.dropFirst() { write(Ref.isPlainName(name) || text(of: call.functionLocation).hasSuffix("." + name) ? "." + name : "[\(name.quotedForRego)]") }
    }

    mutating func writeMembership(_ elements: [Term], _ domain: Term) {
        for (position, element) in elements.enumerated() {
            if position > 0 { write(", ") }
            writeOperand(element)
        }
        write(" in ")
        writeOperand(domain)
    }

    /// A term beside an operator, or before a point: operations stand in parentheses, whatever is stronger.
    private mutating func writeOperand(_ term: Term) {
        guard case .call(let call) = term.kind, call.isOperation else { return write(term) }
        writeInParentheses(term)
    }

    private mutating func writeInParentheses(_ term: Term) {
        if case .call(let call) = term.kind, call.members.map({ $0.elements.count > 1 }) ?? false { return write(term) }
        write("(")
        write(term)
        write(")")
    }
}

/// What has a place in the source.
protocol Located {
    var location: SourceLocation { get }
}

extension Term: Located {}

extension Term.ObjectEntry: Located {
    var location: SourceLocation { key.location }
}

extension Call {
    /// The symbol of a call that is written between its two operands.
    fileprivate var infixSymbol: String? { function.count == 1 && arguments.count == 2 ? Expression.infixSymbols[function[0]] : nil }

    /// What `in` stands between.
    fileprivate var members: (elements: [Term], domain: Term)? {
        guard name == "internal.member_2" || name == "internal.member_3", let domain = arguments.last, arguments.count == (name.hasSuffix("2") ? 2 : 3) else { return nil }
        return (Array(arguments.dropLast()), domain)
    }

    /// The operand of a minus that stands before a name: what the parser takes it from has no place of its own.
    fileprivate var negated: Term? {
        guard isInfix, function == ["minus"], arguments[0].location == functionLocation else { return nil }
        return arguments[1]
    }

    fileprivate var isOperation: Bool { members != nil || infixSymbol != nil && negated == nil }

    /// How strongly an operation binds its operands.
    fileprivate var strength: Int {
        guard let symbol = infixSymbol else { return 1 }
        return switch symbol {
        case ":=", "=": 0
        case "==", "!=", "<", "<=", ">", ">=": 2
        case "|": 3
        case "&": 4
        case "+", "-": 5
        default: 6
        }
    }
}
