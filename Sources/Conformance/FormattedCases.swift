import Rego

extension ConformanceCase {
    /// Why a module cannot be formatted, or what formatting it again changes.
    package struct FormattingProblem: Error, CustomStringConvertible {
        package let description: String
    }

    /// The case with its modules formatted; those that cannot be parsed stay as they are.
    package func formatted() throws -> ConformanceCase {
        let formatter = PolicyFormatter()
        return try withModules { text in
            guard Parser.parse(PolicySource(file: "", text: text)).module != nil else { return text }
            let once = try formatter.format(PolicySource(file: "", text: text))
            let twice = try formatter.format(PolicySource(file: "", text: once))
            guard once == twice else { throw FormattingProblem(description: "formatted\n\(once)\nformatted again\n\(twice)") }
            return once
        }
    }
}
