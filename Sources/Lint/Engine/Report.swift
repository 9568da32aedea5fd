import Rego

/// What a rule is given beside the file, and where it puts its findings: `report(term.location)`.
public struct Report {
    public let project: Project
    private let options: [String: Value]
    private let rule: LintRule
    private let file: PolicyFile
    private let level: LintLevel
    var findings: [Finding] = []

    init(_ rule: LintRule, in file: PolicyFile, of project: Project, options: [String: Value], level: LintLevel) {
        self.rule = rule
        self.file = file
        self.project = project
        self.level = level
        self.options = rule.options.merging(options) { $1 }
    }

    mutating func callAsFunction(_ location: SourceLocation, _ detail: String? = nil, fix: Fix? = nil) {
        findings.append(
            Finding(
                rule: rule.name, category: rule.category, title: rule.title, detail: detail, level: level, location: location, line: file.line(location.row), fix: fix))
    }

    /// A setting that is a whole number.
    func integer(_ name: String) -> Int {
        if case .number(let number)? = options[name], let integer = number.integer { Int(integer) } else { 0 }
    }

    /// A setting that is a list of texts.
    func texts(_ name: String) -> [String] {
        guard case .array(let values)? = options[name] else { return [] }
        return values.compactMap { if case .string(let text) = $0 { text } else { nil } }
    }

    func text(_ name: String) -> String? {
        if case .string(let text)? = options[name] { text } else { nil }
    }

    func flag(_ name: String) -> Bool { options[name] == .boolean(true) }

    /// A setting of any shape.
    func value(_ name: String) -> Value? { options[name] }
}
