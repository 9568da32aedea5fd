import CRE2

/// A compiled regular expression. RE2 may be asked from several threads at once, and the pattern is freed with its only owner.
final class RegularExpression: @unchecked Sendable {
    private let pattern: OpaquePointer
    let groupCount: Int

    init(_ text: UnsafeBufferPointer<UInt8>) throws(BuiltinError) {
        if text.contains(UInt8(ascii: "<")) || text.contains(UInt8(ascii: "C")), let translated = try Self.translated(Array(text)) {
            pattern = translated.withUnsafeBufferPointer { $0.withMemoryRebound(to: CChar.self) { cre2_compile($0.baseAddress, $0.count) } }
        } else {
            pattern = text.withMemoryRebound(to: CChar.self) { cre2_compile($0.baseAddress, $0.count) }
        }
        if let error = cre2_error(pattern) {
            let reason = String(cString: error)
            cre2_free(pattern)
            throw .failure("error parsing regexp: \(Self.goDescription(reason))")
        }
        groupCount = Int(cre2_group_count(pattern))
    }

    deinit { cre2_free(pattern) }

    /// The expression as RE2 reads it, nil where that is no other: Go takes `(?<name>` for `(?P<name>`, and has no `\\C`.
    private static func translated(_ text: [UInt8]) throws(BuiltinError) -> [UInt8]? {
        var result: [UInt8] = [], position = 0, isInClass = false
        while position < text.count {
            let rest = text[position...]
            if rest.starts(with: "\\C".utf8), !isInClass { throw .failure("error parsing regexp: invalid escape sequence: `\\C`") }
            if rest.starts(with: "(?<".utf8), !isInClass, let next = rest.dropFirst(3).first, !"=!".utf8.contains(next) {
                result += Array("(?P<".utf8)
                position += 3
                continue
            }
            let length = rest.first == UInt8(ascii: "\\") ? min(2, rest.count) : 1
            if rest.first == UInt8(ascii: "[") { isInClass = true }
            if rest.first == UInt8(ascii: "]") { isInClass = false }
            result += rest.prefix(length)
            position += length
        }
        return result == text ? nil : result
    }

    /// RE2's words for what is wrong, and Go's.
    private static let problems = [
        "no argument for repetition operator": "missing argument to repetition operator", "missing )": "missing closing )", "missing ]": "missing closing ]",
        "trailing \\": "trailing backslash at end of expression", "invalid perl operator": "invalid or unsupported Perl syntax",
        "invalid repetition size": "invalid repeat count", "bad repetition operator": "invalid nested repetition operator",
        "invalid named capture group": "invalid named capture", "invalid character class": "invalid character class",
        "pattern too large - compile failed": "expression too large",
    ]

    private static func goDescription(_ problem: String) -> String {
        let colon = problem.firstRange(of: ": ")
        let kind = colon.map { String(problem[..<$0.lowerBound]) } ?? problem
        let place = colon.map { problem[$0.upperBound...] } ?? ""
        return "\(problems[kind] ?? kind): `\(place)`"
    }

    func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        text.withMemoryRebound(to: CChar.self) { cre2_search(pattern, $0.baseAddress, $0.count, 0, nil, 0) }
    }

    /// Ranges of the first match from an offset and of its groups; -1 where a group took no part.
    func firstMatch(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> [(start: Int, end: Int)]? {
        var offsets = [Int64](repeating: -1, count: (groupCount + 1) * 2)
        let found = text.withMemoryRebound(to: CChar.self) { cre2_search(pattern, $0.baseAddress, $0.count, start, &offsets, Int32(groupCount + 1)) }
        guard found else { return nil }
        return (0...groupCount).map { (Int(offsets[$0 * 2]), Int(offsets[$0 * 2 + 1])) }
    }

    /// All matches that do not overlap, as Go finds them: an empty match right after another one does not count.
    func allMatches(_ text: UnsafeBufferPointer<UInt8>, limit: Int) -> [[(start: Int, end: Int)]] {
        var matches: [[(start: Int, end: Int)]] = []
        var position = 0, previousEnd = -1
        while position <= text.count, limit < 0 || matches.count < limit, let match = firstMatch(text, from: position) {
            let (start, end) = match[0]
            let isEmpty = start == end
            if !(isEmpty && start == previousEnd) { matches.append(match) }
            previousEnd = end
            if isEmpty {
                position = end + 1
                while position < text.count && text[position] & 0xc0 == 0x80 { position += 1 }
            } else {
                position = end
            }
        }
        return matches
    }

    func groupNumber(_ name: String) -> Int? {
        var name = name
        let number = name.withUTF8 { bytes in bytes.withMemoryRebound(to: CChar.self) { cre2_group_number(pattern, $0.baseAddress, $0.count) } }
        return number < 0 ? nil : Int(number)
    }
}

