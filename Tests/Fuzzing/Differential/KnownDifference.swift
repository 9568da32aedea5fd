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
        case .panic: return theirs.errorText?.hasPrefix("panic: runtime error") ?? false
        case .earlierCases: return false
        case .notUTF8:
            guard let a = ours.resultText, let b = theirs.resultText, b.contains(#"\x"#), a.contains("\u{fffd}") else { return false }
            // Bytes that are none are U+FFFD, one or several together.
            return a.replacing(#/\u{fffd}+/#, with: "\u{fffd}") == b.replacing(#/(\\x[89a-f][0-9a-f]|\u{fffd})+/#, with: "\u{fffd}")
        case .halfOfAPair: return String(decoding: item.line, as: UTF8.self).contains(/\\\\u[dD][89a-fA-F]/) && (ours.errorText?.contains("invalid Unicode '\\u") ?? false || item.calls("json.is_valid"))
        case .mergedRanges: return item.calls("net.cidr_merge") && ours.resultText != nil && theirs.resultText != nil
        case .emptyTextReplaced: return item.calls("replace") && ours.resultText != nil && theirs.resultText?.contains(#/\\x[89a-f][0-9a-f]/#) ?? false
        case .notJSON:
            if let literal = ours.errorText?.firstMatch(of: #/to_number: strconv\.ParseFloat: parsing "([^"]+)"/#)?.1 { return theirs.resultText?.contains(literal) ?? false }
            guard let a = ours.resultText, let b = theirs.resultText, a != b else { return false }
            return Self.withoutOddNumbers(a) == Self.withoutOddNumbers(b)
        case .orderOfKeys:
            guard let text = theirs.errorText, text.contains("rego_type_error") else { return false }
            return Self.hasIntegerBeforeSmallerFraction(text)
        case .packageWithoutType:
            guard let text = theirs.errorText, text.contains("rego_type_error: match error"), text.contains("left  : ???"), text.contains("right : ???") else { return false }
            return item.modules.contains { $0.hasPrefix("package lib") || $0.hasPrefix("package t.") || $0.hasPrefix("package t[") }
        case .wildcardInTemplate:
            guard let text = theirs.errorText, text.hasSuffix("rego_compile_error: var _ is undeclared") else { return false }
            return item.modules.contains { $0.contains(#/\[[^\]]*\$["`].*\[_\]/#) }
        case .farDates: return item.calls("time.add_date") && theirs.resultText != nil && ours.errorText?.contains("time outside of valid range") ?? false
        case .notTrue:
            let modules = item.modules.map { $0.replacing(#/\bnot true\b/#, with: "true") }
            guard modules != item.modules, ours.resultText != nil, theirs.resultText != nil else { return false }
            var without = item
            without.modules = modules
            return Comparison.equal(without.answer(), theirs)
        case .lineSeparators:
            guard item.calls("yaml.marshal"), let b = theirs.resultText else { return false }
            return ours.resultText != nil && b.contains(#/[\u{85}\u{2028}\u{2029}\u{feff}]|\\u(2028|2029|feff|0085)|\\x85/#)
        }
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
        return zip(numbers, numbers.dropFirst()).contains { $0.isInteger && !$1.isInteger && $0.value > $1.value }
    }
}

extension DifferentialCase {
    fileprivate func calls(_ builtin: String) -> Bool { modules.contains { $0.contains("\(builtin)(") } }
}
