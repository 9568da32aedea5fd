/// Rules: heads, bodies and `else`.
extension ModuleWriter {
    mutating func write(_ rules: [Rule]) {
        for (position, rule) in rules.enumerated() {
            writeComments(before: rule.location.offset)
            if isAnotherBody(rule) {
                write(rule)
                mark(rule.location)
            } else {
                write(rule.location, orAsItIs: { $0.write(rule) })
            }
            endLine()
            let next = position + 1 < rules.count ? rules[position + 1] : nil
            if let next, isShort(rule), isShort(next), row(of: next.location.offset) == row(of: rule.location.offset) + 1 { continue }
            blankLine()
        }
    }

    /// Whether a rule is a further body behind the rule before, and its head in the source is that rule's.
    private func isAnotherBody(_ rule: Rule) -> Bool { !rule.isDefault && !text(of: rule.head.location).hasPrefix(rule.head.writtenName) }

    /// Whether no empty line is needed between a rule and one that stands right below it.
    private func isShort(_ rule: Rule) -> Bool { rule.body.count <= 1 && !rule.isDefault && style.usesIf && hasIf(rule) }

    /// Rego v0 has no `if` behind `p[x]`, which is a partial set.
    private func hasIf(_ rule: Rule) -> Bool { style.usesContains || rule.head.key == nil }

    private mutating func write(_ rule: Rule) {
        if rule.isDefault { write("default ") }
        writeName(of: rule.head)
        if let arguments = rule.head.arguments {
            write("(")
            if let open = next(UInt8(ascii: "("), before: rule.location.offset + rule.location.length) { mark(end: open + 1) }
            writeElements(arguments, in: rule.head.location) { $0.write($1) }
            write(")")
            // The closing parenthesis is part of no argument.
            if let close = next(UInt8(ascii: ")")) { mark(end: close + 1) }
        }
        writeKey(of: rule.head)
        let hasBody = hasBody(rule)
        if isValueWritten(rule.head, hasBody: hasBody) { writeValue(of: rule) }
        if hasBody { writeBody(of: rule) }
    }

    /// A body that is only true is as good as none.
    private func hasBody(_ rule: Rule) -> Bool {
        if rule.isDefault { return false }
        guard rule.elseRule.isEmpty, rule.body.count == 1, !rule.body[0].isNegated, rule.body[0].withModifiers.isEmpty, case .term(let term) = rule.body[0].kind else { return true }
        return !term.isTrue
    }

    // MARK: Heads

    private mutating func writeName(of head: Head) {
        write(head.writtenName)
        for key in head.path { writeKey(key) }
        guard text(of: head.location).hasPrefix(head.writtenName) else { return }
        if let last = head.path.last { mark(last.location) } else { mark(end: head.location.offset + head.writtenName.utf8.count) }
        if !head.path.isEmpty, let close = next(UInt8(ascii: "]")) { mark(end: close + 1) }
    }

    private mutating func writeKey(of head: Head) {
        guard let key = head.key else { return }
        write(style.usesContains ? " contains " : "[")
        write(key)
        if !style.usesContains { write("]") }
    }

    private func isValueWritten(_ head: Head, hasBody: Bool) -> Bool {
        guard head.key == nil else { return false }
        guard let value = head.value, style.isV1 || !value.isTrue || value.location.offset != head.location.offset else { return !hasBody && style.isV1 }
        return !hasBody || !value.isTrue || head.path.count == 1
    }

    private mutating func writeValue(of rule: Rule) {
        write(rule.head.isAssignment || style.isV1 ? " := " : " = ")
        guard let value = rule.head.value else { return write("true") }
        write(value)
    }

    // MARK: Bodies

    private mutating func writeBody(of rule: Rule) {
        let end = rule.location.offset + rule.location.length
        if style.usesIf, hasIf(rule) {
            write(" if")
            if let literal = onlyLiteral(of: rule.body, before: end) {
                write(" ")
                write(literal)
                mark(literal.location)
                // Braces around a single literal are left out.
                if let close = next(UInt8(ascii: "}"), before: end) { mark(end: close + 1) }
                return writeElse(of: rule)
            }
        }
        write(" ")
        writeBlock(rule.body, before: end)
        writeElse(of: rule)
    }

    /// The literal that needs no braces: alone, on the line of the head, and without a comment in its braces.
    private func onlyLiteral(of body: Body, before end: Int) -> Expression? {
        guard body.count == 1, !body[0].isSet, row(of: body[0].location.offset) == row(of: written) else { return nil }
        let literalEnd = body[0].location.offset + body[0].location.length
        return next(UInt8(ascii: "}"), after: literalEnd, before: end).map { hasComments(before: $0) } ?? false ? nil : body[0]
    }

    /// `{`, the literals, each on its line, and `}`.
    mutating func writeBlock(_ body: Body, before end: Int) {
        write("{")
        if let open = next(UInt8(ascii: "{"), before: body[0].location.offset + 1, skippingWords: true) { mark(end: open + 1) }
        endLine()
        indented { writer in
            writer.writeLiterals(body)
            writer.writeComments(before: writer.next(UInt8(ascii: "}"), before: end) ?? writer.written)
        }
        write("}")
        if let close = next(UInt8(ascii: "}"), before: end) { mark(end: close + 1) }
    }

    private mutating func writeElse(of rule: Rule) {
        guard let branch = rule.elseRule.first else { return }
        let begins = isFirstInLine(branch.location)
        if begins || hasComments(before: branch.location.offset) {
            endLine()
            blankLine()
            writeComments(before: branch.location.offset)
        } else {
            write(" ")
        }
        write("else")
        mark(end: branch.location.offset + "else".utf8.count)
        let hasBody = hasBody(branch)
        if let value = branch.head.value, !hasBody || !value.isTrue {
            writeValue(of: branch)
        } else if !hasBody {
            // What is only true, and has no value, says so.
            write(" := true")
        }
        if hasBody { writeBody(of: branch) }
    }
}

extension Term {
    fileprivate var isTrue: Bool { if case .boolean(true) = kind { true } else { false } }
}

extension Expression {
    /// Without its braces a set would be a body.
    fileprivate var isSet: Bool {
        guard !isNegated, case .term(let term) = kind else { return false }
        if case .set(let elements) = term.kind { return !elements.isEmpty }
        return false
    }
}

extension Head {
    /// The name as it is written: a wildcard has another one inside.
    fileprivate var writtenName: String { name.hasPrefix("$") ? "_" : name }
}
