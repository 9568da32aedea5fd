import ArgumentParser
import Foundation
import Governance
import Rego

/// Where a service's configuration comes from.
struct ConfigurationOptions: ParsableArguments {
    @Option(name: [.customShort("c"), .customLong("config-file")], help: "The configuration file: YAML or JSON.")
    var configFile: String?
    @Option(name: .customLong("set"), help: "Override a key of the configuration: a.b=c; may be repeated.")
    var overrides: [String] = []
    @Option(name: .customLong("set-file"), help: "Override a key of the configuration with a file's content: a.b=path; may be repeated.")
    var fileOverrides: [String] = []

    /// Reads the file and the overrides anew.
    func read() throws(ConfigurationError) -> Configuration {
        try Configuration(text: try text(), file: configFile ?? "", overrides: overrides, fileOverrides: try contents())
    }

    private func text() throws(ConfigurationError) -> String? {
        guard let configFile else { return nil }
        return try Self.content(of: configFile)
    }

    private func contents() throws(ConfigurationError) -> [(key: String, content: String)] {
        var contents: [(key: String, content: String)] = []
        for override in fileOverrides {
            guard let equals = override.firstIndex(of: "=") else {
                throw ConfigurationError([ConfigurationProblem(key: "", reason: "--set-file \(override): expected KEY=PATH")])
            }
            contents.append((String(override[..<equals]), try Self.content(of: String(override[override.index(after: equals)...]))))
        }
        return contents
    }

    private static func content(of path: String) throws(ConfigurationError) -> String {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ConfigurationError([ConfigurationProblem(file: path, key: "", reason: "no such file, or it cannot be read")])
        }
        return String(decoding: data, as: UTF8.self)
    }
}
