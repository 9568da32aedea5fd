/// A place in the configuration and what is wrong there.
public struct ConfigurationProblem: Sendable, Hashable, CustomStringConvertible {
    /// The file; nil where the value comes from the command line.
    public var file: String?
    /// 1-based.
    public var line: Int?
    /// Such as `bundles.authz.polling`.
    public var key: String
    public var reason: String

    public init(file: String? = nil, line: Int? = nil, key: String, reason: String) {
        self.file = file
        self.line = line
        self.key = key
        self.reason = reason
    }

    public var description: String {
        let place = file.map { "\($0)\(line.map { ":\($0)" } ?? ""): " } ?? "--set: "
        return key.isEmpty ? "\(place)\(reason)" : "\(place)\(key): \(reason)"
    }
}

/// Everything that is wrong with a configuration.
public struct ConfigurationError: Error, Sendable, CustomStringConvertible {
    public var problems: [ConfigurationProblem]

    public init(_ problems: [ConfigurationProblem]) { self.problems = problems }

    public var description: String { problems.map(\.description).joined(separator: "\n") }
}
