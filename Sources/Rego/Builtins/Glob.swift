/// A glob pattern: `*` within a segment, `**` across, `?`, `[a-z]`, `{a,b}`, backslash escapes.
///
/// Compiled into the text of a regular expression, so that matching is linear in the text (semantics of gobwas/glob, which OPA uses).
enum Glob {
    static func expression(_ pattern: String, delimiters: [Unicode.Scalar]) throws(BuiltinError) -> String {
        let scalars = Array(pattern.unicodeScalars)
        if let overlapping = overlapping(scalars, delimiters) { return overlapping }
        let other = delimiters.isEmpty ? "[\\x{0}-\\x{10ffff}]" : "[^" + delimiters.map(classText).joined() + "]"
        var result = "^(?s:"
        var position = 0
        var depth = 0
        while position < scalars.count {
            let scalar = scalars[position]
            position += 1
            switch scalar {
            case "*":
                if position < scalars.count, scalars[position] == "*" {
                    position += 1
                    result += ".*"
                } else {
                    result += other + "*"
                }
            case "?": result += other
            case "\\":
                guard position < scalars.count else { break }
                result += Builtin.quoted(String(scalars[position]))
                position += 1
            case "[":
                result += try range(scalars, &position)
            case "{":
                depth += 1
                result += "(?:"
            case "}" where depth > 0:
                depth -= 1
                result += ")"
            case "," where depth > 0: result += "|"
            default: result += Builtin.quoted(String(scalar))
            }
        }
        // What is not closed is closed at the end.
        return result + String(repeating: ")", count: depth + 1) + "$"
    }

    /// What follows `[`: `!` for any but these, then two characters with `-` between them, or characters one by one, in which `\\` escapes.
    private static func range(_ scalars: [Unicode.Scalar], _ position: inout Int) throws(BuiltinError) -> String {
        func next() throws(BuiltinError) -> Unicode.Scalar {
            guard position < scalars.count else { throw .failure("unexpected end of input") }
            position += 1
            return scalars[position - 1]
        }
        var first = try next()
        let isNegated = first == "!"
        if isNegated { first = try next() }
        var members = ""
        if position < scalars.count, scalars[position] == "-" {
            position += 1
            let last = try next()
            guard try next() == "]" else { throw .failure("expected close range character") }
            guard first <= last else { throw .failure("hi character '\(last)' should be greater than lo '\(first)'") }
            members = "\(classText(first))-\(classText(last))"
        } else {
            var member = first
            while member != "]" {
                members += classText(member == "\\" ? try next() : member)
                member = try next()
            }
            guard !members.isEmpty else { throw .failure("could not parse range") }
        }
        return "[\(isNegated ? "^" : "")\(members)]"
    }

    /// OPA matches a text, `**` and a text by the beginning and the end alone, so that they may overlap: `a**a` matches `a`.
    private static func overlapping(_ pattern: [Unicode.Scalar], _ delimiters: [Unicode.Scalar]) -> String? {
        func isPlain(_ text: ArraySlice<Unicode.Scalar>) -> Bool { !text.isEmpty && !text.contains { "*?[]{},\\".unicodeScalars.contains($0) } }
        guard let star = pattern.firstIndex(of: "*") else { return nil }
        let isDouble = star + 1 < pattern.count && pattern[star + 1] == "*"
        guard isDouble || delimiters.isEmpty else { return nil }
        let before = pattern[..<star], after = pattern[(star + (isDouble ? 2 : 1))...]
        guard isPlain(before), isPlain(after) else { return nil }
        let common = (1...min(before.count, after.count)).filter { before.suffix($0) == after.prefix($0) }
        let short = common.map { Builtin.quoted(text(before + after.dropFirst($0))) }
        let long = "\(Builtin.quoted(text(before))).*\(Builtin.quoted(text(after)))"
        return "^(?s:\((short + [long]).joined(separator: "|")))$"
    }

    private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String { String(String.UnicodeScalarView(scalars)) }

    private static func classText(_ scalar: Unicode.Scalar) -> String { "\\x{\(String(scalar.value, radix: 16))}" }
}

extension Builtin {
    static let glob: [Builtin] = [
        Builtin("glob.match", ["pattern": .string, "delimiters": .anyOf(.null, .array(of: .string)), "match": .string], returns: .boolean, "True where the whole text fits a glob pattern; delimiters end segments, a dot where the list is empty.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let text = try call.utf8(2)
            let pattern = try call.utf8(0)
            let identity = IdentityCache<RegularExpression>.Key(call[0], call[1])
            if let known = call.context.globs[identity] { return .boolean(known.matches(text)) }
            var delimiters: [Unicode.Scalar] = []
            switch call[1].tag {
            case .null: break
            case .array:
                if call[1].count == 0 { delimiters = ["."] }
                for delimiter in call[1].elements {
                    guard delimiter.tag == .string else { throw .type("operand 2 must be array of strings but got array containing \(delimiter.typeName)") }
                    let scalars = delimiter.text.unicodeScalars
                    guard scalars.count == 1, let only = scalars.first else { throw .type("operand 2 must be array of runes but got array containing string") }
                    delimiters.append(only)
                }
            default: throw call.mismatch(1, "one of {array, null}")
            }
            let source = String(decoding: pattern, as: UTF8.self)
            let key = source + "\u{0}" + String(String.UnicodeScalarView(delimiters))
            let expression = try call.context.cache.value(kind: "glob", source: key) { () throws(BuiltinError) in
                let bytes = Array(try Glob.expression(source, delimiters: delimiters).utf8)
                return try bytes.withUnsafeBufferPointer { (buffer) throws(BuiltinError) in try RegularExpression(buffer) }
            }
            if call.context.isLasting(call[0]), call[1].tag == .null || call.context.isLasting(call[1]) { call.context.globs.insert(expression, for: identity) }
            return .boolean(expression.matches(text))
        },
        Builtin("glob.quote_meta", ["pattern": .string], returns: .string, "The text with everything escaped that means something in a glob.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            var result = ""
            for scalar in try call.string(0).unicodeScalars {
                if "*?\\[]{}".unicodeScalars.contains(scalar) { result += "\\" }
                result.unicodeScalars.append(scalar)
            }
            return call.make(result)
        },
    ]
}
