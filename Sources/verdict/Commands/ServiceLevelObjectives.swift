import ArgumentParser
import Governance
import ReliabilityBudget

/// `verdict slo`: what can be done with the objectives of a configuration.
struct ServiceLevelObjectives: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "slo", abstract: "Work with service level objectives.", subcommands: [Rules.self])

    /// `verdict slo rules`: the objectives' alerts as rules for Prometheus.
    struct Rules: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print Prometheus rules that raise the objectives' alerts.")

        @OptionGroup var configurationOptions: ConfigurationOptions
        @Option(name: .long, help: "Print a test of these rules for `promtool test rules` instead; the path of the rules as the test sees it.")
        var testOf: String?

        func run() throws {
            let settings: Governance.Configuration
            do {
                settings = try configurationOptions.read()
            } catch {
                Reporting.error("error: config error: \(error)")
                throw ExitCode(1)
            }
            let (objectives, alerts) = (settings.serviceLevels.objectives, settings.serviceLevels.alerts)
            if let testOf {
                Reporting.output(PrometheusRulesTest(objectives, alerts: alerts).text(rules: testOf))
            } else {
                Reporting.output(PrometheusRules(objectives, alerts: alerts).text)
            }
        }
    }
}
