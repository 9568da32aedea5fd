import Rego

/// Reads what can be read of a policy with mistakes: rules with mistakes are left out, everything else stays where it is.
enum BrokenText {
    private static let mostRules = 16

    static func module(_ source: PolicySource, problems: [Diagnostic]) -> Module? {
        var text = DocumentText(source.text, encoding: .utf8), problems = problems
        for _ in 0..<mostRules {
            guard let place = problems.first?.location?.offset else { return nil }
            let rule = CursorContext(text, at: min(place, text.end)).rule
            // Blanks leave the places of everything else as they are.
            let blank = String(decoding: text.bytes[rule].map { $0 == 0x0a || $0 == 0x0d ? $0 : 0x20 }, as: UTF8.self)
            guard text.text(rule) != blank else { return nil }
            text.replace(rule, with: blank)
            let (module, found) = Parser.parse(PolicySource(file: source.file, text: text.text, version: source.version), places: .written)
            if let module { return module }
            problems = found
        }
        return nil
    }
}
