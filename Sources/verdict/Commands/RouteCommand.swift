import ArgumentParser
import Foundation
import Governance
import Rego
import Routing

/// `verdict route`: what can be done with the routes of a configuration.
struct RouteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "route", abstract: "Work with routes of decisions.",
        discussion: """
            verdict route explain -c verdict.yaml shop/allow
            """,
        subcommands: [Explain.self])

    /// `verdict route explain`: where a request would go, and why.
    struct Explain: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "explain",
            abstract: "Say where a request for a decision would go, and why.",
            discussion: """
                verdict route explain -c verdict.yaml shop/allow
                verdict route explain -c verdict.yaml --header x-cohort=beta shop/allow    # of such a request
                """)

        @OptionGroup var configurationOptions: ConfigurationOptions
        @Option(name: .long, help: "What is wanted: enforce, advise, audit, simulate or explain; else what the routes say.")
        var intent: String?
        @Option(name: .long, help: "The claims of who asks, as JSON.")
        var identity: String?
        @Option(name: .long, help: "A header, as NAME=VALUE; may be repeated.")
        var header: [String] = []
        @Option(name: .long, help: "The client's IP.")
        var address: String?
        @Option(name: .long, help: "Bytes of the body.")
        var size = 0
        @Option(name: .long, help: "Seconds since 1970; now unless given.")
        var time: Double?
        @Argument(help: "The document's path below data, such as app/allow.")
        var path: String

        func run() throws {
            do {
                guard let section = try configurationOptions.read().routing else {
                    throw ConfigurationError([ConfigurationProblem(key: "routing", reason: "the configuration has no such section")])
                }
                let table = section.table, request = try request()
                let intent = try intent.map { text throws(RoutingError) in try Intent(named: text) } ?? table.usualIntent(request.path) ?? .enforce
                Reporting.output(table.explanation(intent, request).text)
            } catch {
                Reporting.error("error: \(error)")
                throw ExitCode(1)
            }
        }

        private func request() throws -> RoutedRequest {
            let headers = Dictionary(header.map { text in
                let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                return (parts[0].lowercased(), parts.count > 1 ? String(parts[1]) : "")
            }) { _, last in last }
            var request = RoutedRequest(path: path.split(separator: "/").map(String.init), time: time ?? Date().timeIntervalSince1970) { headers[$0.lowercased()] }
            request.identity = try identity.map { try Value(json: Array($0.utf8)) }
            request.address = address
            request.size = size
            return request
        }
    }
}
