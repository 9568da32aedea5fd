import Rego

/// Runs rules over files: each file is parsed once and walked once, files in parallel.
public struct Linter: Sendable {
    public var rules: [LintRule]
    public var settings: LintSettings
    /// What the input looks like, for the rules that want to know.
    public var inputSchema: InputSchema?

    public init(rules: [LintRule] = LintRule.all, settings: LintSettings = LintSettings(), inputSchema: InputSchema? = nil) {
        self.rules = rules
        self.settings = settings
        self.inputSchema = inputSchema
    }

    public func lint(_ sources: [PolicySource]) -> LintReport {
        let sources = sources.filter { !settings.ignoresFile($0.file) }
        let parsed = Concurrently.map(sources, takingUpTo: 8) { source -> (file: PolicyFile?, problems: [Diagnostic]) in
            let (module, problems) = Parser.parse(source)
            return (module.map(PolicyFile.init), problems)
        }
        let active = activeRules
        let project = project(parsed.compactMap(\.file))
        let findings = Concurrently.map(project.files, takingUpTo: 8) { file in self.findings(in: file, of: project, active) }.flatMap(\.self)
        return LintReport(
            findings: findings.sorted(by: Self.precedes), problems: parsed.flatMap(\.problems), filesScanned: sources.count, rulesSkipped: rules.count - active.count,
            texts: Dictionary(project.files.map { ($0.path, $0.module.text) }, uniquingKeysWith: { first, _ in first }))
    }

    private var activeRules: [LintRule] { rules.filter { settings.mayRun($0) } }

    /// What the rules want to know of all files together, for files that are linted one by one.
    public func project(_ files: [PolicyFile]) -> Project {
        Project(files, inputSchema: inputSchema, looksAtTests: activeRules.contains { $0.category == .testing && $0.isOptional })
    }

    /// What is found in one file of a project, by place.
    public func findings(in file: PolicyFile, of project: Project) -> [Finding] {
        settings.ignoresFile(file.path) ? [] : findings(in: file, of: project, activeRules).sorted(by: Self.precedes)
    }

    private func findings(in file: PolicyFile, of project: Project, _ active: [LintRule]) -> [Finding] {
        let ignores = InlineIgnores(file.module.comments)
        var findings: [Finding] = []
        for rule in active {
            let level = settings.level(of: rule, in: file.path)
            guard level != .ignore else { continue }
            var report = Report(rule, in: file, of: project, options: settings.options(of: rule), level: level)
            rule.check(file, &report)
            findings += ignores.isEmpty ? report.findings : report.findings.filter { !ignores.covers($0) }
        }
        return findings
    }

    private static func precedes(_ a: Finding, _ b: Finding) -> Bool {
        (a.location.file, a.location.row, a.location.column, a.rule) < (b.location.file, b.location.row, b.location.column, b.rule)
    }
}

/// What linting found.
public struct LintReport: Sendable {
    /// By place.
    public var findings: [Finding]
    /// Why files could not be read; nothing is found in those.
    public var problems: [Diagnostic]
    public var filesScanned: Int
    /// Rules that no setting lets run.
    public var rulesSkipped: Int
    /// The text of each file that could be read.
    public var texts: [String: String]

    public func count(of level: LintLevel) -> Int { findings.count { $0.level == level } }
    public var filesFailed: Int { Set(findings.map(\.location.file)).count }
}