extension BuiltinCall {
    func regularExpression(_ position: Int) throws(BuiltinError) -> RegularExpression {
        let key = IdentityCache<RegularExpression>.Key(self[position])
        if self[position].tag == .string, let known = context.expressions[key] { return known }
        let expression = try context.cache.regularExpression(self, try utf8(position))
        if context.isLasting(self[position]) { context.expressions.insert(expression, for: key) }
        return expression
    }
}

extension CompiledPatternCache {
    func regularExpression(_ call: BuiltinCall, _ text: UnsafeBufferPointer<UInt8>) throws(BuiltinError) -> RegularExpression {
        try value(kind: "regex", source: String(decoding: text, as: UTF8.self)) { () throws(BuiltinError) in try RegularExpression(text) }
    }
}

extension Builtin {
    static let regex: [Builtin] = [
        Builtin("regex.match", ["pattern": .string, "value": .string], returns: .boolean, "True where the pattern is found in the text.", implementation: match),
        Builtin("re_match", ["": .string, "": .string], returns: .boolean, "The older name of `regex.match`.", traits: .deprecated, implementation: match),
        Builtin("regex.is_valid", ["pattern": .string], returns: .boolean, "True where the text is a regular expression.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            guard call[0].tag == .string else { return .false }
            return .boolean((try? call.regularExpression(0)) != nil)
        },
        Builtin("regex.split", ["pattern": .string, "value": .string], returns: .array(of: .string), "The pieces of the text between matches.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            _ = try call.utf8(0)
            let text = try call.utf8(1)
            let expression = try call.regularExpression(0)
            var pieces: [Datum] = []
            var start = 0
            if text.isEmpty { return call.make(array: try call.utf8(0).isEmpty ? [] : [call[1]]) }
            for match in expression.allMatches(text, limit: -1) {
                if match[0].end == 0 && match[0].start == 0 { continue }
                if match[0].start == text.count && match[0].end == text.count { continue }
                pieces.append(call.make(sharing: text, start..<match[0].start))
                start = match[0].end
            }
            pieces.append(call.make(sharing: text, start..<text.count))
            return call.make(array: pieces)
        },
        Builtin("regex.find_n", ["pattern": .string, "value": .string, "number": .number], returns: .array(of: .string), "The first matches, all where the number is -1.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            _ = try call.utf8(0)
            let text = try call.utf8(1), limit = try call.integer(2)
            let expression = try call.regularExpression(0)
            let matches = expression.allMatches(text, limit: limit)
            return call.make(array: matches.map { call.make(sharing: text, $0[0].start..<$0[0].end) })
        },
        Builtin("regex.find_all_string_submatch_n", ["pattern": .string, "value": .string, "number": .number], returns: .array(of: .array(of: .string)), "The first matches with their groups.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            _ = try call.utf8(0)
            let text = try call.utf8(1), limit = try call.integer(2)
            let expression = try call.regularExpression(0)
            let matches = expression.allMatches(text, limit: limit)
            return call.make(array: matches.map { groups in call.make(array: groups.map { $0.start < 0 ? call.make("") : call.make(sharing: text, $0.start..<$0.end) }) })
        },
        Builtin("regex.replace", ["s": .string, "pattern": .string, "value": .string], returns: .string, "The text with every match replaced; `$1` and `${name}` stand for groups.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let text = try call.utf8(0)
            _ = try call.utf8(1)
            let template = Array(try call.utf8(2))
            let expression = try call.regularExpression(1)
            var result: [UInt8] = []
            var start = 0
            for match in expression.allMatches(text, limit: -1) {
                result.append(contentsOf: text[start..<match[0].start])
                expand(template, match, text, expression, into: &result)
                start = match[0].end
            }
            result.append(contentsOf: text[start...])
            return call.make(bytes: result)
        },
        Builtin("regex.globs_match", ["glob1": .string, "glob2": .string], returns: .boolean, "True where some text fits both patterns.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            .boolean(try GlobIntersection.exists(try call.string(0), try call.string(1)))
        },
        Builtin("regex.template_match", ["template": .string, "value": .string, "delimiter_start": .string, "delimiter_end": .string], returns: .boolean, "True where the text fits a template whose delimited parts are regular expressions.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let template = try call.string(0), text = try call.utf8(1), start = try call.string(2), end = try call.string(3)
            func problem(_ side: String) -> BuiltinError { .failure("\(side) delimiter has to be exactly one character long but is \(start.utf8.count) long") }
            guard start.utf8.count == 1, let open = start.unicodeScalars.first else { throw problem("start") }
            guard end.utf8.count == 1, let close = end.unicodeScalars.first else { throw problem("end") }
            var pattern = "^", piece = ""
            var depth = 0
            for scalar in template.unicodeScalars {
                if scalar == open, depth == 0 || open != close {
                    if depth == 0 {
                        pattern += quoted(piece)
                        piece = ""
                    } else { piece.unicodeScalars.append(scalar) }
                    depth += 1
                } else if scalar == close {
                    depth -= 1
                    guard depth >= 0 else { throw .failure("unbalanced braces in \(template.quotedForRego)") }
                    if depth == 0 {
                        pattern += "(\(piece))"
                        piece = ""
                    } else { piece.unicodeScalars.append(scalar) }
                } else { piece.unicodeScalars.append(scalar) }
            }
            guard depth == 0 else { throw .failure("unbalanced braces in \(template.quotedForRego)") }
            pattern += quoted(piece) + "$"
            let cache = call.context.cache
            let expression = try cache.value(kind: "regex", source: pattern) { () throws(BuiltinError) in
                let bytes = Array(pattern.utf8)
                return try bytes.withUnsafeBufferPointer { (buffer) throws(BuiltinError) in try RegularExpression(buffer) }
            }
            return .boolean(expression.matches(text))
        },
    ]

