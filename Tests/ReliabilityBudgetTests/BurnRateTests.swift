import Foundation
import ReliabilityBudget
import Support
import Testing

/// Recorded hours, and the alerts that they must raise, as data in `Cases`.
struct RecordedHour: Decodable, CustomTestStringConvertible {
    struct Stretch: Decodable {
        var count: Int
        /// Of each minute.
        var good: Int
        var bad: Int
    }

    var note: String
    var objective: String
    var target: Double
    var minutes: [Stretch]
    /// By name, the stretches of minutes, first and last, at whose ends the alert is on.
    var alerts: [String: [[Int]]]

    var testDescription: String { note }

    var counts: [EventCounts] { minutes.flatMap { Array(repeating: EventCounts(good: $0.good, bad: $0.bad), count: $0.count) } }

    var settings: Objective {
        Objective(name: objective, indicator: objective == "latency" ? .latency(threshold: .milliseconds(100)) : .availability(deadline: .seconds(1)), target: target)
    }

    var configuration: String { "slo:\n  objectives:\n    \(objective): {target: \(target)}\n" }
}

@Suite struct BurnRateTests {
    static let hours = Result { try CaseFiles.load(RecordedHour.self, beside: #filePath) }

    @Test func hoursAreThere() throws { #expect(try Self.hours.get().count > 4) }

    @Test(arguments: (try? hours.get()) ?? [])
    func theServiceRaisesExactlyTheExpectedAlerts(_ hour: RecordedHour) {
        let on = PrometheusRulesTest.expectation(hour.settings, alerts: BurnRateAlert.standard, minutes: hour.counts)
        for alert in BurnRateAlert.standard {
            let expected = (hour.alerts[alert.name] ?? []).flatMap { Array($0[0]...$0[1]) }
            #expect(on.indices.filter { on[$0].contains(alert) }.map { $0 + 1 } == expected, "\(alert.name)")
        }
    }

    /// Needs `promtool` of Prometheus (Debian's package `prometheus`); says so where it is missing.
    @Test(.enabled(if: isPromtoolThere, "promtool is not installed, so the rules were not tried in Prometheus"), arguments: (try? hours.get()) ?? [])
    func prometheusRaisesTheSame(_ hour: RecordedHour) throws {
        let folder = try TemporaryFolder(files: ["config.yaml": hour.configuration])
        let rules = try Command.verdict(["slo", "rules", "-c", "config.yaml"], in: folder.url)
        #expect(rules.code == 0, "\(rules.error)")
        try folder.write("rules.yaml", rules.output)
        try folder.write("test.yaml", PrometheusRulesTest([hour.settings], minutes: hour.counts).text(rules: "rules.yaml"))
        let outcome = try Command.shell("promtool check rules rules.yaml && promtool test rules test.yaml", in: folder.url)
        #expect(outcome.code == 0, "\(outcome.output)\(outcome.error)")
    }

    private static let isPromtoolThere = (try? Command.shell("command -v promtool").code) == 0

    @Test(.enabled(if: isPromtoolThere, "promtool is not installed, so the printed test was not run"))
    func thePrintedTestPasses() throws {
        let folder = try TemporaryFolder(files: ["config.yaml": "slo: {alerts: {quick: {burn_rate: 10, long_window_seconds: 600, short_window_seconds: 60}}}"])
        let line = "verdict slo rules -c config.yaml > rules.yaml && verdict slo rules -c config.yaml --test-of rules.yaml > test.yaml && promtool test rules test.yaml"
        let outcome = try Command.shell(line, in: folder.url)
        #expect(outcome.code == 0, "\(outcome.output)\(outcome.error)")
        // A test that expects something else fails: it does look.
        let other = try Command.shell("sed -i 's/burn: quick/burn: other/' test.yaml && promtool test rules test.yaml", in: folder.url)
        #expect(other.code != 0)
    }

    @Test func budgetsAreSpentAndComeBack() {
        let objective = Objective(name: "a", indicator: .logDurability, target: 0.9, period: .seconds(720))
        var monitor = ObjectiveMonitor(objective)
        monitor.record(EventCounts(good: 95, bad: 5), at: .seconds(10))
        let half = monitor.report(at: .seconds(10)).budgetLeft
        #expect(abs(half - 0.5) < 1e-9)
        monitor.record(EventCounts(good: 0, bad: 5), at: .seconds(20))
        monitor.record(EventCounts(good: 0, bad: 5), at: .seconds(30))
        let spent = monitor.report(at: .seconds(30))
        #expect(spent.isBudgetSpent)
        #expect(BudgetPolicy.state([spent]) == .spent || spent.alerts.contains(where: \.isOn))
        monitor.record(EventCounts(good: 100), at: .seconds(900))
        let whole = monitor.report(at: .seconds(900)).budgetLeft
        #expect(whole == 1)
    }

    @Test func thePolicyFreezesReloads() {
        let policy = BudgetPolicy(freezesReloads: true, criticalBundles: ["authz"])
        #expect(policy.permitsReload(of: "other", in: .normal))
        #expect(!policy.permitsReload(of: "authz", in: .burning))
        #expect(policy.permitsReload(of: "authz", in: .spent) && !policy.permitsReload(of: "other", in: .spent))
        #expect(!policy.permitsExperiments(in: .burning))
    }
}
