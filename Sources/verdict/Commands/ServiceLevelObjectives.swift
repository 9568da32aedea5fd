import ArgumentParser
import Governance
import ReliabilityBudget

/// `verdict slo`: what can be done with the objectives of a configuration.
struct ServiceLevelObjectives: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "slo", abstract: "Work with service level objectives.",
        discussion: """
            verdict slo rules -c verdict.yaml > rules.yaml
            """,
        subcommands: [Rules.self, OpenSLO.self])

    /// `verdict slo rules`: the objectives' alerts as rules for Prometheus.
    struct Rules: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rules",
            abstract: "Print Prometheus rules that raise the objectives' alerts.",
            discussion: """
                verdict slo rules -c verdict.yaml > rules.yaml
                verdict slo rules -c verdict.yaml --test-of rules.yaml > test.yaml    # then: promtool test rules test.yaml
                """)

        @OptionGroup var configurationOptions: ConfigurationOptions
        @Option(name: .long, help: "Print a test of these rules for `promtool test rules` instead; the path of the rules as the test sees it.")
        var testOf: String?

        func run() throws {
            let settings = try configurationOptions.serviceLevels()
            let (objectives, alerts) = (settings.objectives, settings.alerts)
            if let testOf {
                Reporting.output(PrometheusRulesTest(objectives, alerts: alerts).text(rules: testOf))
            } else {
                Reporting.output(PrometheusRules(objectives, alerts: alerts).text)
            }
        }
    }

    /// `verdict slo openslo`: the objectives as documents that other tools read.
    struct OpenSLO: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "openslo", abstract: "Print the objectives as documents of OpenSLO.",
            discussion: """
                verdict slo openslo -c verdict.yaml > objectives.yaml
                """)

        @OptionGroup var configurationOptions: ConfigurationOptions

        func run() throws { Reporting.output(OpenSLODocuments(try configurationOptions.serviceLevels().objectives).text) }
    }
}

extension ConfigurationOptions {
    fileprivate func serviceLevels() throws -> ServiceLevelSettings {
        do throws(ConfigurationError) {
            return try read().serviceLevels
        } catch {
            Reporting.error("error: config error: \(error)")
            throw ExitCode(1)
        }
    }
}
