import Rego

/// Which rules run where and how much their findings count. The shape of the file is that of Regal's `.regal/config.yaml`.
public struct LintSettings: Sendable {
    /// What is said of a rule, a category, or all rules.
    struct Entry: Sendable {
        var level: LintLevel?
        var ignoredFiles: [String] = []
        var options: [String: Value] = [:]
    }

    /// What the command line says, which counts more than the file.
    public struct Choices: Sendable {
        public var enabled: Set<String> = []
        public var disabled: Set<String> = []
        public var enabledCategories: Set<String> = []
        public var disabledCategories: Set<String> = []
        public var enablesAll = false
        public var disablesAll = false
        public init() {}
    }

    public var choices = Choices()
    /// Patterns of files that are not read at all.
    public var ignoredFiles: [String] = []
    private var common: LintLevel?
    private var categories: [String: LintLevel] = [:]
    private var entries: [String: Entry] = [:]

    public init() {}

    /// What is wrong with a configuration.
    public struct Problem: Error, CustomStringConvertible {
        public let description: String
        public init(description: String) { self.description = description }
    }

    /// What the configuration names and is not there.
    public private(set) var unknownNames: [String] = []

    /// Reads a configuration.
    /// - Parameters:
    ///   - rules: those that may be named.
    ///   - toleratesUnknownNames: for files made for Regal, which may have rules that Verdict has not. Elsewhere such a name is an error, so
    ///     that a typing mistake does not turn a rule off silently.
    public init(_ document: Value, rules: [LintRule] = LintRule.all, toleratesUnknownNames: Bool = false) throws(Problem) {
        ignoredFiles = try Self.files(document, "")
        guard let section = document["rules"] else { return }
        guard case .object(let families) = section else { throw Problem(description: "rules: expected categories with rules") }
        let known = Set(rules.map(\.name))
        for family in families {
            guard case .string(let category) = family.key else { continue }
            if category == "default" {
                common = try Self.level(family.value, "rules.default")
                continue
            }
            guard case .object(let named) = family.value else { throw Problem(description: "rules.\(category): expected rules") }
            // A rule written in Rego may have a category of its own.
            let isKnown = LintRule.Category(rawValue: category) != nil || named.contains { $0.key != "default" && known.contains($0.key.text) }
            guard isKnown || toleratesUnknownNames else {
                throw Problem(description: "rules.\(category): no such category; there are \(LintRule.Category.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            for item in named {
                guard case .string(let name) = item.key else { continue }
                let place = "rules.\(category).\(name)"
                if name == "default" {
                    categories[category] = try Self.level(item.value, place)
                } else {
                    if !known.contains(name) {
                        guard toleratesUnknownNames else { throw Problem(description: "\(place): no such rule; see `verdict lint --list`") }
                        unknownNames.append(place)
                    }
                    entries[name] = try Self.entry(item.value, place)
                }
            }
        }
    }

    private static func level(_ value: Value, _ place: String) throws(Problem) -> LintLevel? {
        guard let level = value["level"] else { return nil }
        guard case .string(let text) = level, let known = LintLevel(rawValue: text) else {
            throw Problem(description: "\(place).level: expected error, warning or ignore, not \(level.regoText)")
        }
        return known
    }

    private static func files(_ value: Value, _ place: String) throws(Problem) -> [String] {
        guard let files = value["ignore"]?["files"] else { return [] }
        guard case .array(let patterns) = files else { throw Problem(description: "\(place.isEmpty ? "" : place + ".")ignore.files: expected a list of patterns") }
        return patterns.compactMap { if case .string(let text) = $0 { text } else { nil } }
    }

    private static func entry(_ value: Value, _ place: String) throws(Problem) -> Entry {
        guard case .object(let fields) = value else { throw Problem(description: "\(place): expected settings of the rule") }
        var entry = Entry(level: try level(value, place), ignoredFiles: try files(value, place))
        for field in fields {
            if case .string(let key) = field.key, key != "level", key != "ignore" { entry.options[key] = field.value }
        }
        return entry
    }

    func ignoresFile(_ path: String) -> Bool { ignoredFiles.contains { PathGlob.matches($0, path) } }

    /// Whether a rule runs in any file.
    func mayRun(_ rule: LintRule) -> Bool { level(of: rule) != .ignore }

    func level(of rule: LintRule, in path: String) -> LintLevel {
        if let entry = entries[rule.name], entry.ignoredFiles.contains(where: { PathGlob.matches($0, path) }) { return .ignore }
        return level(of: rule)
    }

    private func level(of rule: LintRule) -> LintLevel {
        let set = entries[rule.name]?.level ?? (rule.isOptional ? nil : categories[rule.category.rawValue] ?? common) ?? (rule.isOptional ? .ignore : .error)
        let enabled = set == .ignore ? LintLevel.error : set
        if choices.enabled.contains(rule.name) { return enabled }
        if choices.disabled.contains(rule.name) { return .ignore }
        if choices.enabledCategories.contains(rule.category.rawValue) { return enabled }
        if choices.disabledCategories.contains(rule.category.rawValue) { return .ignore }
        if choices.enablesAll { return enabled }
        if choices.disablesAll { return .ignore }
        return set
    }

    /// Gives a rule settings of its own.
    mutating func setOptions(_ options: [String: Value], of rule: String) { entries[rule, default: Entry()].options = options }

    func options(of rule: LintRule) -> [String: Value] { entries[rule.name]?.options ?? [:] }
}

extension Value {
    /// The text of a string; empty for everything else.
    fileprivate var text: String { if case .string(let text) = self { text } else { "" } }
}
