import ArgumentParser
import Foundation
import Lint
import Rego

/// Which rules `verdict lint` runs: a configuration, and Regal's flags, which count more.
struct LintChoiceOptions: ParsableArguments {
    @Option(name: [.customShort("c"), .customLong("config-file")], help: "The configuration; else .verdict/lint.yaml or .regal/config.yaml in a folder above the policies.")
    var configurationFile: String?
    @Option(name: [.customShort("r"), .customLong("rules")], help: "A file or folder of rules written in Rego; may be repeated.")
    var ruleFiles: [String] = []
    @Option(name: .shortAndLong, help: "Run these rules, separated by commas; may be repeated.")
    var enable: [String] = []
    @Option(name: .shortAndLong, help: "Do not run these rules.")
    var disable: [String] = []
    @Option(name: .customLong("enable-category"), help: "Run the rules of these categories.")
    var enableCategory: [String] = []
    @Option(name: .customLong("disable-category"), help: "Do not run the rules of these categories.")
    var disableCategory: [String] = []
    @Flag(name: [.customShort("E"), .customLong("enable-all")], help: "Run all rules, those that are off until asked for too.")
    var enableAll = false
    @Flag(name: [.customShort("D"), .customLong("disable-all")], help: "Run only what is enabled.")
    var disableAll = false

    func rules() throws -> [LintRule] {
        guard !ruleFiles.isEmpty else { return LintRule.all }
        return LintRule.all + (try RegoRules.rules(from: PolicyFiles(paths: ruleFiles, version: .v1).policies))
    }

    func settings(_ rules: [LintRule], beside paths: [String]) throws -> LintSettings {
        var settings = try Self.settings(rules, in: configurationFile ?? Self.configuration(above: paths.first ?? "."))
        settings.choices.enabled = try Self.names(enable, known: rules.map(\.name))
        settings.choices.disabled = try Self.names(disable, known: rules.map(\.name))
        settings.choices.enabledCategories = try Self.names(enableCategory, known: LintRule.Category.allCases.map(\.rawValue))
        settings.choices.disabledCategories = try Self.names(disableCategory, known: LintRule.Category.allCases.map(\.rawValue))
        settings.choices.enablesAll = enableAll
        settings.choices.disablesAll = disableAll
        return settings
    }

    /// The settings of a configuration, or those that hold where there is none.
    static func settings(_ rules: [LintRule], in file: String?) throws -> LintSettings {
        guard let file else { return LintSettings() }
        let text = String(decoding: try PolicyFiles.input(file), as: UTF8.self)
        let settings: LintSettings
        do {
            settings = try LintSettings(try Value(yaml: text), rules: rules, toleratesUnknownNames: file.contains(".regal"))
        } catch {
            throw LintSettings.Problem(description: "\(file): \(error)")
        }
        for name in settings.unknownNames { Reporting.error("\(name): no such rule; what is set for it has no effect") }
        return settings
    }

    private static func names(_ lists: [String], known: [String]) throws -> Set<String> {
        let names = lists.flatMap { $0.split(separator: ",").map { String($0.split(separator: "/").last ?? $0) } }
        if let unknown = names.first(where: { !known.contains($0) }) {
            throw LintSettings.Problem(description: "\(unknown): no such rule or category; `verdict lint --list` names them")
        }
        return Set(names)
    }

    /// The nearest configuration in the folder of the first path or above it.
    static func configuration(above path: String) -> String? {
        var folder = URL(fileURLWithPath: path).standardizedFileURL
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder), !isFolder.boolValue { folder.deleteLastPathComponent() }
        while true {
            for name in [".verdict/lint.yaml", ".regal/config.yaml", ".regal.yaml"] {
                let file = folder.appendingPathComponent(name).path
                if FileManager.default.fileExists(atPath: file) { return file }
            }
            guard folder.path != "/", !folder.path.isEmpty else { return nil }
            folder.deleteLastPathComponent()
        }
    }
}
