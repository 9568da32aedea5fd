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
    ///
    /// - Parameter bundles: URLs of bundles that are loaded beside those of the configuration, and kept on disk.
    func read(bundles: [String] = []) throws(ConfigurationError) -> Configuration {
        var own: [String] = []
        for (number, url) in bundles.enumerated() { own += try Self.overrides(forBundle: url, number: number + 1) }
        return try Configuration(text: try text(), file: configFile ?? "", overrides: own + overrides, fileOverrides: try contents())
    }

    /// What makes a URL on the command line a bundle of a service of its own, under the names that OPA gives them.
    private static func overrides(forBundle url: String, number: Int) throws(ConfigurationError) -> [String] {
        guard let parts = URLComponents(string: url), let scheme = parts.scheme, let host = parts.host, parts.path.count > 1 else {
            throw ConfigurationError([ConfigurationProblem(key: "", reason: "\(url): expected the URL of a bundle, such as https://example.com/bundle.tar.gz")])
        }
        let server = "\(scheme)://\(host)\(parts.port.map { ":\($0)" } ?? "")"
        let resource = parts.path + (parts.query.map { "?\($0)" } ?? "")
        let name = "cli\(number)"
        return [
            "services.\(name).url=\(escaped(server))", "bundles.\(name).service=\(name)", "bundles.\(name).resource=\(escaped(resource))", "bundles.\(name).persist=true",
        ]
    }

    private static func escaped(_ text: String) -> String { text.replacing("\\", with: "\\\\").replacing(",", with: "\\,") }

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