    private static let match: Implementation = { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
        _ = try call.utf8(0)
        let text = try call.utf8(1)
        return .boolean(try call.regularExpression(0).matches(text))
    }

    static func quoted(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if "\\.+*?()|[]{}^$".unicodeScalars.contains(scalar) { result += "\\" }
            result.unicodeScalars.append(scalar)
        }
        return result
    }

    /// Puts groups into a replacement, as Go's `Expand` does.
    private static func expand(
        _ template: [UInt8], _ match: [(start: Int, end: Int)], _ text: UnsafeBufferPointer<UInt8>, _ expression: RegularExpression, into result: inout [UInt8]
    ) {
        var position = 0
        func isName(_ byte: UInt8) -> Bool { byte == 0x5f || (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20) }
        while position < template.count {
            guard template[position] == UInt8(ascii: "$") else {
                result.append(template[position])
                position += 1
                continue
            }
            if position + 1 < template.count, template[position + 1] == UInt8(ascii: "$") {
                result.append(UInt8(ascii: "$"))
                position += 2
                continue
            }
            let isBraced = position + 1 < template.count && template[position + 1] == UInt8(ascii: "{")
            var end = position + (isBraced ? 2 : 1)
            let start = end
            while end < template.count, isName(template[end]) { end += 1 }
            let isClosed = !isBraced || (end < template.count && template[end] == UInt8(ascii: "}"))
            guard end > start, isClosed else {
                result.append(UInt8(ascii: "$"))
                position += 1
                continue
            }
            let name = String(decoding: template[start..<end], as: UTF8.self)
            if let number = Int(name) ?? expression.groupNumber(name), number < match.count, match[number].start >= 0 {
                result.append(contentsOf: text[match[number].start..<match[number].end])
            }
            position = end + (isBraced ? 1 : 0)
        }
    }
}
