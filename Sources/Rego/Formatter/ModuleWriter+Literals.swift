/// The literals of bodies.
extension ModuleWriter {
    /// Each on its line, with the empty lines between them that were there.
    mutating func writeLiterals(_ body: Body) {
        for (position, literal) in body.enumerated() {
            if position > 0, row(of: literal.location.offset) > lastRow(of: body[position - 1].location) + 1 { blankLine() }
            writeComments(before: literal.location.offset)
            write(literal.location, orAsItIs: { $0.write(literal) })
            endLine()
        }
    }

    mutating func write(_ literal: Expression) {
        if literal.isNegated { write("not ") }
        switch literal.kind {
        case .term(let term): writeStatement(term)
        case .some(let names): writeNames(names)
        case .someIn(let key, let value, let domain):
            write("some ")
            writeMembership((key.map { [$0] } ?? []) + [value], domain)
        case .every(let every): write(every, before: literal.location.offset + literal.location.length)
        }
        write(literal.withModifiers)
    }

    private mutating func writeNames(_ names: [Term]) {
        write("some ")
        for (position, name) in names.enumerated() {
            if position > 0 {
                write(",")
                if row(of: name.location.offset) > row(of: names[position - 1].location.offset) {
                    endLine()
                    write("\t")
                } else {
                    write(" ")
                }
            }
            write(name)
        }
    }

    private mutating func write(_ every: Every, before end: Int) {
        write("every ")
        if let key = every.key {
            write(key)
            write(", ")
        }
        write(every.value)
        write(" in ")
        write(every.domain)
        write(" ")
        let isOneLine = every.body.allSatisfy { row(of: $0.location.offset) == row(of: written) }
        guard isOneLine else { return writeBlock(every.body, before: end) }
        write("{ ")
        writeInLine(every.body)
        write(" }")
    }

    mutating func writeInLine(_ body: Body) {
        for (position, literal) in body.enumerated() {
            if position > 0 { write("; ") }
            write(literal)
            mark(literal.location)
        }
    }

    /// Modifiers stay on the line of what they modify, or below it one step in, as they were written.
    private mutating func write(_ modifiers: [WithModifier]) {
        var isIndented = false
        for modifier in modifiers {
            if row(of: modifier.location.offset) > row(of: written) {
                endLine()
                writeComments(before: modifier.location.offset)
                isIndented = true
                indented { $0.write(modifier) }
            } else {
                write(" ")
                if isIndented { indented { $0.write(modifier) } } else { write(modifier) }
            }
        }
    }

    private mutating func write(_ modifier: WithModifier) {
        write("with ")
        write(modifier.target)
        write(" as ")
        write(modifier.value)
        mark(modifier.location)
    }
}
