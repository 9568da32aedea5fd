import ArgumentParser

/// How coverage is printed. Each format is a file of its own that declares one of these; `all` names them.
struct CoverageFormat: NamedFormat, Sendable {
    static let all: [CoverageFormat] = [json, lcov, cobertura, html]

    let name: String
    let text: @Sendable (Coverage) -> String
}

/// A way to print something, chosen by its name on the command line.
protocol NamedFormat: ExpressibleByArgument {
    static var all: [Self] { get }
    var name: String { get }
}

extension NamedFormat {
    init?(argument: String) {
        guard let format = Self.all.first(where: { $0.name == argument }) else { return nil }
        self = format
    }

    static var allValueStrings: [String] { all.map(\.name) }
    var defaultValueDescription: String { name }
}
