import Rego

/// Why answers may differ, each with its place in `docs/compatibility.md`.
package enum KnownDifference: String, CaseIterable, Sendable {
    /// Several built-ins fail: which is reached first, or at all, depends on the order of rules.
    case orderOfErrors = "another built-in failed first"
    /// OPA's index leaves a body out, and with it the conflict or the failing built-in that it would have met.
    case bodiesLeftOut = "a failing literal before one that cannot hold"
    case panic = "OPA panics"
    /// Found by asking again.
    case earlierCases = "OPA answers otherwise in a new process"
    case notUTF8 = "a string that is not UTF-8"
    case notUTF8Refused = "OPA refuses a string that is not UTF-8"
    case roundedAway = "OPA's ceil and floor between -1 and 0"
    case writtenSet = "OPA iterates a written set as it is written"
    case halfOfAPair = "half of a surrogate pair in JSON"
    case mergedRanges = "net.cidr_merge keeps bits outside a mask, or merges IPv4 into IPv6"
    case emptyTextReplaced = "OPA's replace puts text between the bytes of a character"
    case notJSON = "a number in OPA's answer that is not JSON"
    case orderOfKeys = "OPA does not find number keys again in a type that has integers and fractions"
    case packageWithoutType = "OPA has no type for a package of functions alone"
    case wildcardInTemplate = "OPA does not declare a wildcard in a template string of a rule's head"
    case farDates = "time.add_date overflows"
    case notTrue = "OPA leaves `not true` out"
    case lineSeparators = "YAML with a line separator of Unicode"

    func explains(_ item: DifferentialCase, ours: Answer, theirs: Answer) -> Bool {
        switch self {
        case .orderOfErrors:
            guard !item.isSingleCall, theirs.isBuiltinError else { return false }
            return ours.isBuiltinError || ours.isConflict
        case .bodiesLeftOut:
            guard !item.isSingleCall, case .result = theirs, case .error = ours else { return false }
            return ours.isConflict || (ours.isBuiltinError && Comparison.equal(item.answer(strict: false), theirs))
        case .panic: return theirs.errorText?.hasPrefix("panic: ") ?? false
        case .earlierCases: return false
        case .notUTF8:
            guard let a = ours.resultText, let b = theirs.resultText else { return false }
            // Bytes that are none are U+FFFD, one or several together; in an address they are written as hexadecimal digits.
            if b.contains(#"\x"#), a.unicodeScalars.contains("\u{fffd}") {
                return a.replacing(#/\u{fffd}+/#.matchingSemantics(.unicodeScalar), with: "\u{fffd}")
                    == b.replacing(#/(\\+x[89a-f][0-9a-f]|\u{fffd})+/#.matchingSemantics(.unicodeScalar), with: "\u{fffd}")
            }
            guard a.contains("%EF%BF%BD") else { return false }
            return a.replacing(#/(%EF%BF%BD)+/#, with: "%FF") == b.replacing(#/(%[89A-F][0-9A-F])+/#, with: "%FF")
        case .notUTF8Refused:
            // Policies, data and input are UTF-8; what a built-in decodes need not be.
            return theirs.errorText?.contains(#/invalid UTF-8|invalid leading UTF-8 octet/#) ?? false
        case .roundedAway:
            guard item.calls("ceil") || item.calls("floor"), ours.resultText != nil else { return false }
            return Comparison.equal(item.roundingAway.answer(), theirs)
        case .writtenSet:
            guard item.modules.contains(where: { $0.contains(#/\{[^{}:|]*\b(input|data|[vpar][0-9]*)\b[^{}:|]*\}/#) }) else { return false }
            guard case .result(let a) = ours, case .result(let b) = theirs, let left = Comparison.value(in: a), let right = Comparison.value(in: b) else { return false }
            return left.withoutOrder == right.withoutOrder
        case .halfOfAPair: return String(decoding: item.line, as: UTF8.self).contains(/\\\\u[dD][89a-fA-F]/) && (ours.errorText?.contains("invalid Unicode '\\u") ?? false || Self.differInTruth(ours, theirs))
        case .mergedRanges:
            guard item.calls("net.cidr_merge"), case .result(let a) = ours, case .result(let b) = theirs else { return false }
            guard let left = Comparison.value(in: a), let right = Comparison.value(in: b) else { return false }
            if left.withMaskedRanges == right.withMaskedRanges { return true }
            // A range of IPv6 that takes in one of IPv4.
            return ours.resultText?.contains(#/:[0-9a-f:]*/[0-9]/#) ?? false && ours.resultText?.contains(#/[0-9]\.[0-9]+/[0-9]/#) ?? false
        case .emptyTextReplaced:
            guard item.calls("replace"), let a = ours.resultText, let b = theirs.resultText, b.contains(#/\\x[89a-f][0-9a-f]/#) else { return false }
            // The same text, with more of the new one between.
            return Self.isContained(Array(a.utf8), in: Self.bytes(b))
        case .notJSON:
            if let literal = ours.errorText?.firstMatch(of: #/to_number: strconv\.ParseFloat: parsing "([^"]+)"/#)?.1 { return theirs.resultText?.contains(literal) ?? false }
            guard let a = ours.resultText, let b = theirs.resultText, a != b else { return false }
            return Self.withoutOddNumbers(a) == Self.withoutOddNumbers(b)
        case .orderOfKeys:
            guard let text = theirs.errorText, text.contains("rego_type_error") else { return false }
            return Self.hasIntegerBeforeSmallerFraction(text)
        case .packageWithoutType:
            guard let text = theirs.errorText, text.contains("rego_type_error: match error"), text.contains("right : ???") else { return false }
            return item.modules.contains { Self.hasFunctionsAlone($0) }
        case .wildcardInTemplate:
            guard let text = theirs.errorText, text.hasSuffix("rego_compile_error: var _ is undeclared") else { return false }
            return item.modules.contains { $0.contains(#/\[[^\]]*\$["`].*\[_\]/#) }
        case .farDates: return item.calls("time.add_date") && theirs.resultText != nil && ours.errorText?.contains("time outside of valid range") ?? false
        case .notTrue:
            let modules = item.modules.map { $0.replacing(#/\bnot true\b/#, with: "true") }
            guard modules != item.modules, ours.resultText != nil else { return false }
            var without = item
            without.modules = modules
            return Comparison.equal(without.answer(), theirs)
        case .lineSeparators:
            guard item.calls("yaml.marshal"), let b = theirs.resultText else { return false }
            guard let a = ours.resultText, Self.withoutLineBreaks(a) == Self.withoutLineBreaks(b) else { return false }
            return b.contains(#/[\u{85}\u{2028}\u{2029}\u{feff}]|\\u(2028|2029|feff|0085)|\\x85/#)
        }
    }

    /// Whether a module has rules, and each is a function.
    private static func hasFunctionsAlone(_ module: String) -> Bool {
        guard let rules = Parser.parse(PolicySource(file: "", text: module)).module?.rules, !rules.isEmpty else { return false }
        return rules.allSatisfy { $0.head.arguments != nil }
    }

    /// Whether one answer has `false` where the other has `true`, and all else is the same.
    private static func differInTruth(_ ours: Answer, _ theirs: Answer) -> Bool {
        guard let a = ours.resultText, let b = theirs.resultText else { return false }
        return a.replacing("false", with: "true") == b.replacing("false", with: "true")
    }

    /// The bytes of a text in which those that are no UTF-8 are written as `\xff`.
    private static func bytes(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = [], rest = Array(text.utf8)[...]
        while let next = rest.popFirst() {
            if next == UInt8(ascii: "\\"), rest.first == UInt8(ascii: "x"), let byte = UInt8(String(decoding: rest.dropFirst().prefix(2), as: UTF8.self), radix: 16) {
                bytes.append(byte)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(next)
            }
        }
        return bytes
    }

    /// Whether all bytes stand in others in their order, with more between them or not.
    private static func isContained(_ bytes: [UInt8], in others: [UInt8]) -> Bool {
        var waiting = bytes[...]
        for byte in others where byte == waiting.first { waiting.removeFirst() }
        return waiting.isEmpty
    }

    /// What YAML, quoted as a text, says beside how it is broken into lines and quoted.
    private static func withoutLineBreaks(_ text: String) -> String {
        text.replacing(#/\\+(u(2028|2029|feff|FEFF|0085)|x85|[NLP_n"])|[\s"\u{85}\u{2028}\u{2029}\u{feff}\\|>+-]/#.matchingSemantics(.unicodeScalar), with: "")
    }

    /// `+1`, `.5`, `5.` and `01` as JSON has them.
    private static func withoutOddNumbers(_ text: String) -> String {
        text.replacing(#/(?<before>^|[\[{ :(])(?<sign>-?)\+?(?<digits>[0-9]+\.?[0-9]*|\.[0-9]+)(?=[\]},:]|$|e)/#) { match in
            let parts = match.digits.split(separator: ".", omittingEmptySubsequences: false)
            let whole = parts[0].drop { $0 == "0" }
            let fraction = parts.count > 1 ? ".\(parts[1].isEmpty ? "0" : parts[1])" : ""
            return "\(match.before)\(match.sign)\(whole.isEmpty ? "0" : whole)\(fraction)"
        }
    }

    /// As in `object<16: string, -2.5: null>`: OPA's types have integers first, but look for keys in the order of numbers.
    private static func hasIntegerBeforeSmallerFraction(_ types: String) -> Bool {
        let numbers = types.matches(of: #/[<,] ?(-?[0-9]+(?:\.[0-9]+)?(?:e[-+]?[0-9]+)?): /#).compactMap { match in
            Double(match.1).map { (value: $0, isInteger: Int64(match.1) != nil) }
        }
        return numbers.indices.contains { first in numbers[first].isInteger && numbers[first...].contains { !$0.isInteger && $0.value < numbers[first].value } }
    }
}

extension DifferentialCase {
    fileprivate func calls(_ builtin: String) -> Bool { modules.contains { $0.contains("\(builtin)(") } }
}

extension Value {
    /// With sets in place of lists.
    fileprivate var withoutOrder: Value {
        switch self {
        case .array(let elements), .set(let elements): .makeSet(elements.map(\.withoutOrder))
        case .object(let entries): .makeObject(entries.map { ($0.key, $0.value.withoutOrder) })
        default: self
        }
    }

    /// With ranges of IPv4 without the bits outside their masks.
    fileprivate var withMaskedRanges: Value {
        switch self {
        case .array(let elements): .array(elements.map(\.withMaskedRanges))
        case .set(let elements): .makeSet(elements.map(\.withMaskedRanges))
        case .object(let entries): .makeObject(entries.map { ($0.key, $0.value.withMaskedRanges) })
        case .string(let text): .string(Self.masked(text))
        default: self
        }
    }

    private static func masked(_ range: String) -> String {
        guard let match = range.wholeMatch(of: #/(\d+)\.(\d+)\.(\d+)\.(\d+)/(\d+)/#), let width = UInt32(match.5), width <= 32 else { return range }
        let address = [match.1, match.2, match.3, match.4].reduce(UInt32(0)) { $0 << 8 | (UInt32($1) ?? 0) & 0xff }
        let kept = width == 0 ? 0 : address & (UInt32.max << (32 - width))
        return "\(kept >> 24).\(kept >> 16 & 0xff).\(kept >> 8 & 0xff).\(kept & 0xff)/\(width)"
    }
}

extension DifferentialCase {
    /// The case with `ceil` and `floor` as OPA has them between -1 and 0.
    fileprivate var roundingAway: DifferentialCase {
        var item = self
        item.modules = modules.map { $0.replacing(#/\bceil\(/#, with: "data.rounding.up(").replacing(#/\bfloor\(/#, with: "data.rounding.down(") }
        item.modules.append("package rounding\n\nup(x) := 1 if { -1 < x; x < 0 } else := ceil(x)\n\ndown(x) := 0 if { -1 < x; x < 0 } else := floor(x)\n")
        return item
    }
}
